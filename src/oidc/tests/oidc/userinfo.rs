use flui_oidc::{Bad, LoginError, ProviderError};
use serde_json::json;

use crate::support::{
    CLIENT,
    crafted::{ACCESS_TOKEN, Answer, Crafted, USERINFO, with},
};

/// A crafted provider with userinfo, and ID tokens that name nobody's groups.
async fn with_userinfo() -> Crafted {
    let op = Crafted::start().await;
    op.discover(&[("userinfo_endpoint", json!(format!("{}{USERINFO}", op.issuer)))]);
    op
}

async fn login_without_groups(op: &Crafted) -> Result<Vec<String>, LoginError> {
    op.login_with("groups", json!(null))
        .await
        .map(|completed| completed.person.groups.unwrap())
}

#[tokio::test]
async fn c23_userinfo_is_asked_when_it_can_add_something() {
    let op = with_userinfo().await;
    op.answer_json(
        USERINFO,
        &json!({"sub": "person-1", "groups": ["a"], "name": "Somebody Else"}),
    );
    op.assert_good_login().await;
    assert_eq!(op.calls(USERINFO), 0);
    let completed = op.login_with("groups", json!(null)).await.unwrap();
    assert_eq!(completed.person.groups.unwrap(), ["a"]);
    assert_eq!(completed.person.name.as_deref(), Some("Ada Lovelace"));
    let authorization = &op.requests(USERINFO)[0].headers["authorization"];
    assert_eq!(authorization, &format!("Bearer {ACCESS_TOKEN}"));
}

#[tokio::test]
async fn c23_userinfo_of_another_person_refuses_the_whole_sign_in() {
    let op = with_userinfo().await;
    for (subject, reason) in [
        (json!("person-2"), "userinfo_sub"),
        (json!(null), "sub"),
        (json!(1), "sub"),
    ] {
        op.answer_json(USERINFO, &with(json!({"groups": ["a"]}), "sub", subject));
        assert_eq!(login_without_groups(&op).await, Err(LoginError::Refused(reason)));
    }
    op.answer_json(USERINFO, &json!({"sub": "person-1", "groups": ["a"]}));
    assert_eq!(login_without_groups(&op).await, Ok(vec!["a".to_owned()]));
}

#[tokio::test]
async fn c23_userinfo_is_json_or_signed_by_its_content_type() {
    let op = with_userinfo().await;
    let claims = json!({"iss": op.issuer, "aud": CLIENT, "sub": "person-1", "groups": ["signed"]});
    let jwt = |token: String| op.answer(USERINFO, Answer::new(200, "application/jwt; charset=utf-8", token));
    jwt(op.signed(&claims));
    assert_eq!(login_without_groups(&op).await, Ok(vec!["signed".to_owned()]));
    let good = op.signed(&claims);
    jwt(good[..good.len() - 4].to_owned());
    assert_eq!(login_without_groups(&op).await, Err(LoginError::Refused("signature")));
    jwt(op.signed(&with(claims.clone(), "aud", json!("other"))));
    assert_eq!(login_without_groups(&op).await, Err(LoginError::Refused("aud")));
    jwt(op.signed(&with(claims.clone(), "exp", json!(1))));
    assert_eq!(login_without_groups(&op).await, Err(LoginError::Refused("exp")));
    jwt(op.signed(&with(claims.clone(), "iss", json!(null))));
    assert_eq!(login_without_groups(&op).await, Err(LoginError::Refused("iss")));

    let not_json = Err(LoginError::Provider(ProviderError::Bad(Bad::NotJson)));
    op.answer(
        USERINFO,
        Answer::new(200, "text/html", json!({"sub": "person-1"}).to_string()),
    );
    assert_eq!(login_without_groups(&op).await, not_json);
    op.answer(USERINFO, Answer::new(200, "application/json", op.signed(&claims)));
    assert_eq!(login_without_groups(&op).await, not_json);
}
