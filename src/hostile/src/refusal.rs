//! The three ways, walked with and without a lie.

use flui_model::ErrorCode;

use crate::{
    Fault,
    answer::Answer,
    case::{Expected, Lie, Way},
    expect,
    scene::{Auditor, Make, Scene},
    visitor::Visitor,
};

/// Walks the way while the lie is told, and checks all that must follow but the rows. The lie ends before anything is
/// looked at by signing in.
pub(crate) async fn walk(scene: &Scene, mut auditor: Option<&mut Auditor<'_>>, lie: &Lie) -> Result<(), Fault> {
    let mut visitor = scene.visitor();
    let told = match lie.way {
        Way::SignIn => tell_at_sign_in(scene, &mut visitor, lie).await,
        Way::Exchange => tell_at_exchange(scene, &mut visitor, lie).await,
        Way::Logout => tell_at_logout(scene, auditor.as_deref_mut(), &mut visitor, lie).await,
    };
    scene.control.switch_off();
    told?;
    match (lie.answer, auditor) {
        (Expected::Refused(_, reason), Some(auditor)) => auditor.check_refused(lie.way.action(), Some(reason)).await,
        (Expected::NotBegun(_), Some(auditor)) => auditor.check_refused(lie.way.action(), None).await,
        (Expected::Good, Some(auditor)) => auditor.news().await.map(drop),
        (_, None) => Ok(()),
    }
}

/// The same way with nothing spoiled.
pub(crate) async fn walk_honestly(scene: &Scene, way: Way, make: Make) -> Result<(), Fault> {
    let lie = Lie {
        way,
        make,
        switches: Vec::new(),
        own: false,
        answer: Expected::Good,
        untouched: &[],
    };
    let told = walk(scene, None, &lie).await;
    told.map_err(|fault| Fault::new(format!("without the lie: {fault}")))
}

fn switch_on(scene: &Scene, lie: &Lie) -> Result<(), Fault> {
    // Those of an installation of its own are on since before it started.
    if lie.own {
        return Ok(());
    }
    lie.switches
        .iter()
        .try_for_each(|name| Ok(scene.control.switch_on(name)?))
}

async fn tell_at_sign_in(scene: &Scene, visitor: &mut Visitor<'_>, lie: &Lie) -> Result<(), Fault> {
    switch_on(scene, lie)?;
    if let Expected::NotBegun(code) = lie.answer {
        let calls = scene.calls();
        visitor.get("/auth/login").await?.check(code)?;
        return calls.check_untouched(scene, lie.untouched);
    }
    let callback = visitor.callback("grace").await?;
    let calls = scene.calls();
    let answer = visitor.get(&callback).await?;
    match lie.answer {
        Expected::Good => {
            let to = answer.location()?;
            expect(to == "/", || format!("the sign-in ended at {to}"))?;
            visitor.me().await?.check_status(200)?;
            check_page(&visitor.get("/").await?)
        }
        Expected::Refused(code, _) | Expected::NotBegun(code) => {
            answer.check(code)?;
            check_no_session(&answer)?;
            check_page(&answer)?;
            calls.check_untouched(scene, lie.untouched)?;
            visitor.me().await?.check(ErrorCode::NotSignedIn)
        }
    }
}

async fn tell_at_exchange(scene: &Scene, visitor: &mut Visitor<'_>, lie: &Lie) -> Result<(), Fault> {
    switch_on(scene, lie)?;
    let tokens = visitor.native_tokens(&scene.cli_client_id, "grace").await?;
    let kind = if lie.make == Make::Opaque {
        "access_token"
    } else {
        "id_token"
    };
    let bearer = tokens[kind]
        .as_str()
        .ok_or_else(|| Fault::new("the provider gave no token"))?;
    let calls = scene.calls();
    let answer = visitor.exchange(bearer).await?;
    match lie.answer {
        Expected::Good => answer.check_status(201),
        Expected::Refused(code, _) | Expected::NotBegun(code) => {
            answer.check(code)?;
            check_no_session(&answer)?;
            expect(!answer.body.contains("flui_"), || {
                "the refusal holds something like a key".to_owned()
            })?;
            expect(answer.header("cache-control") == Some("no-store"), || {
                "the refusal may be kept by a cache".to_owned()
            })?;
            calls.check_untouched(scene, lie.untouched)
        }
    }
}

async fn tell_at_logout(
    scene: &Scene,
    auditor: Option<&mut Auditor<'_>>,
    visitor: &mut Visitor<'_>,
    lie: &Lie,
) -> Result<(), Fault> {
    // The token must be about the session of this very visitor.
    scene.control.end_sessions("grace").await?;
    visitor.sign_in("grace").await?;
    if let Some(auditor) = auditor {
        auditor.news().await?;
    }
    switch_on(scene, lie)?;
    let token = scene.control.logout_token("grace", &scene.client_id)?;
    let calls = scene.calls();
    let answer = scene.visitor().log_out_by(&token).await?;
    match lie.answer {
        Expected::Good => {
            answer.check_status(200)?;
            expect(answer.header("cache-control") == Some("no-store"), || {
                "the answer may be kept by a cache".to_owned()
            })?;
            visitor.me().await?.check(ErrorCode::NotSignedIn)
        }
        Expected::Refused(code, _) | Expected::NotBegun(code) => {
            answer.check(code)?;
            calls.check_untouched(scene, lie.untouched)?;
            visitor.me().await?.check_status(200)
        }
    }
}

/// No cookie of a session is set; one may be taken away.
fn check_no_session(answer: &Answer) -> Result<(), Fault> {
    let set = answer
        .cookies()
        .find(|(name, value)| !value.is_empty() && !name.ends_with("-login"));
    expect(set.is_none(), || "the refusal sets a cookie".to_owned())
}

/// Nothing that the provider wrote came through as markup.
fn check_page(answer: &Answer) -> Result<(), Fault> {
    expect(!answer.body.contains("<script>alert(1)"), || {
        "a script of the provider stands in the page".to_owned()
    })?;
    expect(!answer.cookies().any(|(name, _)| name == "evil"), || {
        "the provider set a cookie".to_owned()
    })
}
