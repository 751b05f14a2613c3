use flui_model::{Area, Depth, Scope, ScopeSet};
use leptos::prelude::*;

use crate::{
    forms::{KeyFormFields, Preset},
    islands::ScopePresets,
};

/// The choice of what a key may do: everything, or area by area. `grantable` is what the person may do themselves.
pub(super) fn scope_matrix(typed: &KeyFormFields, grantable: ScopeSet, error: Option<String>) -> AnyView {
    let described = error.as_ref().map(|_| "scopes-error");
    let cut = (grantable != ScopeSet::all()).then(|| {
        view! { <p class="hint">"Greyed boxes are more than your own role allows: a key never may more than you."</p> }
    });
    view! {
        <fieldset class="field" id="scopes" tabindex="-1" aria-describedby=described>
            <legend>"Scopes"</legend>
            {error.map(|error| view! { <p class="field-error" id="scopes-error">{error}</p> })}
            <label class="option">
                <input type="radio" name="access" value="scopes" id="access-chosen" checked=!typed.is_unscoped()/>
                <span>"Only what is ticked here"</span>
            </label>
            <div class="matrix">
                <div class="presets">
                    <span>"Tick for me:"</span>
                    {Preset::ALL.map(|preset| preset_button(preset, grantable)).into_iter().collect_view()}
                </div>
                {Area::ALL.map(|area| area_row(area, typed, grantable)).into_iter().collect_view()}
                {cut}
            </div>
            <label class="option">
                <input type="radio" name="access" value="unscoped" checked=typed.is_unscoped()/>
                <span>
                    "All that I may do"
                    <span class="sub">"Now and later: it grows and shrinks with your role. Rather choose."</span>
                </span>
            </label>
        </fieldset>
        <ScopePresets/>
    }
    .into_any()
}

/// Without script the button asks for the same form, filled in as it is, with the boxes ticked.
fn preset_button(preset: Preset, grantable: ScopeSet) -> impl IntoView + use<> {
    let scopes: Vec<_> = preset
        .scopes()
        .intersection(grantable)
        .iter()
        .map(|scope| scope.to_string())
        .collect();
    view! {
        <button
            class="button button-small"
            name="preset"
            value=preset.as_str()
            formmethod="get"
            formaction="/keys/new"
            data-scopes=scopes.join(" ")
        >
            {preset.label()}
        </button>
    }
}

fn area_row(area: Area, typed: &KeyFormFields, grantable: ScopeSet) -> impl IntoView + use<> {
    let boxes = Depth::ALL.map(|depth| {
        let scope = Scope::new(area, depth);
        let allowed = grantable.contains(scope);
        let ticked = allowed && typed.scopes.contains(&scope.to_string());
        view! {
            <label title=scope.sentence()>
                <input type="checkbox" name="scope" value=scope.to_string() checked=ticked disabled=!allowed/>
                <span class="visually-hidden">{format!("{}: ", area.label())}</span>
                {depth.label()}
            </label>
        }
    });
    view! {
        <div class="matrix-row">
            <span class="matrix-area" aria-hidden="true">{area.label()}</span>
            {boxes.into_iter().collect_view()}
        </div>
    }
}
