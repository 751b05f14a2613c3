use flui_identity::sign_ins::{Cursor, EndReason, Filter, KeyChange, Use, Which};
use flui_model::{Kind, SignInId, api_keys::KeyState};
use rstest::rstest;

use super::support::{Backend, Db, at, browser, end, event, ids, key, of};

#[rstest]
#[tokio::test]
async fn live_sign_ins_come_first_and_then_what_is_over_each_newest_first(
    #[values(Backend::Sqlite, Backend::Postgres)] on: Backend,
) {
    let db = Db::new(on).await;
    let session = db.insert(&browser("alice")).await;
    let alice = session.person.id;
    let (a, b, mut c, d) = (key(alice, "a"), key(alice, "b"), key(alice, "c"), key(alice, "d"));
    c.sign_in.expires_at = at(10);
    for new in [&a, &b, &c, &d] {
        db.insert(new).await;
    }
    db.insert(&browser("bob")).await;
    let which = Which::Ids(vec![a.sign_in.id]);
    db.store()
        .end_sign_ins(&which, &end(5, EndReason::Revoked), &event())
        .await
        .unwrap();

    let list =
        async |filter: &Filter, seconds| ids(&db.store().list_sign_ins(filter, at(seconds), None, 100).await.unwrap());
    let [a, b, c, d] = [&a, &b, &c, &d].map(|new| new.sign_in.id);
    let keys = Filter {
        kinds: Kind::KEYS.to_vec(),
        ..of(alice)
    };
    assert_eq!(list(&keys, 9).await, [d, c, b, a]);
    // Exactly at its time a key is over.
    assert_eq!(list(&keys, 10).await, [d, b, c, a]);
    let in_state = |state| Filter {
        state: Some(state),
        ..keys.clone()
    };
    assert_eq!(list(&in_state(KeyState::Live), 10).await, [d, b]);
    assert_eq!(list(&in_state(KeyState::Expired), 10).await, [c]);
    assert_eq!(list(&in_state(KeyState::Ended), 10).await, [a]);
    assert_eq!(list(&of(alice), 10).await, [d, b, session.sign_in.id, c, a]);
    let sessions = Filter {
        kinds: vec![Kind::Browser],
        ..Filter::default()
    };
    assert_eq!(list(&sessions, 0).await.len(), 2);
    assert_eq!(list(&Filter::default(), 0).await.len(), 6);
    assert_eq!(list(&of(super::support::person_id()), 0).await, []);
}

#[rstest]
#[tokio::test]
async fn a_name_is_found_by_part_of_it_in_any_case_and_wildcards_are_plain_text(
    #[values(Backend::Sqlite, Backend::Postgres)] on: Backend,
) {
    let db = Db::new(on).await;
    let alice = db.insert(&browser("alice")).await.person.id;
    for name in ["Deploy 100% of É", "deploy_x", "nightly\\build"] {
        db.insert(&key(alice, name)).await;
    }
    let find = async |text: &str| {
        let filter = Filter {
            kinds: vec![Kind::Ci],
            text: Some(text.to_owned()),
            ..of(alice)
        };
        let mut names: Vec<String> = Vec::new();
        for found in db.store().list_sign_ins(&filter, at(0), None, 9).await.unwrap() {
            names.push(found.sign_in.name.clone());
        }
        names
    };
    assert_eq!(find("DEPLOY").await, ["deploy_x", "Deploy 100% of É"]);
    assert_eq!(find("of é").await, ["Deploy 100% of É"]);
    assert_eq!(find("0%").await, ["Deploy 100% of É"]);
    assert_eq!(find("y_").await, ["deploy_x"]);
    assert_eq!(find("y%x").await, [""; 0]);
    assert_eq!(find("t_y").await, [""; 0]);
    assert_eq!(find("y\\b").await, ["nightly\\build"]);
    assert_eq!(find("'; drop table people; --").await, [""; 0]);
    assert_eq!(find("\0").await, [""; 0]);
    assert_eq!(find(&"long ".repeat(20_000)).await, [""; 0]);
}

