//! Sign-ins, device logins, and lost machines.

use super::{DAY, Dashboard, NOW, id, key_view, pages::full};
use crate::{FormAnswer, RenderedPage};
use flui_model::{
    Kind,
    sign_ins::{EndedSignIn, EndedSignIns},
};

#[tokio::test]
async fn sign_ins_mark_this_one_and_end_each() {
    let page = full().get("/sign-ins").await;
    assert_eq!(page.html.matches("This one").count(), 1);
    assert!(
        page.html
            .contains(r#"action="/sign-ins/01930000-0000-7000-8000-000000000003/end""#)
    );
    assert!(page.html.contains(r#"action="/sign-ins/end-others""#));
    assert!(page.html.contains("One factor") && page.html.contains("MFA"));
    assert!(
        page.html.contains("ada-laptop<!> <span class=\"muted\">Linux</span>"),
        "{}",
        page.html
    );
    let alone = Dashboard::with(Vec::new()).get("/sign-ins").await;
    assert!(!alone.html.contains("end-others"), "there is nowhere else to sign out");
}

#[tokio::test]
async fn a_device_login_is_shown_with_who_asks_and_needs_a_fresh_proof() {
    let url = "/device?request=01930000-0000-7000-8000-000000000030";
    let page = full().get(url).await;
    for part in [
        "db-server",
        "linux",
        "10.1.2.3",
        "1 minute ago",
        "role: User",
        ">Approve</button>",
        ">This was not me</button>",
    ] {
        assert!(page.html.contains(part), "{part}");
    }
    let mut stale = full();
    stale.store.sign_ins[0].proof.auth_time = Some(NOW - DAY);
    let page = stale.get(url).await;
    assert!(!page.html.contains(">Approve</button>") && page.html.contains(">This was not me</button>"));
    assert!(
        page.html
            .contains("/auth/login?fresh=1&amp;return_to=%2Fdevice%3Frequest%3D01930000")
    );
    for absent in ["x", "01930000-0000-7000-8000-000000000031"] {
        assert_eq!(full().get(&format!("/device?request={absent}")).await.status, 404);
    }
    let answer = FormAnswer::DeviceCode {
        typed: "BCDF\"><b>".to_owned(),
        problem: "Too many wrong codes.".to_owned(),
        status: 429,
    };
    let page = full().answer("/device", answer).await;
    assert_eq!(page.status, 429);
    assert!(page.html.contains("aria-invalid=\"true\"") && !page.html.contains("<b>"));
}

/// Whether the box of this sign-in is ticked.
fn is_ticked(page: &RenderedPage, number: u32) -> bool {
    let id = id::<flui_model::SignInId>(number);
    let box_of = page
        .html
        .split(&format!("value=\"{id}\""))
        .nth(1)
        .expect("the sign-in is listed");
    box_of.split('>').next().unwrap().contains("checked")
}

#[tokio::test]
async fn reporting_a_machine_lost_ticks_its_keys_and_suspect_browsers_but_never_this_one() {
    let url = "/sign-ins/lost?machine=name:ada-laptop";
    let mut dashboard = full();
    // Made with the laptop's key, by way of another one.
    dashboard.store.sign_ins.iter_mut().for_each(|sign_in| {
        if sign_in.name == "deploy-prod" {
            sign_in.made_by = Some(id(12));
        } else if sign_in.name == "gateway" {
            sign_in.made_by = Some(id(13));
        }
    });
    let page = dashboard.get(url).await;
    assert!(
        is_ticked(&page, 13) && is_ticked(&page, 3),
        "its key, and a browser at its address"
    );
    assert!(!is_ticked(&page, 2), "this browser");
    assert!(
        !is_ticked(&page, 11) && !is_ticked(&page, 12),
        "keys that were made from it"
    );
    assert_eq!(page.html.matches("This one").count(), 1);
    assert!(page.html.contains(">End all of them</button>"));

    let chosen = full()
        .get(&format!("{url}&ticked=1&id=01930000-0000-7000-8000-000000000013"))
        .await;
    assert!(is_ticked(&chosen, 13) && !is_ticked(&chosen, 3));
    let gone = full().get("/sign-ins/lost?machine=name:nowhere").await;
    assert!(gone.html.contains("Nothing of that machine is live"));
}

#[tokio::test]
async fn the_proof_says_what_ended_when_and_what_is_left() {
    let answer = FormAnswer::Lost {
        machine: "ada-laptop".to_owned(),
        ended: EndedSignIns {
            ended: vec![EndedSignIn {
                id: id(13),
                name: "ada-laptop".to_owned(),
                kind: Kind::Workstation,
            }],
            ended_at: NOW,
        },
        left: vec![key_view("deploy-prod", NOW)],
    };
    let page = full().answer("/sign-ins/lost", answer).await;
    for part in [
        "ada-laptop is locked out",
        "1 sign-in ended",
        "2025-11-24 16:00:00 UTC",
        "deploy-prod",
        "id.example.org",
    ] {
        assert!(page.html.contains(part), "{part}");
    }
    assert!(!page.html.contains("This browser was among them"));
}
