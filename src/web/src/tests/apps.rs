use flui_identity::apps::{Access, App, Apps, HostPattern, Rule};
use flui_model::Role;

use super::{Dashboard, assert_whole};
use crate::{ErrorPage, Theme, error_page};

fn app(name: &str, access: Access) -> App {
    let host = format!("{}.example.org", name.to_lowercase());
    App {
        name: name.to_owned(),
        host: HostPattern::parse(&host).unwrap(),
        address: format!("https://{host}/"),
        rules: vec![Rule {
            path: "/".to_owned(),
            access,
        }],
    }
}

fn needs(role: Role) -> Access {
    Access::SignedIn { role, scope: None }
}

fn with(apps: Vec<App>, groups: &[&str]) -> Dashboard {
    let mut dashboard = Dashboard::with(Vec::new());
    dashboard.store.person.groups = groups.iter().map(|group| (*group).to_owned()).collect();
    dashboard.apps = Apps::new(apps);
    dashboard
}

#[tokio::test]
async fn apps_that_a_person_may_open_say_why() {
    let apps = || vec![app("Wiki", needs(Role::ReadOnly)), app("Grafana", needs(Role::Admin))];
    let page = with(apps(), &[]).get("/apps").await;
    assert_whole("/apps", "Apps", &page);
    assert!(
        page.html
            .contains(r#"href="https://wiki.example.org/" class="app-name">Wiki</a>"#)
    );
    assert!(page.html.contains("Everyone signed in") && page.html.contains("wiki.example.org<"));
    assert!(!page.html.contains("Grafana"), "what is not open is not shown");

    let page = with(apps(), &["admins"]).get("/apps").await;
    assert!(page.html.contains("Wiki") && page.html.contains("Grafana") && page.html.contains("Admins"));
}

#[tokio::test]
async fn a_person_without_apps_is_told_why() {
    let none = with(Vec::new(), &[]).get("/apps").await;
    assert_whole("/apps", "Apps", &none);
    assert!(none.html.contains("No apps yet"));
    let closed = with(vec![app("Grafana", needs(Role::Admin))], &[]).get("/apps").await;
    assert!(closed.html.contains("No apps for you"));
}

#[tokio::test]
async fn the_navigation_names_apps_where_there_are_some() {
    let link = r#"<a href="/apps""#;
    assert!(!with(Vec::new(), &[]).get("/keys").await.html.contains(link));
    let some = with(vec![app("Wiki", Access::Public)], &[]).get("/keys").await;
    assert!(some.html.contains(link));
}

#[test]
fn an_error_on_the_host_of_an_app_uses_nothing_but_what_is_there() {
    let page = |on_app| ErrorPage {
        code: flui_model::ErrorCode::LoginStateLost,
        detail: "Start again.".to_owned(),
        request_id: None,
        theme: Theme::Auto,
        on_app,
    };
    let there = error_page(&super::settings(), page(true));
    assert!(
        there.contains(r#"href="/.flui/pkg/flui.css""#)
            && there.contains(r#"href="/" class="button">Open the app again"#)
    );
    assert!(!there.contains("/auth/login"));
    assert!(error_page(&super::settings(), page(false)).contains("/auth/login"));
}
