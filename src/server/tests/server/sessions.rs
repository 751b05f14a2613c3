use std::time::Duration;

use flui_devidp::Options;
use flui_testkit::TestApp;
use reqwest::Method;
use serde_json::Value;

use crate::refusal;

const MINUTE: Duration = Duration::from_mins(1);

/// `Set-Cookie` headers of an answer.
pub(crate) fn cookies(answer: &reqwest::Response) -> Vec<String> {
    let all = answer.headers().get_all("set-cookie").iter();
    all.map(|value| value.to_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn s1_the_cookie_is_http_only_lax_and_for_the_whole_host() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let provider = flui_testkit::see_other(&browser.get("/auth/login").await);
    let callback = browser.prove(&provider, "ada").await;
    let set = cookies(&browser.get(&callback).await);
    let session = set.iter().find(|cookie| cookie.starts_with("flui-dev=")).unwrap();
    for part in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(session.contains(part), "{session}");
    }
    assert!(!session.contains("Domain") && session.len() < 4096);
}

#[tokio::test]
async fn s3_a_planted_id_is_never_adopted() {
    let app = TestApp::start().await;
    let planted = "AAAAAAAAAAAAAAAAAAAAAA";
    let browser = app.browser();
    let answer = browser
        .request_get("/")
        .header("cookie", format!("flui-dev={planted}"))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    assert!(cookies(&answer).iter().all(|cookie| !cookie.contains(planted)));
    browser.sign_in("ada").await;
    let replayed = app
        .api(Method::GET, "/api/v1/auth/me")
        .header("cookie", format!("flui-dev={planted}"))
        .send()
        .await
        .unwrap();
    assert_eq!(replayed.status(), 401);
}

#[tokio::test]
async fn s4_strangers_leave_no_trace() {
    let app = TestApp::start().await;
    for path in ["/", "/keys", "/api/v1/auth/config", "/api/v1/auth/me", "/nowhere"] {
        let answer = app.browser().get(path).await;
        assert!(cookies(&answer).is_empty(), "{path}");
    }
    let browser = app.browser();
    browser.sign_in("ada").await;
    let sessions: Value = browser.get("/api/v1/auth/sessions").await.json().await.unwrap();
    assert_eq!(sessions["items"].as_array().unwrap().len(), 1, "{sessions}");
}

#[tokio::test]
async fn s5_a_session_ends_when_it_idles_and_at_its_absolute_end() {
    let app = TestApp::start().await;
    let idle = app.browser();
    idle.sign_in("ada").await;
    app.clock.advance(29 * MINUTE);
    assert_eq!(idle.get("/api/v1/auth/me").await.status(), 200);
    app.clock.advance(31 * MINUTE);
    assert_eq!(idle.get("/api/v1/auth/me").await.status(), 401, "idle for 31 minutes");

    let busy = app.browser();
    app.idp.control().advance_clock(3_600);
    busy.sign_in("ada").await;
    for _ in 0..28 {
        app.clock.advance(25 * MINUTE);
        assert_eq!(busy.get("/api/v1/auth/me").await.status(), 200);
        // The use must be written before it counts; the server does so every five seconds.
        tokio::time::sleep(Duration::from_millis(20)).await;
        app.flush().await;
    }
    app.clock.advance(25 * MINUTE);
    assert_eq!(busy.get("/api/v1/auth/me").await.status(), 401, "twelve hours are over");
}

#[tokio::test]
async fn s7_a_cookie_of_an_ended_session_opens_nothing() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let provider = flui_testkit::see_other(&browser.get("/auth/login").await);
    let callback = browser.prove(&provider, "ada").await;
    let set = cookies(&browser.get(&callback).await);
    let session = set.iter().find_map(|cookie| cookie.strip_prefix("flui-dev=")).unwrap();
    let session = session.split(';').next().unwrap();
    let kept = browser.clone();
    browser.post("/auth/logout", &[]).await;
    assert_eq!(kept.get("/api/v1/auth/me").await.status(), 401);
    let session = format!("flui-dev={session}");
    let page = app
        .api(Method::GET, "/keys")
        .header("cookie", session)
        .send()
        .await
        .unwrap();
    let cleared = cookies(&page);
    assert!(
        cleared
            .iter()
            .any(|cookie| cookie.starts_with("flui-dev=;") && cookie.contains("Max-Age=0")),
        "s16"
    );
    assert!(flui_testkit::see_other(&page).starts_with("/?notice="));
}

#[tokio::test]
async fn s8_own_sessions_are_listed_and_ended() {
    let app = TestApp::start().await;
    let (one, two, other) = (app.browser(), app.browser(), app.browser());
    one.sign_in("ada").await;
    two.sign_in("ada").await;
    other.sign_in("grace").await;
    let list: Value = one.get("/api/v1/auth/sessions").await.json().await.unwrap();
    let items = list["items"].as_array().unwrap();
    assert_eq!(items.len(), 2);
    let theirs: Value = other.get("/api/v1/auth/sessions").await.json().await.unwrap();
    let foreign = theirs["items"][0]["id"].as_str().unwrap();
    let refused = one
        .request(Method::DELETE, &format!("/api/v1/auth/sessions/{foreign}"))
        .header("origin", &app.url)
        .send()
        .await
        .unwrap();
    assert_eq!(refusal(refused).await, (404, "not_found".to_owned()));

    let answer = one
        .request_post("/api/v1/auth/sessions/end-others")
        .header("origin", &app.url)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(one.get("/api/v1/auth/me").await.status(), 200);
    assert_eq!(two.get("/api/v1/auth/me").await.status(), 401);
    assert_eq!(other.get("/api/v1/auth/me").await.status(), 200);
}

