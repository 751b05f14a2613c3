//! Whole pages over the real store, on a database of each page's own.
#![allow(clippy::unwrap_used, reason = "a test that is surprised should stop right there")]

mod admin;
mod apps;
mod kept;
mod key_forms;
mod key_pages;
mod pages;
mod sign_in_pages;

use std::{sync::Arc, time::Duration};

use flui_identity::{
    Caller, Client, Clock, Identity, Policy, PresentedSecret, Random, RolePolicy, SecretHash,
    apps::Apps,
    people::Person,
    sign_ins::{Found, Grant, LastUse, Proof, SignIn},
};
use flui_model::{
    Kind, PersonId, ScopeSet, SignInId, Timestamp,
    api_keys::{ApiKeyView, Machine},
};
use leptos::prelude::LeptosOptions;

use self::kept::Kept;
use crate::{FormAnswer, Notice, PageContext, PageRequest, PageSettings, RenderedPage, Theme, render};

const NOW: Timestamp = Timestamp::from_seconds(1_764_000_000);
const DAY: Duration = Duration::from_hours(24);

struct Fixed;

impl Clock for Fixed {
    fn now(&self) -> Timestamp {
        NOW
    }
}

impl Random for Fixed {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(7);
    }
}

fn id<T: std::str::FromStr<Err: std::fmt::Debug>>(number: u32) -> T {
    format!("01930000-0000-7000-8000-{number:012}").parse().unwrap()
}

fn person() -> Person {
    Person {
        id: id::<PersonId>(1),
        issuer: "https://id.example.org".to_owned(),
        subject: "ada".to_owned(),
        name: Some("Ada Lovelace".to_owned()),
        email: Some("ada@example.org".to_owned()),
        email_verified: true,
        groups: Vec::new(),
        first_seen_at: NOW,
        last_seen_at: NOW,
        disabled_at: None,
        gone_at: None,
        confirmed_at: None,
    }
}

fn settings() -> PageSettings {
    PageSettings {
        provider_host: "id.example.org".to_owned(),
        account_url: Some("https://id.example.org/me".to_owned()),
        public_url: "https://flui.example.org".to_owned(),
        css_path: "/pkg/flui.css".to_owned(),
        apps: Apps::default(),
        registers_apps: true,
        seals: true,
        keys_max_days: 365,
    }
}

fn client() -> Client {
    Client {
        address: "10.1.2.3".parse().unwrap(),
        user_agent: "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0".to_owned(),
        request_id: "request-1".to_owned(),
    }
}

fn sign_in(number: u32, kind: Kind, name: &str) -> SignIn {
    let prefix = match kind {
        Kind::Browser => "",
        Kind::Workstation => "flui_ws_7fQx",
        Kind::Ci => "flui_ci_b2Lm",
        Kind::Service => "flui_svc_Zk3r",
    };
    SignIn {
        id: id::<SignInId>(number),
        person_id: id(1),
        kind,
        name: name.to_owned(),
        secret_hash: SecretHash::of(&number.to_string()),
        prefix: prefix.to_owned(),
        last_four: "9aZ0".to_owned(),
        grant: Grant::Unscoped,
        contexts: Vec::new(),
        networks: Vec::new(),
        proof: Proof {
            auth_time: Some(NOW - Duration::from_mins(3)),
            amr: vec!["pwd".to_owned(), "mfa".to_owned()],
            ..Proof::default()
        },
        client: client(),
        machine: (kind == Kind::Workstation).then(|| Machine {
            name: name.to_owned(),
            os: "linux".to_owned(),
        }),
        made_by: None,
        created_at: NOW - Duration::from_mins(10),
        last_used: Some(LastUse {
            at: NOW - Duration::from_mins(3),
            address: "10.1.2.3".to_owned(),
        }),
        expires_at: NOW + DAY * 60,
        rotated_at: None,
        overlap: None,
        paused: None,
        ended: None,
    }
}

fn scopes(scopes: &[&str]) -> Grant {
    Grant::Scopes(scopes.iter().map(|scope| scope.parse().unwrap()).collect::<ScopeSet>())
}

/// A scoped CI key that was made just now and never used.
pub(crate) fn key_view(name: &str, now: Timestamp) -> ApiKeyView {
    let key = SignIn {
        last_used: None,
        created_at: now,
        expires_at: now + DAY * 90,
        grant: scopes(&["apps:look"]),
        ..sign_in(9, Kind::Ci, name)
    };
    let found = Found {
        sign_in: key,
        person: person(),
    };
    found.key_view(flui_model::Role::User, id(2), now)
}

/// A page with one heading, its title, and nothing that the policy of the pages forbids.
fn assert_whole(url: &str, heading: &str, page: &RenderedPage) {
    assert_eq!(page.status, 200, "{url}");
    assert_eq!(page.html.matches("<h1").count(), 1, "{url}");
    assert!(page.html.contains(&format!("<h1>{heading}</h1>")), "{url}");
    assert!(page.html.contains(&format!("<title>{heading} · Flui</title>")), "{url}");
    assert!(page.html.ends_with("</html>"), "{url}");
    assert!(
        !page.html.contains("style=\"") && !page.html.contains(" onclick="),
        "{url}"
    );
    for script in page.html.split("<script").skip(1) {
        assert!(
            script.starts_with(r#" type="module" nonce="n0nce""#),
            "{url}: {script:.60}"
        );
    }
}

/// The dashboard over a store, and whoever looks at it.
struct Dashboard {
    store: Kept,
    theme: Theme,
    notice: Option<Notice>,
    apps: Apps,
}

impl Dashboard {
    /// Ada is signed in from one browser, with these other sign-ins of hers.
    fn with(sign_ins: Vec<SignIn>) -> Self {
        let mut store = Kept::new(person());
        store.sign_ins.push(sign_in(2, Kind::Browser, "Firefox on Linux"));
        store.sign_ins.extend(sign_ins);
        Self {
            store,
            theme: Theme::Auto,
            notice: None,
            apps: Apps::default(),
        }
    }

    async fn get(self, url: &str) -> RenderedPage {
        self.render(url, Some("2"), None).await
    }

    async fn answer(self, url: &str, answer: FormAnswer) -> RenderedPage {
        self.render(url, Some("2"), Some(answer)).await
    }

    async fn get_as_stranger(self, url: &str) -> RenderedPage {
        self.render(url, None, None).await
    }

    async fn render(self, url: &str, session: Option<&str>, answer: Option<FormAnswer>) -> RenderedPage {
        let policy = Policy {
            roles: RolePolicy {
                admin: vec!["admins".to_owned()],
                readonly: vec!["viewers".to_owned()],
            },
            ..Policy::default()
        };
        let (store, _folder) = self.store.write().await;
        let identity = Arc::new(Identity::new(store, Arc::new(Fixed), Arc::new(Fixed), policy));
        let caller = match session {
            None => Caller::Nobody,
            Some(secret) => {
                let secret = PresentedSecret::Session(SecretHash::of(secret));
                identity.identify(&secret, &client()).await.unwrap()
            }
        };
        let context = PageContext {
            identity,
            caller,
            client: client(),
            settings: Arc::new(PageSettings {
                apps: self.apps,
                ..settings()
            }),
            theme: self.theme,
            request_id: "request-1".to_owned(),
            notice: self.notice,
        };
        render(PageRequest {
            url: url.to_owned(),
            context,
            answer,
            nonce: "n0nce".to_owned(),
            options: LeptosOptions::builder().output_name("flui").build(),
        })
        .await
    }
}
