use leptos::{prelude::*, tachys::html::InertElement};
use leptos_meta::Title;

use super::{brand::brand, icons, page_notice, user_menu::user_menu};
use crate::{PageContext, islands::LiveTimes, ui::breadcrumbs};

/// The entries of the navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Overview,
    Keys,
    SignIns,
    Contexts,
    Audit,
    Apps,
    Estate,
    People,
    AppClients,
}

impl Place {
    const ALL: [Self; 5] = [Self::Overview, Self::Keys, Self::SignIns, Self::Contexts, Self::Audit];
    /// What only admins may see.
    const ADMIN: [Self; 3] = [Self::Estate, Self::People, Self::AppClients];

    const fn label(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Keys => "Keys",
            Self::SignIns => "Sign-ins",
            Self::Contexts => "Contexts",
            Self::Audit => "Audit log",
            Self::Apps => "Apps",
            Self::Estate => "Estate",
            Self::People => "People",
            Self::AppClients => "App clients",
        }
    }

    const fn path(self) -> &'static str {
        match self {
            Self::Overview => "/",
            Self::Keys => "/keys",
            Self::SignIns => "/sign-ins",
            Self::Contexts => "/contexts",
            Self::Audit => "/audit",
            Self::Apps => "/apps",
            Self::Estate => "/estate",
            Self::People => "/people",
            Self::AppClients => "/apps/clients",
        }
    }

    fn icon(self) -> AnyView {
        match self {
            Self::Overview => icons::overview(),
            Self::Keys => icons::keys(),
            Self::SignIns => icons::sign_ins(),
            Self::Contexts => icons::contexts(),
            Self::Audit => icons::audit(),
            Self::Apps => icons::apps(),
            Self::Estate => icons::estate(),
            Self::People => icons::people(),
            Self::AppClients => icons::app_clients(),
        }
    }
}

/// What stands above the body of a page.
pub(crate) struct Head {
    /// The entry of the navigation that the page belongs to; none for a page that is nowhere.
    pub place: Option<Place>,
    /// The one `h1`, and the document's title.
    pub title: String,
    /// One sentence on what the page is for.
    pub lead: &'static str,
    /// Pages above this one, when it stands below the second level: label and path.
    pub above: &'static [(&'static str, &'static str)],
    /// The page's main act.
    pub act: Option<AnyView>,
    /// Whether the page says that something was refused; the document's title then says so too.
    pub failed: bool,
}

impl Head {
    /// A page of the second level without an act.
    pub(crate) fn new(place: Place, title: impl Into<String>, lead: &'static str) -> Self {
        Self {
            place: Some(place),
            title: title.into(),
            lead,
            above: &[],
            act: None,
            failed: false,
        }
    }
}

/// The page around a body: navigation, user menu, heading, and what is to be said about the act that led here.
pub(crate) fn frame(page: &PageContext, head: Head, body: impl IntoView + 'static) -> AnyView {
    let Head {
        place,
        title,
        lead,
        above,
        act,
        failed,
    } = head;
    let crumbs = (!above.is_empty()).then(|| breadcrumbs(above, &title));
    let document_title = if failed {
        format!("Error: {title}")
    } else {
        title.clone()
    };
    let admin = page.caller.signed_in().is_ok_and(flui_identity::SignedIn::is_admin);
    let apps = !page.settings.apps.is_empty();
    let entries = entries(place, admin, apps).to_html();
    view! {
        <Title text=document_title/>
        <a class="skip" href="#main">"Skip to the content"</a>
        <div class="layout">
            <header class="rail">
                {brand()}
                <nav class="nav nav-wide" aria-label="Main">{InertElement::new(entries.clone())}</nav>
                {user_menu(page)}
                <details name="menu" class="menu nav-narrow">
                    <summary>{icons::menu()}<span class="visually-hidden">"Menu"</span></summary>
                    <nav class="menu-sheet nav" aria-label="Main">{InertElement::new(entries)}</nav>
                </details>
            </header>
            <main id="main" tabindex="-1">
                {crumbs}
                <div class="page-head">
                    <div>
                        <h1>{title}</h1>
                        {(!lead.is_empty()).then(|| view! { <p class="lead">{lead}</p> })}
                    </div>
                    {act}
                </div>
                {page_notice(page)}
                {body}
            </main>
        </div>
        <LiveTimes/>
    }
    .into_any()
}

fn entries(here: Option<Place>, admin: bool, apps: bool) -> impl IntoView + use<> {
    let of_admins = Place::ADMIN.into_iter().filter(move |_| admin);
    let apps = apps.then_some(Place::Apps);
    let entries = Place::ALL.into_iter().chain(apps).chain(of_admins).map(|place| {
        let current = (here == Some(place)).then_some("page");
        view! {
            <li>
                <a href=place.path() aria-current=current>
                    {place.icon()}
                    {place.label()}
                </a>
            </li>
        }
    });
    view! { <ul>{entries.collect_view()}</ul> }
}
