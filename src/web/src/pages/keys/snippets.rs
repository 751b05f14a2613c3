//! Ready-made lines that use a new key. None holds the key itself: it belongs into a store for secrets.

use leptos::prelude::*;

use crate::ui::code_block;

/// One block for each place that a key usually goes to.
pub(super) fn snippets(public_url: &str) -> AnyView {
    let call = format!("curl --fail-with-body -H \"Authorization: Bearer $FLUI_API_KEY\" {public_url}/api/v1/auth/me");
    let shell =
        "read -rs FLUI_API_KEY && export FLUI_API_KEY   # paste the key, press Enter\nflui auth status".to_owned();
    let github = format!(
        "# Settings > Secrets and variables > Actions > New secret: FLUI_API_KEY\n\
         - name: Call Flui\n  env:\n    FLUI_API_KEY: ${{{{ secrets.FLUI_API_KEY }}}}\n  run: |\n    {call}"
    );
    let gitlab = format!(
        "# Settings > CI/CD > Variables: FLUI_API_KEY, masked and protected\n\
         call-flui:\n  script:\n    - |\n      {call}"
    );
    let woodpecker = format!(
        "# Settings > Secrets: flui_api_key\n\
         steps:\n  - name: call-flui\n    image: curlimages/curl\n    environment:\n      FLUI_API_KEY:\n        \
         from_secret: flui_api_key\n    commands:\n      - |\n        {call}"
    );
    view! {
        {code_block("snippet-shell", "Shell", shell)}
        {code_block("snippet-curl", "curl", call)}
        {code_block("snippet-github", "GitHub Actions", github)}
        {code_block("snippet-gitlab", "GitLab CI", gitlab)}
        {code_block("snippet-woodpecker", "Woodpecker", woodpecker)}
    }
    .into_any()
}
