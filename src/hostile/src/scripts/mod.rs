//! Tricks that are more than one lie on one way.

mod exchange;
mod keys;
mod logout;
mod session;
mod sign_in;

use crate::{
    Case, Fault,
    case::{Way, What},
    scene::{Auditor, Scene},
};

macro_rules! tricks {
    ($($promise:literal $module:literal $way:ident $own:literal $name:ident => $play:path;)*) => {
        /// A trick, by what is tried.
        #[derive(Clone, Copy, Debug)]
        pub(crate) enum Script {
            $($name,)*
        }

        /// The case of each trick.
        pub(crate) fn all() -> Vec<Case> {
            vec![$(Case { promise: $promise, module: $module.to_owned(), what: What::Trick(Script::$name) },)*]
        }

        impl Script {
            pub(crate) fn way(self) -> Way {
                match self { $(Self::$name => Way::$way,)* }
            }

            /// Whether it needs an installation that has seen nothing yet.
            pub(crate) fn is_own(self) -> bool {
                match self { $(Self::$name => $own,)* }
            }

            pub(crate) async fn play(self, scene: &Scene, auditor: &mut Auditor<'_>) -> Result<(), Fault> {
                match self { $(Self::$name => $play(scene, auditor).await,)* }
            }
        }
    };
}

tricks! {
    "C1" "attempts-never-repeat" SignIn false AttemptsNeverRepeat => sign_in::attempts_never_repeat;
    "C2" "callback-parameter-repeated" SignIn false ParameterRepeated => sign_in::parameter_repeated;
    "C3" "callback-replayed" SignIn false Replayed => sign_in::replayed;
    "C4" "callback-in-another-browser" SignIn false OtherBrowser => sign_in::other_browser;
    "C6" "two-tabs" SignIn false TwoTabs => sign_in::two_tabs;
    "C9" "code-of-another-attempt" SignIn false CodeSwapped => sign_in::code_swapped;
    "C10" "code-of-another-attempt-without-pkce" SignIn false CodeSwappedWithoutPkce => sign_in::code_swapped_without_pkce;
    "C31" "callback-ends-clean" SignIn false EndsClean => sign_in::ends_clean;
    "C32" "callback-by-post" SignIn false ByPost => sign_in::by_post;
    "C28" "oidcc-client-test-signing-key-rotation" SignIn true Rotation => keys::rotation;
    "C28" "oidcc-client-test-signing-key-rotation-just-before-signing" SignIn true RotationJustBefore => keys::rotation_just_before_signing;
    "C28" "oidcc-client-test-kid-absent-multiple-jwks" SignIn true KidAbsentSeveral => keys::kid_absent_several;
    "C29" "storm-of-unknown-keys" SignIn true Storm => keys::storm;
    "C30" "bad-key-set-after-a-good-one" SignIn true BadSet => keys::bad_set;
    "S1" "session-cookie-attributes" SignIn false Cookies => session::cookies;
    "S2" "session-id-after-another-sign-in" SignIn false NewId => session::new_id;
    "S3" "session-id-planted" SignIn false Planted => session::planted;
    "S7" "session-id-after-sign-out" SignIn false SignedOut => session::signed_out;
    "S11" "session-cookie-twice" SignIn false Tossed => session::tossed;
    "X1" "request-of-another-origin" SignIn false ForeignOrigin => session::foreign_origin;
    "L3" "oidcc-client-test-rp-backchannel-rpinitlogout" Logout false Honest => logout::honest;
    "L7" "id-token-as-logout-token" Logout false IdToken => logout::id_token;
    "L9" "logout-sid-and-sub-of-different-people" Logout false Mixed => logout::mixed;
    "L11" "logout-token-replayed" Logout false Twice => logout::twice;
    "L14" "logout-junk" Logout false Junk => logout::junk;
    "E1" "token-of-another-application" Exchange false AnotherApplication => exchange::another_application;
    "E3" "token-of-the-dashboard" Exchange false OfTheDashboard => exchange::of_the_dashboard;
    "E4" "token-of-a-machine" Exchange false OfAMachine => exchange::of_a_machine;
    "E5" "key-as-bearer" Exchange false KeyAsBearer => exchange::key_as_bearer;
    "E6" "bearer-twenty-times-at-once" Exchange false ManyAtOnce => exchange::many_at_once;
    "E8" "bearer-elsewhere" Exchange false Elsewhere => exchange::elsewhere;
    "E14" "challenge-on-each-401" Exchange false Challenge => exchange::challenge;
    "E15" "refusals-are-alike" Exchange false Alike => exchange::alike;
}
