//! Starts the proxies, each with the very text of its guide.

use std::{
    path::Path,
    process::{Child, Command, Stdio},
};

use super::{
    guides::{Proxy, block, filled},
    scene::HOST,
};

/// A proxy, running until it is dropped.
pub(super) struct Running(Child);

impl Running {
    /// Starts the command; what it says is in `proxy.log`.
    pub(super) fn start(mut command: Command, folder: &Path) -> Self {
        let log = std::fs::File::create(folder.join("proxy.log")).unwrap();
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        let name = command.get_program().display().to_string();
        let child = command
            .spawn()
            .unwrap_or_else(|error| panic!("{name} cannot be started ({error}): cargo xtask test installs it"));
        Self(child)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What starts the proxy: at the port, before the dashboard and the app at these addresses.
pub(super) fn command(proxy: Proxy, folder: &Path, port: u16, dashboard: &str, wiki: &str) -> Command {
    match proxy {
        Proxy::Nginx => nginx(folder, port, dashboard, wiki),
        Proxy::Caddy => caddy(folder, port, dashboard, wiki),
        Proxy::Traefik => traefik(folder, port, dashboard, wiki),
    }
}

fn nginx(folder: &Path, port: u16, dashboard: &str, wiki: &str) -> Command {
    let at = |name: &str| folder.join(name).display().to_string();
    let guide = filled(
        block(Proxy::Nginx.guide(), "nginx"),
        &[
            ("listen 443 ssl", &format!("listen 127.0.0.1:{port} ssl")),
            ("127.0.0.1:3000", dashboard),
            ("127.0.0.1:8080", wiki),
            ("/etc/ssl/wiki.example.org.pem", &at("app.pem")),
            ("/etc/ssl/wiki.example.org.key", &at("app.key")),
        ],
    );
    let own = folder.display();
    let text = format!(
        "daemon off;\nmaster_process off;\npid {own}/nginx.pid;\nerror_log stderr;\nevents {{}}\nhttp {{\naccess_log off;\n\
         client_body_temp_path {own}/body;\nproxy_temp_path {own}/proxy;\nfastcgi_temp_path {own}/fastcgi;\n\
         uwsgi_temp_path {own}/uwsgi;\nscgi_temp_path {own}/scgi;\n{guide}\n}}\n"
    );
    let file = folder.join("nginx.conf");
    std::fs::write(&file, text).unwrap();
    let mut command = Command::new("nginx");
    command
        .arg("-e")
        .arg("stderr")
        .arg("-p")
        .arg(folder)
        .arg("-c")
        .arg(file);
    command
}

fn caddy(folder: &Path, port: u16, dashboard: &str, wiki: &str) -> Command {
    let guide = filled(
        block(Proxy::Caddy.guide(), "caddyfile"),
        &[
            (
                "wiki.example.org {",
                &format!("{HOST}:{port} {{\n\tbind 127.0.0.1\n\ttls app.pem app.key"),
            ),
            ("127.0.0.1:3000", dashboard),
            ("127.0.0.1:8080", wiki),
        ],
    );
    let file = folder.join("Caddyfile");
    let global = "{\n\tadmin off\n\tauto_https disable_redirects\n\tskip_install_trust\n}\n";
    std::fs::write(&file, format!("{global}{guide}\n")).unwrap();
    let mut command = Command::new("caddy");
    command
        .args(["run", "--adapter", "caddyfile", "--config"])
        .arg(file)
        .current_dir(folder)
        .env("XDG_DATA_HOME", folder)
        .env("XDG_CONFIG_HOME", folder);
    command
}

fn traefik(folder: &Path, port: u16, dashboard: &str, wiki: &str) -> Command {
    let guide = filled(
        block(Proxy::Traefik.guide(), "yaml"),
        &[("flui:3000", dashboard), ("wiki:8080", wiki)],
    );
    let certificates = "tls:\n  certificates:\n    - certFile: app.pem\n      keyFile: app.key\n";
    std::fs::write(folder.join("rules.yaml"), format!("{guide}\n{certificates}")).unwrap();
    // Where `cargo xtask test` puts it.
    let program = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/traefik/bin/traefik");
    let mut command = Command::new(program);
    command
        .args(["--global.checkNewVersion=false", "--global.sendAnonymousUsage=false"])
        .arg("--providers.file.filename=rules.yaml")
        .arg(format!("--entryPoints.wiki.address=127.0.0.1:{port}"))
        .current_dir(folder);
    command
}
