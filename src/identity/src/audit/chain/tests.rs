use flui_model::Timestamp;

use super::{Anchor, ChainHash, ChainedEvent, Checker, Fault, Head, Sound};
use crate::audit::{Action, Event};

/// So many rows, one after the other.
fn log(rows: i64) -> Vec<ChainedEvent> {
    let mut head = Head::EMPTY;
    (0..rows)
        .map(|number| {
            let mut event = Event::new(Timestamp::from_seconds(number), Action::KeyRenamed, None);
            event.object_name = Some(format!("name {number}"));
            head.append(&event)
        })
        .collect()
}

fn check(log: &[ChainedEvent], head: Option<&Head>, anchors: &[Anchor]) -> Result<Sound, Fault> {
    let mut checker = Checker::new(anchors);
    for row in log {
        checker.take(row)?;
    }
    checker.finish(head)
}

fn head(row: &ChainedEvent) -> Head {
    Head {
        seq: row.seq,
        hash: row.hash.expect("it is chained"),
    }
}

fn anchor(row: &ChainedEvent) -> [Anchor; 2] {
    let Head { seq, hash } = head(row);
    [Anchor { seq: Some(seq), hash }, Anchor { seq: None, hash }]
}

/// The form of what is hashed is a promise to whoever keeps exports: it may not change under the same number.
#[test]
fn u3_the_hash_of_a_row_is_what_it_was_in_the_first_release() {
    let mut row = log(1).remove(0);
    row.reason = Some(String::new());
    let hash = row.hash_after(&ChainHash::GENESIS);
    assert_eq!(
        hash.to_string(),
        "a0aba8b6077bd21839d4afe1d8a4ee7850237665a483056ba1c6d65fc679d5b6"
    );
    assert_eq!(hash.to_string().parse(), Ok(hash));
    row.reason = None;
    assert_ne!(row.hash_after(&ChainHash::GENESIS), hash, "empty is not absent");
}

#[test]
fn u3_text_that_moves_from_one_field_to_the_next_changes_the_hash() {
    let mut row = log(1).remove(0);
    (row.object, row.object_name) = (Some("ab".to_owned()), Some("c".to_owned()));
    let hash = row.hash_after(&ChainHash::GENESIS);
    (row.object, row.object_name) = (Some("a".to_owned()), Some("bc".to_owned()));
    assert_ne!(row.hash_after(&ChainHash::GENESIS), hash);
}

#[test]
fn u3_a_whole_log_is_sound_with_and_without_what_was_kept() {
    let rows = log(5);
    let sound = Ok(Sound {
        rows: 5,
        head: head(&rows[4]),
    });
    assert_eq!(check(&rows, None, &[]), sound);
    assert_eq!(check(&rows, Some(&head(&rows[4])), &anchor(&rows[2])), sound);
    let none = Anchor {
        seq: Some(0),
        hash: ChainHash::GENESIS,
    };
    assert_eq!(check(&rows, None, &[none]), sound);
    assert_eq!(check(&[], Some(&Head::EMPTY), &[none]).map(|sound| sound.rows), Ok(0));
}

#[test]
fn u3_edits_deletions_and_moves_show_at_their_row() {
    let rows = log(5);
    let spoilt = |spoil: &dyn Fn(&mut Vec<ChainedEvent>)| {
        let mut rows = rows.clone();
        spoil(&mut rows);
        check(&rows, Some(&head(&log(5)[4])), &[]).expect_err("it was spoilt")
    };
    assert_eq!(
        spoilt(&|rows| rows[2].reason = Some("x".to_owned())),
        Fault::Altered { seq: 3 }
    );
    assert_eq!(
        spoilt(&|rows| drop(rows.remove(2))),
        Fault::Missing { first: 3, last: 3 }
    );
    assert_eq!(spoilt(&|rows| rows.swap(2, 3)), Fault::Missing { first: 3, last: 3 });
    assert_eq!(
        spoilt(&|rows| {
            rows.swap(2, 3);
            (rows[2].seq, rows[3].seq) = (3, 4);
        }),
        Fault::Altered { seq: 3 }
    );
    assert_eq!(spoilt(&|rows| rows[3].hash = None), Fault::Unchained { seq: 4 });
    assert_eq!(spoilt(&|rows| rows.truncate(3)), Fault::CutOff { last: 3, head: 5 });
    assert_eq!(
        spoilt(&|rows| rows.insert(3, rows[2].clone())),
        Fault::Order { seq: 3, after: 3 }
    );
}

#[test]
fn u3_a_log_that_was_cut_off_or_written_anew_shows_by_what_was_kept_elsewhere() {
    let rows = log(5);
    let [numbered, bare] = anchor(&rows[3]);
    let short = &rows[..3];
    // Whoever cut it off brought the head into line, so the log alone looks sound.
    assert!(check(short, Some(&head(&rows[2])), &[]).is_ok());
    assert_eq!(check(short, None, &[numbered]), Err(Fault::CutOff { last: 3, head: 4 }));
    assert_eq!(
        check(short, None, &[bare]),
        Err(Fault::NoAnchor {
            hash: head(&rows[3]).hash
        })
    );
    let mut forged = log(5);
    let mut before = Head::EMPTY;
    for row in &mut forged {
        row.address = Some("192.0.2.1".to_owned());
        row.hash = Some(row.hash_after(&before.hash));
        before = head(row);
    }
    assert!(check(&forged, Some(&before), &[]).is_ok());
    assert_eq!(check(&forged, None, &[numbered]), Err(Fault::Anchor { seq: 4 }));
}

#[test]
fn u3_rows_older_than_the_chain_are_covered_by_its_first_hash() {
    let mut rows = log(6);
    for row in &mut rows[..3] {
        row.hash = None;
    }
    assert!(check(&rows, Some(&head(&rows[5])), &[]).is_ok());
    rows[1].reason = Some("x".to_owned());
    assert_eq!(check(&rows, None, &[]), Err(Fault::Older { seq: 4 }));
    let mut old = log(3);
    let end = head(&old[2]);
    for row in &mut old {
        row.hash = None;
    }
    assert!(check(&old, Some(&end), &[]).is_ok());
    old[0].at = Timestamp::from_seconds(77);
    assert_eq!(check(&old, Some(&end), &[]), Err(Fault::Head { seq: 3 }));
}

#[test]
fn u3_an_exported_line_is_read_as_it_was_written() {
    let row = log(1).remove(0);
    let line = serde_json::to_string(&row).expect("it has a form");
    assert_eq!(serde_json::from_str::<ChainedEvent>(&line).expect("it is one"), row);
    let more = line.replacen('{', "{\"more\":1,", 1);
    assert!(serde_json::from_str::<ChainedEvent>(&more).is_err());
}
