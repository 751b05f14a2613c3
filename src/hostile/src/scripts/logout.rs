use flui_model::ErrorCode;
use http::Method;
use serde_json::json;

use crate::{
    Fault, expect,
    scene::{Auditor, INTROSPECTION, KEY_SET, Scene, TOKEN, USERINFO},
    visitor::{BACK_CHANNEL, Visitor},
};

const REFUSED: &str = "logout.received";
const ALL: &[&str] = &[TOKEN, KEY_SET, USERINFO, INTROSPECTION];

/// A visitor with the only session of this person at the provider.
async fn signed_in<'a>(scene: &'a Scene, login: &str) -> Result<Visitor<'a>, Fault> {
    scene.control.end_sessions(login).await?;
    let mut visitor = scene.visitor();
    visitor.sign_in(login).await?;
    Ok(visitor)
}

/// A good token ends the session before it is answered, and nobody else's.
pub(super) async fn honest(scene: &Scene, auditor: &mut Auditor<'_>) -> Result<(), Fault> {
    let mut other = signed_in(scene, "linus").await?;
    let mut visitor = signed_in(scene, "grace").await?;
    auditor.news().await?;
    let token = scene.control.logout_token("grace", &scene.client_id)?;
    let answer = scene.visitor().log_out_by(&token).await?;
    answer.check_status(200)?;
    expect(answer.header("cache-control") == Some("no-store"), || {
        "the answer may be kept by a cache".to_owned()
    })?;
    visitor.me().await?.check(ErrorCode::NotSignedIn)?;
    other.me().await?.check_status(200)?;
    let news = auditor.news().await?;
    let told = news
        .iter()
        .any(|row| row["action"] == "sign_in.ended" && row["reason"] == "provider_logout");
    expect(told, || "the audit log does not tell of the end".to_owned())
}

/// A genuine ID token is no logout token.
pub(super) async fn id_token(scene: &Scene, auditor: &mut Auditor<'_>) -> Result<(), Fault> {
    let mut visitor = signed_in(scene, "grace").await?;
    let tokens = scene.visitor().native_tokens(&scene.cli_client_id, "grace").await?;
    auditor.news().await?;
    let token = tokens["id_token"].as_str().unwrap_or_default();
    let answer = scene.visitor().log_out_by(token).await?;
    answer.check(ErrorCode::InvalidLogoutToken)?;
    auditor.check_refused(REFUSED, Some("typ")).await?;
    visitor.me().await?.check_status(200)
}

/// The session of one person with the name of another ends nothing, in both directions.
pub(super) async fn mixed(scene: &Scene, _: &mut Auditor<'_>) -> Result<(), Fault> {
    let mut other = signed_in(scene, "ada").await?;
    let mut visitor = signed_in(scene, "grace").await?;
    for switch in ["logout-sub-of-another", "logout-sid-of-another"] {
        scene.control.switch_on(switch)?;
        let token = scene.control.logout_token("grace", &scene.client_id)?;
        scene.control.switch_off();
        scene.visitor().log_out_by(&token).await?.check_status(200)?;
        visitor.me().await?.check_status(200)?;
        other.me().await?.check_status(200)?;
    }
    let token = scene.control.logout_token("grace", &scene.client_id)?;
    scene.visitor().log_out_by(&token).await?.check_status(200)?;
    visitor.me().await?.check(ErrorCode::NotSignedIn)?;
    other.me().await?.check_status(200)
}

/// A token is acted on once: the next session of the same person outlives its replay.
pub(super) async fn twice(scene: &Scene, auditor: &mut Auditor<'_>) -> Result<(), Fault> {
    let mut visitor = signed_in(scene, "grace").await?;
    // It names the person alone, and would end the next session too.
    scene.control.switch_on("logout-sid-missing")?;
    let token = scene.control.logout_token("grace", &scene.client_id)?;
    scene.control.switch_off();
    scene.visitor().log_out_by(&token).await?.check_status(200)?;
    visitor.me().await?.check(ErrorCode::NotSignedIn)?;
    visitor.sign_in("grace").await?;
    auditor.news().await?;
    let answer = scene.visitor().log_out_by(&token).await?;
    answer.check(ErrorCode::InvalidLogoutToken)?;
    auditor.check_refused(REFUSED, Some("replayed")).await?;
    visitor.me().await?.check_status(200)
}

/// Bodies that are no logout token cause no call to the provider.
pub(super) async fn junk(scene: &Scene, auditor: &mut Auditor<'_>) -> Result<(), Fault> {
    let mut visitor = signed_in(scene, "grace").await?;
    let good = scene.control.logout_token("grace", &scene.client_id)?;
    let calls = scene.calls();
    let mut junk = scene.visitor();
    let twice = [("logout_token", &*good), ("logout_token", &*good)];
    let post = |junk: &Visitor<'_>| junk.request(Method::POST, BACK_CHANNEL);
    let bodies = [
        (post(&junk).form(&twice), ErrorCode::InvalidLogoutToken),
        (
            post(&junk).json(&json!({ "logout_token": good })),
            ErrorCode::UnsupportedMediaType,
        ),
        (post(&junk).form(&[("other", "x")]), ErrorCode::InvalidLogoutToken),
        (junk.request(Method::GET, BACK_CHANNEL), ErrorCode::MethodNotAllowed),
    ];
    for (request, code) in bodies {
        junk.send(request).await?.check(code)?;
    }
    check_too_large(&mut junk).await?;
    for number in 0..50 {
        let token = format!("{number}.{number}.{number}");
        junk.log_out_by(&token).await?.check(ErrorCode::InvalidLogoutToken)?;
    }
    calls.check_untouched(scene, ALL)?;
    auditor.news().await?;
    visitor.me().await?.check_status(200)?;
    scene.visitor().log_out_by(&good).await?.check_status(200)
}

/// A body above the limit is refused before it is read. The answer is lost now and then, when the connection is reset
/// while the rest of the body is still on its way.
async fn check_too_large(junk: &mut Visitor<'_>) -> Result<(), Fault> {
    let large = [("logout_token", "x".repeat(70_000))];
    for _ in 0..5 {
        let request = junk.request(Method::POST, BACK_CHANNEL).form(&large);
        if let Ok(answer) = junk.send(request).await {
            return answer.check(ErrorCode::TooLarge);
        }
    }
    Err(Fault::new("a body of 70 kB was never answered"))
}
