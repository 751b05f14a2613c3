//! Lists of more rows than anybody reads.

use std::collections::HashSet;

use flui_testkit::{Browser, TestApp};
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, SqliteConnection};

const KEYS: &str = "/api/v1/auth/api-keys";

/// Bytes of an answer: a page of 200 rows is far below it, and 100,000 rows would be forty times as much.
const LARGEST: usize = 1024 * 1024;

async fn database(app: &TestApp) -> SqliteConnection {
    let file = format!("sqlite://{}", app.folder.path().join("flui.db").display());
    SqliteConnection::connect(&file).await.unwrap()
}

/// Copies the key of this name a hundred thousand times.
async fn copy_key(app: &TestApp, name: &str) {
    let mut database = database(app).await;
    let others = "select group_concat(name) from pragma_table_info('sign_ins') \
                  where name not in ('id', 'secret_hash', 'name', 'name_folded')";
    let others: String = sqlx::query_scalar(others).fetch_one(&mut database).await.unwrap();
    let copy = format!(
        "insert into sign_ins (id, secret_hash, name, name_folded, {others}) \
         with recursive n(x) as (select 1 union all select x + 1 from n where x < 100000) \
         select cast(printf('%016d', x) as blob), cast(printf('%032d', x) as blob), 'copy ' || x, 'copy ' || x, {others} \
         from n, sign_ins where sign_ins.name = '{name}'"
    );
    let done = database.execute(AssertSqlSafe(copy)).await.unwrap();
    assert_eq!(done.rows_affected(), 100_000);
}

/// Reads an address. Gives its text, which is of bounded length.
async fn read(browser: &Browser, path: &str) -> String {
    let answer = browser.get(path).await;
    assert_eq!(answer.status(), 200, "{path}");
    let text = answer.text().await.unwrap();
    assert!(text.len() < LARGEST, "{path}: {} bytes", text.len());
    text
}

#[tokio::test]
async fn d8_a_hundred_thousand_keys_come_in_pages_everywhere() {
    let app = TestApp::start().await;
    let (ada, grace) = (app.browser(), app.browser());
    ada.sign_in("ada").await;
    grace.sign_in("grace").await;
    let body = json!({ "name": "original", "scopes": ["apps:look"] });
    let made = grace.request_post(KEYS).header("origin", &app.url).json(&body);
    assert_eq!(made.send().await.unwrap().status(), 201);
    let me: Value = grace.get("/api/v1/auth/me").await.json().await.unwrap();
    let person = me["person"]["id"].as_str().unwrap();
    copy_key(&app, "original").await;

    let mut seen = HashSet::new();
    let mut next = String::new();
    for _ in 0..4 {
        let page: Value = serde_json::from_str(&read(&grace, &format!("{KEYS}?limit=100000{next}")).await).unwrap();
        let items = page["items"].as_array().unwrap();
        assert_eq!(items.len(), 200, "whatever was asked for");
        for item in items {
            assert!(seen.insert(item["id"].as_str().unwrap().to_owned()));
        }
        next = format!("&cursor={}", page["nextCursor"].as_str().unwrap());
    }
    for path in ["/", "/keys", "/sign-ins", "/sign-ins/lost", "/audit"] {
        read(&grace, path).await;
    }
    assert!(read(&grace, "/keys?text=copy+99999").await.contains("copy 99999"));
    let all = format!("{KEYS}?person=all&limit=200");
    for path in ["/estate", "/people", "/audit", &format!("/people/{person}"), &all] {
        read(&ada, path).await;
    }
    read(&ada, &format!("/people/{person}/end")).await;
    read(&ada, &format!("/people/{person}/disable")).await;

    // The calendar is for programs of the person.
    let page = grace.post("/keys/calendar", &[]).await.text().await.unwrap();
    let address = page.split("/calendar/").nth(1).unwrap().split(".ics").next().unwrap();
    let calendar = app.api(Method::GET, &format!("/calendar/{address}.ics"));
    let calendar = calendar.send().await.unwrap();
    assert_eq!(calendar.status(), 200);
    assert!(calendar.text().await.unwrap().len() < LARGEST);
}

#[tokio::test]
async fn d8_what_is_listed_whole_has_a_bound() {
    let app = TestApp::start().await;
    let ada = app.browser();
    ada.sign_in("ada").await;
    let fill = "insert into contexts (name, api_url, issuer, description, created_at) \
                with recursive n(x) as (select 1 union all select x + 1 from n where x < 499) \
                select 'c' || x, 'https://a.example.org', 'https://id.example.org', '', 0 from n";
    database(&app).await.execute(fill).await.unwrap();
    let create = |name: &str| {
        let body = json!({ "name": name, "apiUrl": "https://a.example.org", "issuer": "https://id.example.org" });
        ada.request_post("/api/v1/contexts")
            .header("origin", &app.url)
            .json(&body)
            .send()
    };
    assert_eq!(create("last").await.unwrap().status(), 201);
    let refused = create("more").await.unwrap();
    assert_eq!(crate::refusal(refused).await, (400, "invalid_field".to_owned()));
    for path in ["/contexts", "/api/v1/contexts"] {
        assert!(read(&ada, path).await.contains("c499"), "{path}");
    }
}
