use std::collections::HashSet;

use flui_model::ErrorCode;
use http::Method;

use crate::{
    Fault, expect,
    scene::{Auditor, Scene, TOKEN},
    visitor::{Visitor, parameter, with_parameter},
};

const REFUSED: &str = "sign_in.started";

/// The visitor has no session.
async fn check_stranger(visitor: &mut Visitor<'_>) -> Result<(), Fault> {
    visitor.me().await?.check(ErrorCode::NotSignedIn)
}

/// 30 attempts, each with a state, nonce and S256 challenge of its own.
pub(super) async fn attempts_never_repeat(scene: &Scene, _: &mut Auditor<'_>) -> Result<(), Fault> {
    let mut visitor = scene.visitor();
    let mut seen = HashSet::new();
    for _ in 0..30 {
        let begun = visitor.get("/auth/login").await?;
        let provider = begun.location()?;
        let method = parameter(provider, "code_challenge_method")?;
        expect(method == "S256", || format!("the challenge is by {method}"))?;
        for name in ["state", "nonce", "code_challenge"] {
            let value = parameter(provider, name)?;
            // 256 bits in base64url.
            expect(value.len() >= 43 && seen.insert(value), || {
                format!("{name} is short or came twice")
            })?;
        }
    }
    visitor.sign_in("grace").await
}

/// A parameter that comes twice chooses nothing.
pub(super) async fn parameter_repeated(scene: &Scene, auditor: &mut Auditor<'_>) -> Result<(), Fault> {
    for (name, again) in [("state", "again"), ("code", "again"), ("iss", &scene.issuer)] {
        let mut visitor = scene.visitor();
        let callback = visitor.callback("grace").await?;
        let calls = scene.calls();
        let answer = visitor.get(&format!("{callback}&{name}={again}")).await?;
        answer.check(ErrorCode::BadRequest)?;
        calls.check_untouched(scene, &[TOKEN])?;
        auditor.check_refused(REFUSED, Some("parameter_repeated")).await?;
        check_stranger(&mut visitor).await?;
        // The attempt is still open, and the honest answer to it is good.
        visitor.get(&callback).await?.location()?;
        auditor.news().await?;
    }
    Ok(())
}

/// The same answer again is refused, and the session that it began goes on.
pub(super) async fn replayed(scene: &Scene, auditor: &mut Auditor<'_>) -> Result<(), Fault> {
    let mut visitor = scene.visitor();
    let callback = visitor.callback("grace").await?;
    visitor.get(&callback).await?.location()?;
    auditor.news().await?;
    let calls = scene.calls();
    visitor.get(&callback).await?.check(ErrorCode::LoginStateLost)?;
    calls.check_untouched(scene, &[TOKEN])?;
    auditor.check_refused(REFUSED, Some("state_unknown")).await?;
    visitor.me().await?.check_status(200)
}

/// An attacker's good answer, opened by a victim without and with an attempt of their own.
pub(super) async fn other_browser(scene: &Scene, auditor: &mut Auditor<'_>) -> Result<(), Fault> {
    let (mut attacker, mut victim) = (scene.visitor(), scene.visitor());
    let callback = attacker.callback("grace").await?;
    for _ in 0..2 {
        let calls = scene.calls();
        victim.get(&callback).await?.check(ErrorCode::LoginStateLost)?;
        calls.check_untouched(scene, &[TOKEN])?;
        auditor.check_refused(REFUSED, Some("state_unknown")).await?;
        check_stranger(&mut victim).await?;
        victim.get("/auth/login").await?.location()?;
    }
    attacker.get(&callback).await?.location()?;
    attacker.me().await?.check_status(200)
}

/// Two attempts of one browser, finished in the other order.
pub(super) async fn two_tabs(scene: &Scene, _: &mut Auditor<'_>) -> Result<(), Fault> {
    let mut visitor = scene.visitor();
    let first = visitor.callback("grace").await?;
    let second = visitor.callback("grace").await?;
    visitor.get(&second).await?.location()?;
    visitor.get(&first).await?.location()?;
    visitor.me().await?.check_status(200)
}

/// Another browser's code in one's own answer.
async fn swap(scene: &Scene, auditor: &mut Auditor<'_>, reason: &str) -> Result<(), Fault> {
    let (mut one, mut other) = (scene.visitor(), scene.visitor());
    let own = one.callback("grace").await?;
    let stolen = parameter(&other.callback("ada").await?, "code")?;
    let answer = one.get(&with_parameter(&own, "code", Some(&stolen))?).await?;
    answer.check(ErrorCode::LoginNotVerified)?;
    auditor.check_refused(REFUSED, Some(reason)).await?;
    check_stranger(&mut one).await
}

/// The provider refuses the verifier.
pub(super) async fn code_swapped(scene: &Scene, auditor: &mut Auditor<'_>) -> Result<(), Fault> {
    swap(scene, auditor, "code").await
}

/// The provider looks at no verifier: the nonce refuses.
pub(super) async fn code_swapped_without_pkce(scene: &Scene, auditor: &mut Auditor<'_>) -> Result<(), Fault> {
    scene.control.switch_on("pkce-ignored")?;
    swap(scene, auditor, "nonce").await
}

/// A finished sign-in leaves no code or state in an address, page or referrer; nor does a refused one.
pub(super) async fn ends_clean(scene: &Scene, _: &mut Auditor<'_>) -> Result<(), Fault> {
    let mut visitor = scene.visitor();
    let callback = visitor.callback("grace").await?;
    let (code, state) = (parameter(&callback, "code")?, parameter(&callback, "state")?);
    for answer in [visitor.get(&callback).await?, visitor.get(&callback).await?] {
        let texts = answer
            .headers
            .values()
            .filter_map(|value| value.to_str().ok())
            .chain([&*answer.body]);
        let leaks = texts
            .into_iter()
            .any(|text| text.contains(&code) || text.contains(&state));
        expect(!leaks, || "code or state stand in the answer".to_owned())?;
        expect(answer.header("referrer-policy") == Some("no-referrer"), || {
            "the address may be sent on as a referrer".to_owned()
        })?;
    }
    Ok(())
}

/// The answer comes by GET alone.
pub(super) async fn by_post(scene: &Scene, _: &mut Auditor<'_>) -> Result<(), Fault> {
    let mut visitor = scene.visitor();
    let callback = visitor.callback("grace").await?;
    let calls = scene.calls();
    let query = callback.split_once('?').map(|(_, query)| query.to_owned());
    let request = visitor
        .request(Method::POST, "/auth/callback")
        .header("origin", &scene.origin)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(query.unwrap_or_default());
    visitor.send(request).await?.check(ErrorCode::MethodNotAllowed)?;
    calls.check_untouched(scene, &[TOKEN])?;
    check_stranger(&mut visitor).await?;
    visitor.get(&callback).await?.location()?;
    visitor.me().await?.check_status(200)
}
