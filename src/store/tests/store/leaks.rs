use flui_identity::{
    audit::{Action, Event},
    sign_ins::EndReason,
};
use rstest::rstest;

use super::support::{Backend, Db, at, browser, client, end, event, key, secret};

#[rstest]
#[tokio::test]
async fn k8_a_key_that_was_found_ends_with_a_row_that_says_where(
    #[values(Backend::Sqlite, Backend::Postgres)] on: Backend,
) {
    let db = Db::new(on).await;
    let store = db.store();
    let alice = db.insert(&browser("alice")).await.person.id;
    let (found, other) = (key(alice, "found"), key(alice, "other"));
    for new in [&found, &other] {
        db.insert(new).await;
    }
    let before = db.events().await.len();
    let mut find = Event::new(at(5), Action::KeyLeaked, Some(&client()));
    find.object_name = Some("https://example.org/file".to_owned());
    let hash = found.sign_in.secret_hash;
    let (why, what) = (end(5, EndReason::Leaked), event());
    assert!(!store.end_leaked_key(&secret(), &why, &what, &find).await.unwrap());
    // Once from the index in memory, where there is one.
    assert!(
        store
            .find_by_secret(&hash)
            .await
            .unwrap()
            .unwrap()
            .sign_in
            .ended
            .is_none()
    );
    assert!(store.end_leaked_key(&hash, &why, &what, &find).await.unwrap());
    assert!(!store.end_leaked_key(&hash, &why, &what, &find).await.unwrap());

    let ended = store
        .find_by_secret(&hash)
        .await
        .unwrap()
        .unwrap()
        .sign_in
        .ended
        .clone();
    assert_eq!(ended, Some(why));
    let other = store.find_by_secret(&other.sign_in.secret_hash).await.unwrap().unwrap();
    assert!(other.sign_in.ended.is_none());
    let rows: Vec<_> = db.events().await.split_off(before);
    let told: Vec<_> = rows
        .iter()
        .map(|row| (row.action.as_str(), row.object_name.as_deref(), row.object.clone()))
        .collect();
    let id = Some(found.sign_in.id.to_string());
    assert_eq!(
        told,
        [
            ("key.revoked", Some("found"), id.clone()),
            ("key.leaked", Some("https://example.org/file"), id)
        ]
    );
}
