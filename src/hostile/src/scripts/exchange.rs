use flui_model::ErrorCode;
use futures::future::join_all;
use http::Method;
use serde_json::Value;

use crate::{
    Fault,
    answer::Answer,
    expect,
    scene::{ANOTHER_APPLICATION, Auditor, MACHINE, SECRET, Scene},
    visitor::{KEYS, wanted},
};

const REFUSED: &str = "key.exchanged";

/// Exchanges a bearer that must be refused for this reason.
async fn check_refused(scene: &Scene, auditor: &mut Auditor<'_>, bearer: &str, reason: &str) -> Result<(), Fault> {
    auditor.news().await?;
    let answer = scene.visitor().exchange(bearer).await?;
    answer.check(ErrorCode::InvalidToken)?;
    auditor.check_refused(REFUSED, Some(reason)).await
}

fn token<'a>(tokens: &'a Value, kind: &str) -> &'a str {
    tokens[kind].as_str().unwrap_or_default()
}

/// The bearer of the command line is good.
async fn check_good(scene: &Scene) -> Result<(), Fault> {
    let mut program = scene.visitor();
    let tokens = program.native_tokens(&scene.cli_client_id, "grace").await?;
    program.exchange(token(&tokens, "id_token")).await?.check_status(201)?;
    let tokens = program.native_tokens(&scene.cli_client_id, "grace").await?;
    program
        .exchange(token(&tokens, "access_token"))
        .await?
        .check_status(201)
}

/// Both tokens of another application of the same provider and person.
pub(super) async fn another_application(scene: &Scene, auditor: &mut Auditor<'_>) -> Result<(), Fault> {
    let tokens = scene.visitor().native_tokens(ANOTHER_APPLICATION, "grace").await?;
    for kind in ["id_token", "access_token"] {
        check_refused(scene, auditor, token(&tokens, kind), "aud").await?;
    }
    check_good(scene).await
}

/// A token that was handed to the dashboard itself.
pub(super) async fn of_the_dashboard(scene: &Scene, auditor: &mut Auditor<'_>) -> Result<(), Fault> {
    let now = scene.control.now();
    let claims = |client: &str| {
        serde_json::json!({
            "iss": scene.issuer, "sub": "269110741522350082", "aud": client, "azp": client,
            "iat": now, "exp": now + 300, "auth_time": now, "name": "Grace Hopper",
        })
    };
    let header = serde_json::json!({ "alg": "ES256", "kid": scene.control.current_kid(), "typ": "JWT" });
    let dashboards = scene.control.sign(header.clone(), claims(&scene.client_id));
    check_refused(scene, auditor, &dashboards, "aud").await?;
    let ours = scene.control.sign(header, claims(&scene.cli_client_id));
    scene.visitor().exchange(&ours).await?.check_status(201)
}

/// A token that a program got for itself, with the command line's name in its audience.
pub(super) async fn of_a_machine(scene: &Scene, auditor: &mut Auditor<'_>) -> Result<(), Fault> {
    let project = format!("urn:zitadel:iam:org:project:id:{}:aud", scene.cli_client_id);
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", MACHINE),
        ("client_secret", SECRET),
        ("scope", project.as_str()),
    ];
    let address = format!("{}/oauth/v2/token", scene.issuer);
    let answer = Answer::read(scene.http.post(address).form(&fields).send().await?).await?;
    let tokens = answer.json()?;
    check_refused(scene, auditor, token(&tokens, "access_token"), "client_id").await?;
    check_good(scene).await
}

/// A workstation key buys no further one.
pub(super) async fn key_as_bearer(scene: &Scene, auditor: &mut Auditor<'_>) -> Result<(), Fault> {
    let mut program = scene.visitor();
    let tokens = program.native_tokens(&scene.cli_client_id, "grace").await?;
    let bought = program.exchange(token(&tokens, "id_token")).await?;
    bought.check_status(201)?;
    let bought = bought.json()?;
    let key = token(&bought, "key");
    let mut body = wanted();
    body["kind"] = "workstation".into();
    let request = program.request(Method::POST, KEYS).bearer_auth(key).json(&body);
    program.send(request).await?.check(ErrorCode::InvalidField)?;
    let request = program.request(Method::GET, "/api/v1/auth/me").bearer_auth(key);
    program.send(request).await?.check_status(200)?;
    auditor.news().await.map(drop)
}

