//! CSV (RFC 4180) that is safe to open in a spreadsheet.

use flui_model::audit::AuditEventView;

/// The names of the columns.
pub(super) const HEADER: &str = "seq,at,action,outcome,reason,actor,actorName,signIn,object,objectName,address,\
                                 userAgent,requestId\r\n";

/// Writes a row.
pub(super) fn write(text: &mut String, event: &AuditEventView) {
    let or_empty = |value: &Option<String>| value.clone().unwrap_or_default();
    let cells = [
        event.seq.to_string(),
        event.at.to_string(),
        event.action.clone(),
        event.outcome.clone(),
        or_empty(&event.reason),
        event.actor.map(|id| id.to_string()).unwrap_or_default(),
        or_empty(&event.actor_name),
        event.sign_in.map(|id| id.to_string()).unwrap_or_default(),
        or_empty(&event.object),
        or_empty(&event.object_name),
        event.address.map(|address| address.to_string()).unwrap_or_default(),
        or_empty(&event.user_agent),
        or_empty(&event.request_id),
    ];
    for (place, value) in cells.iter().enumerate() {
        if place > 0 {
            text.push(',');
        }
        cell(text, value);
    }
    text.push_str("\r\n");
}

/// Writes a cell. A spreadsheet would run what begins like a formula: a quote before it makes it text.
fn cell(text: &mut String, value: &str) {
    let guarded = value.starts_with([
        '=', '+', '-', '@', '\t', '\r', '\n', '\u{FF1D}', '\u{FF0B}', '\u{FF0D}', '\u{FF20}',
    ]);
    let quoted = guarded || value.contains(['"', ',', '\r', '\n', '\'']);
    if !quoted {
        text.push_str(value);
        return;
    }
    text.push('"');
    if guarded {
        text.push('\'');
    }
    text.push_str(&value.replace('"', "\"\""));
    text.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(value: &str) -> String {
        let mut text = String::new();
        cell(&mut text, value);
        text
    }

    #[test]
    fn plain_cells_stay_as_they_are_and_others_are_quoted() {
        assert_eq!(written("deploy-prod"), "deploy-prod");
        assert_eq!(written(""), "");
        assert_eq!(written("a,b"), "\"a,b\"");
        assert_eq!(written("say \"hi\"\nnow"), "\"say \"\"hi\"\"\nnow\"");
    }

    #[test]
    fn what_a_spreadsheet_would_run_is_text() {
        for (value, safe) in [
            ("=1+1", "\"'=1+1\""),
            ("+49 170", "\"'+49 170\""),
            ("-2", "\"'-2\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("\t=1", "\"'\t=1\""),
            ("\r=1", "\"'\r=1\""),
            ("＝1", "\"'＝1\""),
            ("=cmd|'/c calc'!A0", "\"'=cmd|'/c calc'!A0\""),
        ] {
            assert_eq!(written(value), safe);
        }
        assert_eq!(written("a=1"), "a=1");
    }
}
