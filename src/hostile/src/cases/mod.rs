//! The tables of lies, by where they are told.

mod answers;
mod id_token;
mod logout;
mod provider;

use flui_model::ErrorCode::{InvalidToken, LoginNotVerified};

use crate::{
    Case,
    case::{Expected, Lie, Way, What},
    scene::{INTROSPECTION, Make, USERINFO},
    scripts,
};

/// Every case, those that take long first.
pub fn all() -> Vec<Case> {
    let mut cases = answers::all();
    cases.extend(provider::all());
    cases.extend(id_token::all());
    cases.extend(logout::all());
    cases.extend(scripts::all());
    cases
}

fn case(promise: &'static str, switches: &[&'static str], way: Way, answer: Expected) -> Case {
    let main = switches.last().copied().unwrap_or_default();
    let module = match way {
        Way::Exchange => format!("{main} (exchange)"),
        Way::SignIn | Way::Logout => main.to_owned(),
    };
    Case {
        promise,
        module,
        what: What::Lie(Lie {
            way,
            make: Make::Es256,
            switches: switches.to_vec(),
            own: false,
            answer,
            untouched: &[USERINFO, INTROSPECTION],
        }),
    }
}

/// A sign-in that must fail for this reason.
fn sign_in(promise: &'static str, switch: &'static str, reason: &'static str) -> Case {
    case(
        promise,
        &[switch],
        Way::SignIn,
        Expected::Refused(LoginNotVerified, reason),
    )
}

/// An exchange that must fail for this reason.
fn exchange(promise: &'static str, switch: &'static str, reason: &'static str) -> Case {
    case(
        promise,
        &[switch],
        Way::Exchange,
        Expected::Refused(InvalidToken, reason),
    )
}

/// A sign-in that must succeed.
fn good(promise: &'static str, switch: &'static str) -> Case {
    case(promise, &[switch], Way::SignIn, Expected::Good)
}

impl Case {
    fn lie(mut self, change: impl FnOnce(&mut Lie)) -> Self {
        if let What::Lie(lie) = &mut self.what {
            change(lie);
        }
        self
    }

    fn make(self, make: Make) -> Self {
        self.lie(|lie| lie.make = make)
    }

    fn own(self) -> Self {
        self.lie(|lie| lie.own = true)
    }

    fn untouched(self, paths: &'static [&'static str]) -> Self {
        self.lie(|lie| lie.untouched = paths)
    }
}
