//! The page of one key.

use flui_identity::sign_ins::{Day, DayUses, End, EndReason, LastUse, Overlap, SignIn, UsedPlace, UsedScope};
use flui_model::Kind;

use super::{DAY, Dashboard, NOW, assert_whole, scopes, sign_in};

const KEY: &str = "/keys/01930000-0000-7000-8000-000000000011";

fn deploy() -> SignIn {
    SignIn {
        grant: scopes(&["apps:look", "keys:look"]),
        made_by: Some(super::id(2)),
        created_at: NOW - DAY * 40,
        networks: flui_identity::check_networks(&["10.0.0.0/8".to_owned()]).unwrap(),
        ..sign_in(11, Kind::Ci, "deploy")
    }
}

fn used() -> Dashboard {
    let mut dashboard = Dashboard::with(vec![deploy()]);
    let today = Day::of(NOW);
    dashboard.store.uses.days = vec![
        DayUses {
            day: today.back(100),
            count: 9_999,
        },
        DayUses {
            day: today.back(3),
            count: 1_200,
        },
        DayUses { day: today, count: 3 },
    ];
    dashboard.store.uses.places = vec![UsedPlace {
        address: "10.9.8.7".to_owned(),
        program: "<i>curl</i>".to_owned(),
        count: 1_203,
        at: NOW - DAY,
    }];
    dashboard.store.uses.scopes = vec![UsedScope {
        scope: "keys:look".parse().unwrap(),
        at: NOW - DAY,
    }];
    dashboard
}

#[tokio::test]
async fn every_page_of_a_key_is_whole_with_one_heading_and_its_title() {
    for (url, heading) in [
        (KEY.to_owned(), "deploy"),
        (format!("{KEY}/rename"), "Rename deploy"),
        (format!("{KEY}/extend"), "Extend deploy"),
        (format!("{KEY}/networks"), "Networks of deploy"),
        (format!("{KEY}/rotate"), "Rotate deploy"),
        (KEY.replace("keys/", "keys/revoke?id="), "Revoke 1 key"),
    ] {
        assert_whole(&url, heading, &used().get(&url).await);
    }
}

#[tokio::test]
async fn a_key_shows_facts_scopes_uses_and_places() {
    let page = used().get(KEY).await.html;
    for part in [
        "in Firefox on Linux, from 10.1.2.3",
        "flui_ci_b2Lm…9aZ0",
        "10.0.0.0/8",
        "1,203 requests in all",
        "at most 1,200 a day",
        "&lt;i&gt;curl",
        "Not seen",
        "10.9.8.7",
    ] {
        assert!(page.contains(part), "{part}");
    }
    assert!(!page.contains("9,999"), "older than the page shows");
    for act in ["rename", "extend", "networks", "rotate", "revoke"] {
        assert!(page.contains(&format!("href=\"{KEY}/{act}\"")), "{act}");
    }
}

#[tokio::test]
async fn a_key_that_is_over_stays_readable_and_offers_nothing() {
    let over = SignIn {
        ended: Some(End {
            at: NOW - DAY,
            by: Some(super::id(1)),
            reason: EndReason::Replaced,
        }),
        ..deploy()
    };
    let page = Dashboard::with(vec![over.clone()]).get(KEY).await.html;
    assert!(page.contains("replaced by a newer one") && page.contains("<h1>deploy</h1>"));
    assert!(!page.contains(&format!("href=\"{KEY}/")));
    for act in ["rename", "extend", "networks", "rotate"] {
        let page = Dashboard::with(vec![over.clone()]).get(&format!("{KEY}/{act}")).await;
        assert_eq!(page.status, 404, "{act}");
    }
}

#[tokio::test]
async fn a_rotation_under_way_says_whether_the_old_secret_is_still_used() {
    let rotating = |last_used| {
        let key = SignIn {
            rotated_at: Some(NOW - DAY),
            overlap: Some(Overlap {
                secret_hash: flui_identity::SecretHash::of("old"),
                until: NOW + DAY,
                last_used,
            }),
            ..deploy()
        };
        Dashboard::with(vec![key])
    };
    let unused = rotating(None).get(KEY).await.html;
    assert!(unused.contains("Two secrets of this key are good") && unused.contains("It was not used since"));
    let last = LastUse {
        at: NOW - DAY / 2,
        address: "10.1.1.1".to_owned(),
    };
    let page = rotating(Some(last)).get(KEY).await.html;
    assert!(page.contains("Something still uses it") && page.contains("from 10.1.1.1"));
    let form = rotating(None).get(&format!("{KEY}/rotate")).await.html;
    assert!(form.contains("A rotation is under way"));
    let calm = Dashboard::with(vec![deploy()]).get(KEY).await.html;
    assert!(!calm.contains("Two secrets"));
}

#[tokio::test]
async fn a_key_at_the_end_of_the_policy_is_offered_a_rotation_instead() {
    let long = SignIn {
        expires_at: NOW + DAY * 325,
        ..deploy()
    };
    let page = Dashboard::with(vec![long]).get(&format!("{KEY}/extend")).await.html;
    assert!(page.contains("lives as long as a secret may") && !page.contains("Extend key</button>"));
    let short = Dashboard::with(vec![deploy()]).get(&format!("{KEY}/extend")).await.html;
    assert!(short.contains("Extend key</button>") && short.contains("type=\"date\""));
}

#[tokio::test]
async fn a_stale_sign_in_is_sent_through_the_provider_and_back_to_the_act() {
    for act in ["extend", "networks", "rotate"] {
        let mut dashboard = Dashboard::with(vec![deploy()]);
        dashboard.store.sign_ins[0].proof.auth_time = Some(NOW - DAY);
        let page = dashboard.get(&format!("{KEY}/{act}")).await.html;
        let back = format!("%2F{act}\"");
        assert!(
            page.contains("/auth/login?fresh=1&amp;return_to=%2Fkeys%2F") && page.contains(&back),
            "{act}"
        );
        let fresh = Dashboard::with(vec![deploy()]).get(&format!("{KEY}/{act}")).await.html;
        assert!(!fresh.contains("fresh=1"));
    }
}

#[tokio::test]
async fn keys_can_be_ticked_when_there_are_several() {
    let one = Dashboard::with(vec![deploy()]).get("/keys").await.html;
    assert!(!one.contains("Revoke selected"));
    let two = Dashboard::with(vec![deploy(), sign_in(12, Kind::Ci, "other")])
        .get("/keys")
        .await
        .html;
    assert!(two.contains("Revoke selected") && two.contains("Select deploy"));
    let query = "/keys/revoke?id=01930000-0000-7000-8000-000000000011&id=01930000-0000-7000-8000-000000000012";
    let confirm = Dashboard::with(vec![deploy(), sign_in(12, Kind::Ci, "other")])
        .get(query)
        .await
        .html;
    assert!(confirm.contains("“deploy”") && confirm.contains("“other”") && confirm.contains("Revoke 2 keys</button>"));
    let foreign = Dashboard::with(vec![deploy()]).get(query).await;
    assert_eq!(foreign.status, 404, "one that is not there refuses the whole");
}