#[rstest]
#[case::everybody(false)]
#[case::one_person(true)]
#[tokio::test]
async fn d8_pages_through_250_rows_have_no_gap_and_no_repeat(
    #[case] one: bool,
    #[values(Backend::Sqlite, Backend::Postgres)] on: Backend,
) {
    let db = Db::new(on).await;
    let alice = db.insert(&browser("alice")).await.person.id;
    let mut revoked = Vec::new();
    for n in 0..249 {
        let mut new = key(alice, "k");
        if n % 5 == 1 {
            new.sign_in.expires_at = at(1);
        }
        if n % 3 == 0 {
            revoked.push(new.sign_in.id);
        }
        db.insert(&new).await;
    }
    let which = Which::Ids(revoked);
    assert_eq!(
        db.store()
            .end_sign_ins(&which, &end(1, EndReason::Revoked), &event())
            .await
            .unwrap()
            .len(),
        83
    );
    let filter = if one { of(alice) } else { Filter::default() };
    let now = at(2);
    let whole = db.store().list_sign_ins(&filter, now, None, 1_000).await.unwrap();
    assert_eq!(whole.len(), 250);
    let over = |state| state != KeyState::Live;
    let mut in_order = whole.clone();
    in_order.sort_by_key(|found| (over(found.sign_in.state(now)), std::cmp::Reverse(found.sign_in.id)));
    assert_eq!(ids(&whole), ids(&in_order));

    for limit in [1, 7, 25, 100, 250] {
        let mut seen: Vec<SignInId> = Vec::new();
        let mut cursor = None;
        loop {
            let page = db.store().list_sign_ins(&filter, now, cursor, limit).await.unwrap();
            assert!(page.len() <= limit as usize);
            let Some(last) = page.last() else { break };
            cursor = Some(Cursor {
                over: over(last.sign_in.state(now)),
                id: last.sign_in.id,
            });
            seen.extend(ids(&page));
        }
        assert_eq!(seen, ids(&whole), "{limit} a page");
    }
}

#[rstest]
#[tokio::test]
async fn a_list_shows_every_write_at_once(#[values(Backend::Sqlite, Backend::Postgres)] on: Backend) {
    let db = Db::new(on).await;
    let session = db.insert(&browser("alice")).await;
    let alice = session.person.id;
    let (a, b) = (key(alice, "a"), key(alice, "b"));
    for new in [&a, &b] {
        db.insert(new).await;
    }
    let [a, b] = [&a, &b].map(|new| new.sign_in.id);
    // The rows themselves are read by their ids, which no memory answers.
    let check = async |after: &str, order: &[SignInId]| {
        for round in ["first", "second"] {
            let listed = db.store().list_sign_ins(&of(alice), at(9), None, 10).await.unwrap();
            assert_eq!(ids(&listed), order, "after {after}, {round}");
            for found in listed {
                let row = db.store().find_sign_in(found.sign_in.id).await.unwrap().unwrap();
                assert_eq!(*found, row, "after {after}, {round}");
            }
        }
    };
    let session = session.sign_in.id;
    check("nothing", &[b, a, session]).await;

    db.store()
        .record_uses(&[Use::new(a, at(2), "192.0.2.7")])
        .await
        .unwrap();
    check("a use", &[b, a, session]).await;

    let renamed = KeyChange::Name("c".to_owned());
    db.store().change_key(a, &renamed, &event()).await.unwrap().unwrap();
    check("a new name", &[b, a, session]).await;

    let which = Which::Ids(vec![b]);
    db.store()
        .end_sign_ins(&which, &end(5, EndReason::Revoked), &event())
        .await
        .unwrap();
    check("an end", &[a, session, b]).await;

    db.store()
        .set_person_disabled(alice, Some(at(6)), &event())
        .await
        .unwrap();
    check("the end of a person's access", &[a, session, b]).await;

    let later = db.insert(&browser("alice")).await.sign_in.id;
    check("a new sign-in", &[later, a, session, b]).await;
}

#[rstest]
#[tokio::test]
async fn a_list_follows_the_clock(#[values(Backend::Sqlite, Backend::Postgres)] on: Backend) {
    let db = Db::new(on).await;
    let alice = db.insert(&browser("alice")).await.person.id;
    let mut keys = Vec::new();
    for expiry in [4, 2, 9, 3, 7, 5] {
        let mut new = key(alice, "k");
        new.sign_in.expires_at = at(expiry);
        keys.push(db.insert(&new).await.sign_in);
    }
    for state in [None, Some(KeyState::Live), Some(KeyState::Expired)] {
        let filter = Filter {
            kinds: vec![keys[0].kind],
            state,
            ..of(alice)
        };
        for limit in [1, 2, 3, 10] {
            for now in (1..11).map(at) {
                let mut wanted: Vec<_> = keys
                    .iter()
                    .filter(|key| state.is_none_or(|state| key.state(now) == state))
                    .collect();
                wanted.sort_by_key(|key| (key.state(now) != KeyState::Live, std::cmp::Reverse(key.id)));
                wanted.truncate(limit as usize);
                let wanted: Vec<SignInId> = wanted.iter().map(|key| key.id).collect();
                // The second time perhaps from memory.
                for round in ["first", "second"] {
                    let page = db.store().list_sign_ins(&filter, now, None, limit).await.unwrap();
                    assert_eq!(ids(&page), wanted, "{state:?}, {limit} at {now}, {round}");
                }
            }
        }
    }
}
