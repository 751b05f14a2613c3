use flui_identity::{Error, Identity, sign_ins::Found};
use flui_model::Timestamp;
use leptos::prelude::*;

use crate::{
    PageContext,
    parts::{Head, Place, frame, fresh_notice, last_use, page},
    ui::{Query, Tone, cell, isolated, notice, raw_query, table, wide_cell},
};

/// What can be done to what was ticked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Act {
    Revoke,
    Pause,
    Resume,
}

/// `/estate/revoke?id=…`: asks once, and shows what would end. For admins.
pub(crate) fn revoke() -> AnyView {
    ask_about(Act::Revoke)
}

/// `/estate/pause?id=…`: asks once, and shows what would be refused. For admins.
pub(crate) fn pause() -> AnyView {
    ask_about(Act::Pause)
}

/// `/estate/resume?id=…`: asks once, and shows what would work again. For admins.
pub(crate) fn resume() -> AnyView {
    ask_about(Act::Resume)
}

fn ask_about(act: Act) -> AnyView {
    let ids = Query::of_page().all("id");
    let here = format!("{}?{}", act.path(), raw_query());
    page(move |page| load(page, act, ids, here))
}

impl Act {
    const fn path(self) -> &'static str {
        match self {
            Self::Revoke => "/estate/revoke",
            Self::Pause => "/estate/pause",
            Self::Resume => "/estate/resume",
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::Revoke => "Revoke selected",
            Self::Pause => "Pause selected",
            Self::Resume => "Resume selected",
        }
    }

    /// The button that does it, and the caption of what it is done to.
    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Revoke => ("Revoke all of these", "What ends"),
            Self::Pause => ("Pause all of these", "What is refused then"),
            Self::Resume => ("Resume all of these", "What works again"),
        }
    }

    const fn nothing(self) -> &'static str {
        match self {
            Self::Revoke => {
                "Nothing is selected that could end: tick some boxes first. What is over already stays over."
            }
            Self::Pause => {
                "Nothing is selected that could be paused: tick some keys first. Browser sessions cannot be paused, and \
                 what is paused or over stays so."
            }
            Self::Resume => "Nothing is selected that could be resumed: tick some paused keys first.",
        }
    }

    /// The act at the beginning of a sentence about what it needs.
    const fn gerund(self) -> &'static str {
        match self {
            Self::Revoke => "Revoking what belongs to others",
            Self::Pause => "Pausing keys",
            Self::Resume => "Resuming keys",
        }
    }

    /// Whether it changes anything about this one.
    fn fits(self, found: &Found) -> bool {
        let key = &found.sign_in;
        match self {
            Self::Revoke => true,
            Self::Pause => key.kind.is_key() && key.paused.is_none(),
            Self::Resume => key.paused.is_some(),
        }
    }

    /// What becomes of what was ticked.
    fn consequence(self, selected: &[Found]) -> String {
        let (what, it) = match selected {
            [one] => (
                format!(
                    "“{}” of {}",
                    isolated(&one.sign_in.name),
                    isolated(one.person.display_name())
                ),
                "it",
            ),
            many if self == Self::Revoke => (format!("{} sign-ins and keys", many.len()), "them"),
            many => (format!("{} keys", many.len()), "them"),
        };
        let s = if it == "it" { "s" } else { "" };
        match self {
            Self::Revoke => {
                format!("{what} end{s} for good. Whatever uses {it} will stop working at once.")
            }
            Self::Pause if s == "s" => format!(
                "{what} is refused at once, and whoever uses it is told that it is paused. Nothing about it is lost: it works \
                 again when an administrator resumes it."
            ),
            Self::Pause => format!(
                "{what} are refused at once, and whoever uses them is told that they are paused. Nothing about them is lost: \
                 they work again when an administrator resumes them."
            ),
            Self::Resume => format!("{what} work{s} again at once, for everybody who holds {it}."),
        }
    }
}

async fn load(page: PageContext, act: Act, ids: Vec<String>, here: String) -> Result<AnyView, Error> {
    // An id of the wrong shape is as absent as one that is not there.
    let ids: Vec<_> = ids.iter().filter_map(|id| id.parse().ok()).collect();
    let mut selected = page.identity.find_in_estate(&page.caller, &ids).await?;
    selected.retain(|found| act.fits(found));
    let body = if selected.is_empty() {
        view! {
            {notice(Tone::Plain, act.nothing())}
            <p class="form-acts"><a class="button" href="/estate">"Back to the estate"</a></p>
        }
        .into_any()
    } else {
        ask(&page, act, &selected, ids.len(), &here)
    };
    let head = Head {
        above: &[("Estate", "/estate")],
        ..Head::new(Place::Estate, act.title(), "")
    };
    Ok(frame(&page, head, body))
}

fn ask(page: &PageContext, act: Act, selected: &[Found], ticked: usize, here: &str) -> AnyView {
    let now = page.now();
    let most = Identity::MOST_SELECTED;
    let too_many = (ticked > most).then(|| {
        notice(
            Tone::Warn,
            format!("One act takes at most {most}. Of your {ticked} only the first {most} are taken."),
        )
    });
    let rows = selected.iter().map(|found| row(found, now));
    let hidden = selected
        .iter()
        .map(|found| view! { <input type="hidden" name="id" value=found.sign_in.id.to_string()/> })
        .collect_view();
    let (label, caption) = act.words();
    let (tone, button) = match act {
        Act::Revoke => (Tone::Danger, "button button-danger"),
        Act::Pause => (Tone::Warn, "button button-danger"),
        Act::Resume => (Tone::Plain, "button button-primary"),
    };
    view! {
        {notice(tone, act.consequence(selected))}
        {too_many}
        {table(caption, &["Name", "Owner", "Kind", "Last used"], rows)}
        {fresh_notice(page, act.gerund(), here)}
        <form method="post" action=act.path() class="form-acts">
            {hidden}
            <button class=button>{label}</button>
            <a class="button" href="/estate">"Cancel"</a>
        </form>
    }
    .into_any()
}

fn row(found: &Found, now: Timestamp) -> AnyView {
    let sign_in = &found.sign_in;
    let used = sign_in.last_used.as_ref();
    view! {
        <tr>
            <th scope="row"><span class="name">{sign_in.name.clone()}</span></th>
            {wide_cell("Owner", found.person.display_name().to_owned())}
            {cell("Kind", sign_in.kind.label())}
            {cell("Last used", last_use(used.map(|used| used.at), used.map(|used| used.address.clone()), now))}
        </tr>
    }
    .into_any()
}
