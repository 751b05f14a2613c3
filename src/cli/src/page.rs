//! The pages that the browser shows at the end of a sign-in.

/// Refuses everything but the page's own style.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const STYLE: &str = "\
:root{color-scheme:light dark}\
body{font:1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:15vh auto 0;padding:0 1.5rem}\
h1{font-size:1.5rem;line-height:1.25}";

/// A page with a heading and paragraphs of plain text.
pub(crate) struct Page {
    status: &'static str,
    title: String,
    paragraphs: Vec<String>,
}

impl Page {
    /// The sign-in worked.
    pub(crate) fn done(title: impl Into<String>, paragraphs: Vec<String>) -> Self {
        Self {
            status: "200 OK",
            title: title.into(),
            paragraphs,
        }
    }

    /// The sign-in came to an end without a key.
    pub(crate) fn failed(sentence: &str) -> Self {
        Self {
            status: "400 Bad Request",
            title: "You are not signed in".to_owned(),
            paragraphs: vec![
                sentence.to_owned(),
                "The terminal says more. You can close this window.".to_owned(),
            ],
        }
    }

    /// The request is not the one that is waited for; the sign-in goes on.
    pub(crate) fn ignored(status: &'static str, sentence: &str) -> Self {
        Self {
            status,
            title: "Not this sign-in".to_owned(),
            paragraphs: vec![
                sentence.to_owned(),
                "flui goes on waiting. Open the address that it printed in the terminal.".to_owned(),
            ],
        }
    }

    /// The whole HTTP answer.
    pub(crate) fn to_response(&self) -> String {
        let body = self.to_html();
        format!(
            "HTTP/1.1 {}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\nCache-Control: no-store\r\n\
             Content-Security-Policy: {POLICY}\r\nReferrer-Policy: no-referrer\r\nX-Content-Type-Options: nosniff\r\n\
             Allow: GET\r\nConnection: close\r\n\r\n{body}",
            self.status,
            body.len()
        )
    }

    fn to_html(&self) -> String {
        let title = escape(&self.title);
        let paragraphs: Vec<_> = self
            .paragraphs
            .iter()
            .map(|text| {
                format!(
                    "<p>{}</p>
",
                    escape(text)
                )
            })
            .collect();
        let paragraphs = paragraphs.concat();
        format!(
            "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width\"><title>{title} · Flui</title>\
             <style>{STYLE}</style></head>\n<body><main>\n<h1>{title}</h1>\n{paragraphs}</main></body>\n</html>\n"
        )
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c8_foreign_text_is_escaped() {
        let html = Page::failed("<script>alert('x')</script> & \"y\"").to_html();
        assert!(!html.contains("<script>"));
        assert!(html.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;y&quot;"));
    }

    #[test]
    fn c31_pages_are_not_kept_and_send_no_referrer() {
        let response = Page::done("Signed in", vec!["Käse".to_owned()]).to_response();
        let (head, body) = response.split_once("\r\n\r\n").unwrap();
        assert!(head.contains("Cache-Control: no-store"));
        assert!(head.contains("Referrer-Policy: no-referrer"));
        assert!(head.contains(&format!("Content-Length: {}", body.len())));
    }
}
