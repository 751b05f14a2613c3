//! The few pages people see: plain HTML, one stylesheet, no script.

use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Response};

use crate::paths;

/// The stylesheet of all pages.
pub(crate) const STYLESHEET: &str = include_str!("../style.css");

/// `text` for use in HTML, between tags or in a quoted attribute.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

fn page(status: StatusCode, title: &str, body: &str) -> Response {
    let html = format!(
        "<!doctype html>\n\
         <html lang=\"en\">\n\
         <head>\n\
         <meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title} · Development provider</title>\n\
         <link rel=\"icon\" href=\"data:,\">\n\
         <link rel=\"stylesheet\" href=\"{stylesheet}\">\n\
         </head>\n\
         <body>\n\
         <main>\n\
         <p class=\"kind\">Development provider</p>\n\
         <h1>{title}</h1>\n\
         {body}\n\
         </main>\n\
         </body>\n\
         </html>\n",
        stylesheet = paths::STYLESHEET,
    );
    (status, Html(html)).into_response()
}

/// The login page for an application. `trouble` is what was wrong with the last attempt; it makes the page a 403.
pub(crate) fn login(request: &str, client_id: &str, login: &str, trouble: Option<&str>) -> Response {
    let (status, trouble) = match trouble {
        None => (StatusCode::OK, String::new()),
        Some(words) => (
            StatusCode::FORBIDDEN,
            format!("<p class=\"trouble\" role=\"alert\">{}</p>\n", escaped(words)),
        ),
    };
    let body = format!(
        "<p><strong>{client}</strong> asks who you are.</p>\n\
         {trouble}\
         <form method=\"post\" action=\"{action}\">\n\
         <input type=\"hidden\" name=\"request\" value=\"{request}\">\n\
         <label for=\"login\">Login name</label>\n\
         <input id=\"login\" name=\"login\" value=\"{login}\" autocomplete=\"username\" autocapitalize=\"none\" \
         spellcheck=\"false\" required autofocus>\n\
         <label for=\"password\">Password</label>\n\
         <input id=\"password\" name=\"password\" type=\"password\" autocomplete=\"current-password\" required>\n\
         <div class=\"buttons\">\n\
         <button type=\"submit\" name=\"action\" value=\"sign-in\">Sign in</button>\n\
         <button type=\"submit\" name=\"action\" value=\"cancel\" formnovalidate>Cancel</button>\n\
         </div>\n\
         </form>",
        client = escaped(client_id),
        action = paths::LOGIN,
        request = escaped(request),
        login = escaped(login),
    );
    page(status, "Sign in", &body)
}

/// Asks whether to end the session. `fields` are handed through the form.
pub(crate) fn confirm_sign_out(name: &str, fields: &[(&str, &str)]) -> Response {
    let hidden: Vec<String> = fields
        .iter()
        .map(|(name, value)| {
            format!(
                "<input type=\"hidden\" name=\"{}\" value=\"{}\">\n",
                escaped(name),
                escaped(value)
            )
        })
        .collect();
    let body = format!(
        "<p>You are signed in as <strong>{name}</strong>. Signing out here ends your sessions in the applications \
         too.</p>\n\
         <form method=\"post\" action=\"{action}\">\n\
         {hidden}\
         <div class=\"buttons\">\n\
         <button type=\"submit\">Sign out</button>\n\
         </div>\n\
         </form>",
        name = escaped(name),
        action = paths::CONFIRM_SIGN_OUT,
        hidden = hidden.concat(),
    );
    page(StatusCode::OK, "Sign out?", &body)
}

/// Says that nobody is signed in in this browser any more.
pub(crate) fn signed_out() -> Response {
    page(
        StatusCode::OK,
        "Signed out",
        "<p>You are signed out of the development provider.</p>",
    )
}

/// Says why a request is not followed. Nobody is redirected.
pub(crate) fn refused(words: &str) -> Response {
    page(
        StatusCode::BAD_REQUEST,
        "This cannot be done",
        &format!("<p>{}</p>", escaped(words)),
    )
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn what_people_typed_cannot_become_markup() {
        assert_eq!(escaped("a<b>&\"'"), "a&lt;b&gt;&amp;&quot;&#39;");
        assert_eq!(escaped("Ada Lovelace"), "Ada Lovelace");
    }
}
