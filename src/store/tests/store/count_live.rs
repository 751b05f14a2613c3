use flui_identity::sign_ins::{EndReason, LiveCount, Which};
use flui_model::Kind;
use rstest::rstest;

use super::support::{Backend, Db, at, browser, end, event, key, workstation};

#[rstest]
#[tokio::test]
async fn live_sign_ins_are_counted_by_kind_with_the_first_end(
    #[values(Backend::Sqlite, Backend::Postgres)] on: Backend,
) {
    let db = Db::new(on).await;
    assert_eq!(db.store().count_live(at(0)).await.unwrap(), []);
    let alice = db.insert(&browser("alice")).await.person.id;
    let (mut a, mut b, ended) = (key(alice, "a"), key(alice, "b"), key(alice, "ended"));
    a.sign_in.expires_at = at(100);
    b.sign_in.expires_at = at(200);
    for new in [&a, &b, &ended] {
        db.insert(new).await;
    }
    let which = Which::Ids(vec![ended.sign_in.id]);
    db.store()
        .end_sign_ins(&which, &end(5, EndReason::Revoked), &event())
        .await
        .unwrap();
    db.insert(&workstation("bob", "laptop")).await;

    let counted = async |seconds, kind| {
        let all = db.store().count_live(at(seconds)).await.unwrap();
        all.into_iter().find(|row| row.kind == kind)
    };
    let ci = |count, seconds| {
        Some(LiveCount {
            kind: Kind::Ci,
            count,
            first_end: at(seconds),
        })
    };
    assert_eq!(counted(99, Kind::Ci).await, ci(2, 100));
    // Exactly at its time a key is over.
    assert_eq!(counted(100, Kind::Ci).await, ci(1, 200));
    assert_eq!(counted(200, Kind::Ci).await, None);
    assert_eq!(counted(0, Kind::Browser).await.unwrap().count, 1);
    assert_eq!(counted(0, Kind::Workstation).await.unwrap().count, 1);

    db.sql("update people set disabled_at = 1 where subject = 'bob'")
        .await
        .unwrap();
    assert_eq!(counted(0, Kind::Workstation).await, None);
}
