use flui_model::ErrorCode;
use http::Method;

use crate::{
    Fault,
    answer::Answer,
    expect,
    scene::{Auditor, Scene},
    visitor::Visitor,
};

/// The session's cookie, by name and value.
fn session_cookie(visitor: &Visitor<'_>) -> Result<(String, String), Fault> {
    visitor
        .here
        .iter()
        .find(|(name, _)| !name.ends_with("-login") && name.contains("flui"))
        .map(|(name, value)| (name.clone(), value.clone()))
        .ok_or_else(|| Fault::new("no session cookie was set"))
}

/// What browsers keep to: this name and host alone, no script, no other site's requests.
fn check_cookies(scene: &Scene, answer: &Answer) -> Result<usize, Fault> {
    let is_https = scene.origin.starts_with("https:");
    let mut seen = 0;
    for value in answer.headers.get_all("set-cookie") {
        let cookie = value.to_str().unwrap_or_default();
        let has = |wanted: &str| cookie.split(';').any(|part| part.trim().eq_ignore_ascii_case(wanted));
        let is_safe = has("HttpOnly")
            && has("Path=/")
            && (has("SameSite=Lax") || has("SameSite=Strict"))
            && !cookie.to_ascii_lowercase().contains("domain=")
            && cookie.len() <= 4096
            && (!is_https || (cookie.starts_with("__Host-") && has("Secure")));
        expect(is_safe, || {
            let name = cookie.split('=').next().unwrap_or_default();
            let attributes = cookie.split_once(';').map_or("", |(_, attributes)| attributes);
            format!("the cookie {name} has the attributes{attributes}")
        })?;
        seen += 1;
    }
    Ok(seen)
}

/// Every cookie from the first page to the sign-out.
pub(super) async fn cookies(scene: &Scene, _: &mut Auditor<'_>) -> Result<(), Fault> {
    let mut visitor = scene.visitor();
    let begun = visitor.get("/auth/login").await?;
    expect(check_cookies(scene, &begun)? == 1, || {
        "the sign-in is bound to no browser".to_owned()
    })?;
    let callback = visitor.prove(begun.location()?, "grace").await?;
    let signed_in = visitor.get(&callback).await?;
    expect(check_cookies(scene, &signed_in)? >= 1, || {
        "no session cookie was set".to_owned()
    })?;
    for page in ["/", "/keys", "/sign-ins", "/no-such-page"] {
        check_cookies(scene, &visitor.get(page).await?)?;
    }
    let leave = visitor
        .request(Method::POST, "/auth/logout")
        .header("origin", &scene.origin);
    let left = visitor.send(leave).await?;
    left.location()?;
    expect(check_cookies(scene, &left)? >= 1, || {
        "the cookie was not taken away".to_owned()
    })
}

/// A second sign-in of the same browser gets another id, and the first one opens nothing.
pub(super) async fn new_id(scene: &Scene, _: &mut Auditor<'_>) -> Result<(), Fault> {
    let mut visitor = scene.visitor();
    visitor.sign_in("grace").await?;
    let (name, first) = session_cookie(&visitor)?;
    visitor.sign_in("grace").await?;
    let (_, second) = session_cookie(&visitor)?;
    expect(first != second && first.len() >= 22, || {
        "the id stayed, or is short".to_owned()
    })?;
    let mut old = scene.visitor();
    old.here.insert(name, first);
    old.me().await?.check(ErrorCode::NotSignedIn)?;
    visitor.me().await?.check_status(200)
}

/// An id that somebody planted before the sign-in is never taken over.
pub(super) async fn planted(scene: &Scene, _: &mut Auditor<'_>) -> Result<(), Fault> {
    let mut model = scene.visitor();
    model.sign_in("grace").await?;
    let (name, value) = session_cookie(&model)?;
    for planted in ["AAAAAAAAAAAAAAAAAAAAAA", "x", "%00", &"A".repeat(5000)] {
        let mut visitor = scene.visitor();
        visitor.here.insert(name.clone(), planted.to_owned());
        visitor.sign_in("grace").await?;
        let (_, given) = session_cookie(&visitor)?;
        expect(given != planted && given.len() == value.len(), || {
            "a planted id was taken over".to_owned()
        })?;
        let mut planter = scene.visitor();
        planter.here.insert(name.clone(), planted.to_owned());
        planter.me().await?.check(ErrorCode::NotSignedIn)?;
    }
    Ok(())
}

/// After the sign-out the cookie opens nothing, from anywhere.
pub(super) async fn signed_out(scene: &Scene, _: &mut Auditor<'_>) -> Result<(), Fault> {
    let mut visitor = scene.visitor();
    visitor.sign_in("grace").await?;
    let (name, value) = session_cookie(&visitor)?;
    let leave = visitor
        .request(Method::POST, "/auth/logout")
        .header("origin", &scene.origin);
    visitor.send(leave).await?.location()?;
    let mut thief = scene.visitor();
    thief.here.insert(name, value);
    thief.me().await?.check(ErrorCode::NotSignedIn)
}

/// Two cookies of one name: one was planted, and nobody can tell which.
pub(super) async fn tossed(scene: &Scene, _: &mut Auditor<'_>) -> Result<(), Fault> {
    let mut visitor = scene.visitor();
    visitor.sign_in("grace").await?;
    let (name, value) = session_cookie(&visitor)?;
    let bad = "AAAAAAAAAAAAAAAAAAAAAA";
    for (first, second) in [(&*value, bad), (bad, &*value)] {
        let mut stranger = scene.visitor();
        let request = stranger
            .request(Method::GET, "/api/v1/auth/me")
            .header("cookie", format!("{name}={first}; {name}={second}"));
        stranger.send(request).await?.check(ErrorCode::NotSignedIn)?;
    }
    visitor.me().await?.check_status(200)
}

/// An unsafe request with a cookie must come from this very origin.
pub(super) async fn foreign_origin(scene: &Scene, auditor: &mut Auditor<'_>) -> Result<(), Fault> {
    let mut visitor = scene.visitor();
    visitor.sign_in("grace").await?;
    auditor.news().await?;
    let own = &scene.origin;
    let headers = [
        ("origin", "null".to_owned()),
        ("origin", "https://evil.example".to_owned()),
        ("origin", format!("{own}.evil.example")),
        ("origin", own.replacen("://", "://evil.", 1)),
        ("origin", format!("{own}/")),
        ("origin", own.to_uppercase()),
        ("origin", format!("{own}0")),
        ("sec-fetch-site", "cross-site".to_owned()),
        ("sec-fetch-site", "same-site".to_owned()),
        ("sec-fetch-site", "none".to_owned()),
        ("referer", own.clone()),
    ];
    for (name, value) in headers {
        let request = visitor.request(Method::POST, "/auth/logout").header(name, &value);
        let answer = visitor.send(request).await?;
        answer
            .check(ErrorCode::OriginRefused)
            .map_err(|fault| Fault::new(format!("{name}: {value}: {fault}")))?;
        visitor.me().await?.check_status(200)?;
    }
    let news = auditor.news().await?;
    expect(news.is_empty(), || "a foreign request changed something".to_owned())?;
    let request = visitor
        .request(Method::POST, "/auth/logout")
        .header("sec-fetch-site", "same-origin");
    visitor.send(request).await?.location()?;
    visitor.me().await?.check(ErrorCode::NotSignedIn)
}
