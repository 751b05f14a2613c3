//! A browser for sign-ins, and a `flui auth login` that waits for it.

use std::{collections::HashMap, process::Stdio};

use reqwest::{Client, Response, header::LOCATION, redirect::Policy};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, BufReader},
    process::{Child, ChildStderr, Command},
    sync::{Mutex, MutexGuard},
};
use url::Url;

use super::support::{Ran, Sandbox};

/// The five loopback ports belong to one test at a time.
static PORTS: Mutex<()> = Mutex::const_new(());

const ANNOUNCEMENT: &str = "Open this address to sign in: ";

pub(crate) async fn all_ports() -> MutexGuard<'static, ()> {
    PORTS.lock().await
}

/// Signs in whole: program and browser.
pub(crate) async fn sign_in(sandbox: &Sandbox, person: &str) {
    let login = Login::start(sandbox, &[]).await;
    let page = Browser::new().sign_in(&login.url, person).await;
    let ran = login.end().await;
    assert_eq!((ran.code, page.status), (0, 200), "{ran:?}");
}

/// A `flui auth login` that has printed its address.
pub(crate) struct Login {
    /// The address.
    pub(crate) url: Url,
    ports: MutexGuard<'static, ()>,
    child: Child,
    stderr: BufReader<ChildStderr>,
    said: String,
}

impl Login {
    pub(crate) async fn start(sandbox: &Sandbox, args: &[&str]) -> Self {
        let args: Vec<_> = args.iter().copied().chain(["--no-browser"]).collect();
        Self::start_with(sandbox, &[], &args).await
    }

    pub(crate) async fn start_with(sandbox: &Sandbox, environment: &[(&str, &str)], args: &[&str]) -> Self {
        Self::start_holding(all_ports().await, sandbox, environment, args).await
    }

    pub(crate) async fn start_holding(
        ports: MutexGuard<'static, ()>,
        sandbox: &Sandbox,
        environment: &[(&str, &str)],
        args: &[&str],
    ) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_flui"))
            .args(["auth", "login"])
            .args(args)
            .env("FLUI_HOME", sandbox.home())
            // A person at a desk: the login does not go headless by itself.
            .env("DISPLAY", ":99")
            .env_remove("SSH_CONNECTION")
            .env_remove("SSH_TTY")
            .env_remove("FLUI_PROFILE")
            .env_remove("FLUI_API_KEY")
            .env_remove("FLUI_CA_FILE")
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let url = Url::parse("about:blank").unwrap();
        let mut login = Self {
            url,
            ports,
            child,
            stderr,
            said: String::new(),
        };
        let line = login.hear(ANNOUNCEMENT).await;
        login.url = Url::parse(line.trim_start_matches(ANNOUNCEMENT)).unwrap();
        login
    }

    /// Waits until the program says a line that holds these words.
    pub(crate) async fn hear(&mut self, words: &str) -> String {
        loop {
            let mut line = String::new();
            let read = self.stderr.read_line(&mut line).await.unwrap();
            self.said.push_str(&line);
            assert!(read > 0, "flui ended early: {}", self.said);
            if line.contains(words) {
                return line.trim_end().to_owned();
            }
        }
    }

    pub(crate) fn parameter(&self, name: &str) -> String {
        let pairs: HashMap<_, _> = self.url.query_pairs().into_owned().collect();
        pairs[name].clone()
    }

    pub(crate) fn redirect_uri(&self) -> String {
        self.parameter("redirect_uri")
    }

    pub(crate) fn port(&self) -> u16 {
        Url::parse(&self.redirect_uri()).unwrap().port().unwrap()
    }

    /// Ctrl-C.
    pub(crate) fn interrupt(&self) {
        let id = self.child.id().unwrap().to_string();
        let sent = std::process::Command::new("kill").args(["-INT", &id]).status().unwrap();
        assert!(sent.success());
    }

    pub(crate) async fn end(self) -> Ran {
        self.end_holding().await.1
    }

    /// Waits for the end and hands the ports on.
    pub(crate) async fn end_holding(mut self) -> (MutexGuard<'static, ()>, Ran) {
        let mut stdout = String::new();
        let mut pipe = self.child.stdout.take().unwrap();
        let (out, err) = tokio::join!(
            pipe.read_to_string(&mut stdout),
            self.stderr.read_to_string(&mut self.said),
        );
        out.unwrap();
        err.unwrap();
        let code = self.child.wait().await.unwrap().code().unwrap();
        (
            self.ports,
            Ran {
                code,
                stdout,
                stderr: self.said,
            },
        )
    }
}

/// What the browser shows in the end.
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) text: String,
}

/// Cookies, and redirects followed by hand.
pub(crate) struct Browser(Client);

impl Browser {
    pub(crate) fn new() -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        Self(
            Client::builder()
                .cookie_store(true)
                .redirect(Policy::none())
                .build()
                .unwrap(),
        )
    }

    pub(crate) async fn get(&self, url: &str) -> Page {
        page(self.0.get(url).send().await.unwrap()).await
    }

    pub(crate) async fn post(&self, url: &str, form: &[(&str, &str)]) -> Page {
        page(self.0.post(url).form(form).send().await.unwrap()).await
    }

    /// Opens the address, types name and password, and goes where the provider sends it.
    pub(crate) async fn sign_in(&self, url: &Url, person: &str) -> Page {
        let password = format!("{person}-password");
        let typed = [
            ("login", person),
            ("password", password.as_str()),
            ("action", "sign-in"),
        ];
        self.answer_form(url, &typed).await
    }

    /// Opens the address and presses Cancel.
    pub(crate) async fn cancel(&self, url: &Url) -> Page {
        self.answer_form(url, &[("login", ""), ("password", ""), ("action", "cancel")])
            .await
    }

    async fn answer_form(&self, url: &Url, typed: &[(&str, &str)]) -> Page {
        let response = self.follow(self.0.get(url.clone()).send().await.unwrap()).await;
        let form_url = response.url().clone();
        let form = page(response).await;
        assert_eq!(form.status, 200, "{}", form.text);
        let action = form_url.join(&attribute(&form.text, "action")).unwrap();
        let request = attribute(&form.text, "value");
        let fields: Vec<_> = typed.iter().copied().chain([("request", request.as_str())]).collect();
        page(
            self.follow(self.0.post(action).form(&fields).send().await.unwrap())
                .await,
        )
        .await
    }

    async fn follow(&self, mut response: Response) -> Response {
        while response.status().is_redirection() {
            let location = response.headers()[LOCATION].to_str().unwrap();
            let next = response.url().join(location).unwrap();
            response = self.0.get(next).send().await.unwrap();
        }
        response
    }
}

/// The first value of an attribute: of `action` the form's, of `value` the hidden field's.
fn attribute(html: &str, name: &str) -> String {
    let start = format!("{name}=\"");
    let rest = html
        .split_once(&start)
        .unwrap_or_else(|| panic!("no {name} in {html}"))
        .1;
    rest.split('"').next().unwrap().to_owned()
}

async fn page(response: Response) -> Page {
    Page {
        status: response.status().as_u16(),
        text: response.text().await.unwrap(),
    }
}
