use leptos::prelude::*;

use crate::ui::code_block;

/// What stands on the overview while there is no key: the first five minutes.
pub(super) fn first_steps(public_url: &str) -> AnyView {
    view! {
        <section class="card" aria-labelledby="first-steps">
            <h2 id="first-steps">"The first five minutes"</h2>
            <p>"No key holds access in your name yet. Sign in on the command line to get your first one."</p>
            <ol class="steps">
                <li>
                    <h3>"Install the command line"</h3>
                    <p>"Put " <code>"flui"</code> " from the release into a folder of your PATH, and see that it runs."</p>
                    {code_block("step-install", "Check", "flui --version".to_owned())}
                </li>
                <li>
                    <h3>"Tell it about this installation"</h3>
                    {code_block(
                        "step-context",
                        "Add a context",
                        format!("flui context create main --api-url {public_url} --switch"),
                    )}
                </li>
                <li>
                    <h3>"Sign in"</h3>
                    <p>"Your browser opens, and a workstation key appears under Sign-ins."</p>
                    {code_block("step-login", "Sign in", "flui auth login".to_owned())}
                </li>
            </ol>
            <p>"A pipeline needs a key of its own: " <a href="/keys/new">"Create key"</a></p>
        </section>
    }
    .into_any()
}