/// One bearer, twenty times at once: one key.
pub(super) async fn many_at_once(scene: &Scene, auditor: &mut Auditor<'_>) -> Result<(), Fault> {
    let tokens = scene.visitor().native_tokens(&scene.cli_client_id, "grace").await?;
    let bearer = token(&tokens, "id_token");
    auditor.news().await?;
    let answers = join_all((0..20).map(|_| async { scene.visitor().exchange(bearer).await })).await;
    let mut bought = 0;
    for answer in answers {
        let answer = answer?;
        if answer.status == 201 {
            bought += 1;
        } else {
            answer.check(ErrorCode::BearerSpent)?;
        }
    }
    expect(bought == 1, || format!("one bearer bought {bought} keys"))?;
    let news = auditor.news().await?;
    let done = news.iter().filter(|row| row["outcome"] == "done").count();
    expect(done == 1, || format!("the audit log tells of {done} keys"))
}

/// The bearer counts in the Authorization header alone (RFC 6750, section 2): in the query it is refused outright.
pub(super) async fn elsewhere(scene: &Scene, auditor: &mut Auditor<'_>) -> Result<(), Fault> {
    let mut program = scene.visitor();
    let tokens = program.native_tokens(&scene.cli_client_id, "grace").await?;
    let bearer = token(&tokens, "id_token");
    let address = format!("{KEYS}?access_token={bearer}");
    let request = program.request(Method::POST, &address).json(&wanted());
    program.send(request).await?.check(ErrorCode::BadRequest)?;
    let request = program
        .request(Method::POST, &address)
        .bearer_auth(bearer)
        .json(&wanted());
    program.send(request).await?.check(ErrorCode::BadRequest)?;
    let mut body = wanted();
    body["access_token"] = bearer.into();
    let request = program.request(Method::POST, KEYS).json(&body);
    let refused = program.send(request).await?;
    expect(matches!(refused.status, 400 | 401 | 403 | 422), || {
        format!("a bearer in the body was answered with {}", refused.status)
    })?;
    let news = auditor.news().await?;
    expect(news.is_empty(), || "something was written down as done".to_owned())?;
    program.exchange(bearer).await?.check_status(201)
}

/// Every 401 says how to sign in, and nothing of why.
pub(super) async fn challenge(scene: &Scene, _: &mut Auditor<'_>) -> Result<(), Fault> {
    let mut program = scene.visitor();
    let without = program.me().await?;
    without.check(ErrorCode::NotSignedIn)?;
    let plain = without.header("www-authenticate");
    expect(plain == Some("Bearer realm=\"flui\""), || {
        format!("without a credential the challenge is {plain:?}")
    })?;
    for bearer in ["junk", "a.b.c", "flui_ws_junk"] {
        let answer = program.exchange(bearer).await?;
        answer.check(ErrorCode::InvalidToken)?;
        let told = answer.header("www-authenticate");
        expect(told == Some("Bearer realm=\"flui\", error=\"invalid_token\""), || {
            format!("for a bad bearer the challenge is {told:?}")
        })?;
    }
    Ok(())
}

/// An unknown, an expired and a foreign token get the same answer, but for the request's id.
pub(super) async fn alike(scene: &Scene, _: &mut Auditor<'_>) -> Result<(), Fault> {
    let mut answers = Vec::new();
    for switch in [
        "oidcc-client-test-invalid-sig-es256",
        "idtoken-exp-past",
        "oidcc-client-test-invalid-aud",
        "oidcc-client-test-invalid-iss",
        "idtoken-kid-unknown",
    ] {
        scene.control.switch_on(switch)?;
        let mut program = scene.visitor();
        let tokens = program.native_tokens(&scene.cli_client_id, "grace").await?;
        scene.control.switch_off();
        answers.push(program.exchange(token(&tokens, "id_token")).await?);
    }
    answers.push(scene.visitor().exchange("junk").await?);
    let mut seen = None;
    for answer in answers {
        let mut body = answer.json()?;
        body["requestId"] = Value::Null;
        let told = (
            answer.status,
            body,
            answer.header("www-authenticate").map(str::to_owned),
        );
        let first = seen.get_or_insert_with(|| told.clone());
        expect(*first == told, || {
            "refused bearers are told apart by their answers".to_owned()
        })?;
    }
    Ok(())
}