#[tokio::test]
async fn s10_the_database_holds_no_cookie_and_no_key() {
    let mut app = TestApp::start().await;
    let browser = app.browser();
    let provider = flui_testkit::see_other(&browser.get("/auth/login").await);
    let callback = browser.prove(&provider, "ada").await;
    let set = cookies(&browser.get(&callback).await);
    let session = set.iter().find_map(|cookie| cookie.strip_prefix("flui-dev=")).unwrap();
    let session = session.split(';').next().unwrap().to_owned();
    let key = app.workstation_key("ada", "laptop").await;
    app.stop().await;
    let mut read = 0;
    for entry in std::fs::read_dir(app.folder.path()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let bytes = std::fs::read(&path).unwrap();
            let text = String::from_utf8_lossy(&bytes);
            assert!(
                !text.contains(&session) && !text.contains(&key.key),
                "{}",
                path.display()
            );
            read += bytes.len();
        }
    }
    assert!(read > 10_000, "the database was read");
}

#[tokio::test]
async fn s11_two_session_cookies_make_a_stranger() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let provider = flui_testkit::see_other(&browser.get("/auth/login").await);
    let callback = browser.prove(&provider, "ada").await;
    let set = cookies(&browser.get(&callback).await);
    let good = set.iter().find(|cookie| cookie.starts_with("flui-dev=")).unwrap();
    let good = good.split(';').next().unwrap();
    let bad = "flui-dev=AAAAAAAAAAAAAAAAAAAAAA";
    let me = |cookie: String| app.api(Method::GET, "/api/v1/auth/me").header("cookie", cookie).send();
    assert_eq!(me(good.to_owned()).await.unwrap().status(), 200);
    assert_eq!(me(format!("{good}; {bad}")).await.unwrap().status(), 401);
    assert_eq!(me(format!("{bad}; {good}")).await.unwrap().status(), 401);
}

/// Browsers guard the prefix of a name as it is written, and the session layer decodes it: `%66lui-dev` is `flui-dev` to it.
#[tokio::test]
async fn s3_s11_a_cookie_whose_name_decodes_to_ours_signs_nobody_in() {
    let app = TestApp::start().await;
    let mut sessions = Vec::new();
    for person in ["ada", "grace"] {
        let browser = app.browser();
        let provider = flui_testkit::see_other(&browser.get("/auth/login").await);
        let callback = browser.prove(&provider, person).await;
        let set = cookies(&browser.get(&callback).await);
        let session = set.iter().find_map(|cookie| cookie.strip_prefix("flui-dev=")).unwrap();
        sessions.push(session.split(';').next().unwrap().to_owned());
    }
    let [ada, grace] = sessions.as_slice() else {
        panic!("two")
    };
    let me = async |cookie: String| {
        let request = app.api(Method::GET, "/api/v1/auth/me").header("cookie", cookie);
        request.send().await.unwrap()
    };
    let mine = me(format!("flui-dev={ada}")).await.text().await.unwrap();
    assert_eq!(me(format!("flui-dev={grace}")).await.status(), 200, "the twin");
    for planted in ["%66lui-dev", "flui%2Ddev", "flui-dev "] {
        assert_eq!(me(format!("{planted}={grace}")).await.status(), 401, "{planted}");
        for both in [
            format!("flui-dev={ada}; {planted}={grace}"),
            format!("{planted}={grace}; flui-dev={ada}"),
        ] {
            assert_eq!(me(both.clone()).await.text().await.unwrap(), mine, "{both}");
        }
    }
}

#[tokio::test]
async fn s14_the_oldest_of_21_sessions_ends() {
    let app = TestApp::start().await;
    let first = app.browser();
    first.sign_in("grace").await;
    for _ in 0..20 {
        app.clock.advance(Duration::from_millis(5));
        app.browser().sign_in("grace").await;
    }
    assert_eq!(first.get("/api/v1/auth/me").await.status(), 401);
}

#[tokio::test]
async fn b13_sessions_and_open_sign_ins_survive_a_restart() {
    let mut app = TestApp::start().await;
    let browser = app.browser();
    browser.sign_in("ada").await;
    let half = app.browser();
    let provider = flui_testkit::see_other(&half.get("/auth/login?return_to=/keys").await);
    let callback = half.prove(&provider, "grace").await;
    app.restart().await;
    assert_eq!(browser.get("/api/v1/auth/me").await.status(), 200);
    assert_eq!(flui_testkit::see_other(&half.get(&callback).await), "/keys");
}

#[tokio::test]
async fn a4_roles_are_read_again_at_each_sign_in() {
    let app = TestApp::start_with(&[], Options::default()).await;
    let browser = app.browser();
    browser.sign_in("ada").await;
    app.idp.control().drop_group("ada", "flui-admins").unwrap();
    browser.sign_in("ada").await;
    let me: Value = browser.get("/api/v1/auth/me").await.json().await.unwrap();
    assert_eq!(me["roles"][0], "user");
}
