//! nginx with `auth_request` before an app, as the guide sets it up but for TLS.

use std::{path::Path, process::Command};

use anyhow::{Context as _, Result, bail};

use super::servers::{APP_HOST, Bench, Filled, Server, start};
use crate::{http, setup::free_address};

impl Bench {
    /// nginx that asks this server at this path, before the app.
    pub(super) fn nginx(
        &self,
        name: &'static str,
        nginx: &Path,
        asked: &Server,
        path: &str,
        app: &Server,
        filled: &Filled,
    ) -> Result<Server> {
        let address = free_address()?;
        let folder = self.folder().join(format!("nginx-{}", address.port()));
        std::fs::create_dir(&folder).context("cannot make a folder for nginx")?;
        let own = folder.display();
        let (asked, app) = (asked.address, app.address);
        let text = format!(
            "daemon off; master_process off; pid {own}/pid; error_log stderr;
            events {{}}
            http {{
                access_log off;
                client_body_temp_path {own}/body; proxy_temp_path {own}/proxy; fastcgi_temp_path {own}/fastcgi;
                uwsgi_temp_path {own}/uwsgi; scgi_temp_path {own}/scgi;
                upstream asked {{ server {asked}; keepalive 16; }}
                upstream app {{ server {app}; keepalive 16; }}
                proxy_http_version 1.1;
                server {{
                    listen {address};
                    location = /healthz {{ return 200; }}
                    location = /.flui/verify {{
                        internal;
                        proxy_pass http://asked{path};
                        proxy_pass_request_body off;
                        proxy_set_header Content-Length \"\";
                        proxy_set_header Connection \"\";
                        proxy_set_header Host $http_host;
                        proxy_set_header X-Forwarded-For $remote_addr;
                        proxy_set_header X-Forwarded-Method $request_method;
                        proxy_set_header X-Forwarded-Proto https;
                        proxy_set_header X-Forwarded-Host {APP_HOST};
                        proxy_set_header X-Forwarded-Uri $request_uri;
                    }}
                    location / {{
                        auth_request /.flui/verify;
                        auth_request_set $flui_user $upstream_http_remote_user;
                        proxy_pass http://app;
                        proxy_set_header Connection \"\";
                        proxy_set_header Authorization \"\";
                        proxy_set_header Remote-User $flui_user;
                    }}
                }}
            }}\n"
        );
        let file = folder.join("nginx.conf");
        std::fs::write(&file, text).context("cannot write nginx.conf")?;
        let mut command: Command = self.served(nginx);
        command.args(["-e", "stderr", "-p"]).arg(&folder).arg("-c").arg(file);
        let mut server = start(name, command, address, "/healthz")?;
        server.path = "/";
        let bearer = format!("Bearer {}", filled.key());
        let answer = http::get(address, server.path, &[("Authorization", &bearer)])?;
        if answer.status() != 200 {
            bail!("{name} lets the key not pass: {}", answer.status_line());
        }
        server.key = Some(filled.key().to_owned());
        Ok(server)
    }
}
