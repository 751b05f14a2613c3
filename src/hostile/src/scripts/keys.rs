use flui_model::ErrorCode;

use crate::{
    Fault, expect,
    scene::{Auditor, KEY_SET, Scene},
};

/// How often the key set was fetched meanwhile.
fn check_fetches(scene: &Scene, before: u64, wanted: u64) -> Result<(), Fault> {
    let fetched = scene.calls().of(KEY_SET) - before;
    expect(fetched == wanted, || {
        format!("the key set was fetched {fetched} times, not {wanted}")
    })
}

/// A new key is looked up once, for everybody, and the old one is still good while it is published.
pub(super) async fn rotation(scene: &Scene, _: &mut Auditor<'_>) -> Result<(), Fault> {
    let before = scene.calls().of(KEY_SET);
    scene.control.rotate_keys().await?;
    scene.visitor().sign_in("grace").await?;
    scene.visitor().sign_in("linus").await?;
    check_fetches(scene, before, 1)
}

/// The key changes between the browser's answer and the token answer.
pub(super) async fn rotation_just_before_signing(scene: &Scene, _: &mut Auditor<'_>) -> Result<(), Fault> {
    let mut visitor = scene.visitor();
    let callback = visitor.callback("grace").await?;
    let before = scene.calls().of(KEY_SET);
    scene.control.rotate_keys().await?;
    scene.control.retire_old_keys();
    visitor.get(&callback).await?.location()?;
    visitor.me().await?.check_status(200)?;
    check_fetches(scene, before, 1)
}

/// Without a key id, two fitting keys are one too many.
pub(super) async fn kid_absent_several(scene: &Scene, auditor: &mut Auditor<'_>) -> Result<(), Fault> {
    scene.control.rotate_keys().await?;
    // The new key is known from here on.
    scene.visitor().sign_in("grace").await?;
    auditor.news().await?;
    scene.control.switch_on("oidcc-client-test-kid-absent-multiple-jwks")?;
    let mut visitor = scene.visitor();
    let callback = visitor.callback("grace").await?;
    visitor.get(&callback).await?.check(ErrorCode::LoginNotVerified)?;
    scene.control.switch_off();
    auditor.check_refused("sign_in.started", Some("key_ambiguous")).await?;
    visitor.me().await?.check(ErrorCode::NotSignedIn)?;
    scene.visitor().sign_in("grace").await
}

/// 60 tokens that name unknown keys, on two ways, cause one fetch.
pub(super) async fn storm(scene: &Scene, _: &mut Auditor<'_>) -> Result<(), Fault> {
    let mut victim = scene.visitor();
    victim.sign_in("grace").await?;
    scene.control.switch_on("logout-kid-unknown")?;
    scene.control.switch_on("idtoken-kid-unknown")?;
    let before = scene.calls().of(KEY_SET);
    for _ in 0..30 {
        let token = scene.control.logout_token("grace", &scene.client_id)?;
        let answer = scene.visitor().log_out_by(&token).await?;
        answer.check(ErrorCode::InvalidLogoutToken)?;
        let mut program = scene.visitor();
        let tokens = program.native_tokens(&scene.cli_client_id, "grace").await?;
        let bearer = tokens["id_token"].as_str().unwrap_or_default();
        program.exchange(bearer).await?.check(ErrorCode::InvalidToken)?;
    }
    scene.control.switch_off();
    check_fetches(scene, before, 1)?;
    victim.me().await?.check_status(200)?;
    scene.visitor().sign_in("grace").await
}

/// A fetch that brings nothing usable leaves the good keys in place.
pub(super) async fn bad_set(scene: &Scene, _: &mut Auditor<'_>) -> Result<(), Fault> {
    scene.visitor().sign_in("grace").await?;
    let before = scene.calls().of(KEY_SET);
    scene.control.switch_on("jwks-keys-missing")?;
    scene.control.switch_on("logout-kid-unknown")?;
    let token = scene.control.logout_token("grace", &scene.client_id)?;
    let answer = scene.visitor().log_out_by(&token).await?;
    answer.check(ErrorCode::InvalidLogoutToken)?;
    check_fetches(scene, before, 1)?;
    // The key set is still spoiled, and the old keys do.
    scene.visitor().sign_in("grace").await?;
    scene.control.switch_off();
    scene.visitor().sign_in("grace").await
}
