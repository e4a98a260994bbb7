//! The page to sign in: a form that works without script.

use leptos::nonce::use_nonce;
use leptos::prelude::*;

use crate::components::{Icon, icon};
use crate::place::Place;

/// Shows the password while its reader wants to see it; what is sent, and what browsers keep, is a password again.
const SHOW: &str = r#"
const field = document.getElementById('password');
const button = document.getElementById('show');
const show = (shown) => {
  field.type = shown ? 'text' : 'password';
  button.textContent = shown ? 'Hide' : 'Show';
  button.setAttribute('aria-label', `${button.textContent} password`);
};
button.hidden = false;
button.onclick = () => show(field.type === 'password');
field.form.onsubmit = () => show(false);
"#;

/// What the page to sign in says.
#[derive(Debug, Clone)]
pub struct SignIn {
    /// Whose machine it is.
    pub host: String,
    /// The page that is returned to, where it is another than the overview.
    pub place: Option<Place>,
    /// Its address, which is one of ours.
    pub next: String,
    /// Why the last try failed.
    pub failure: Option<String>,
    /// How long a session lasts, and what comes of wrong passwords.
    pub limits: String,
    /// Where else people sign in: what it is called, and the way there.
    pub provider: Option<(String, String)>,
    /// Whether the connection is encrypted.
    pub encrypted: bool,
    /// The version of opsglass.
    pub version: &'static str,
}

/// The page.
pub(crate) fn sign_in(page: SignIn) -> impl IntoView {
    let SignIn { host, place, next, failure, limits, provider, encrypted, version } = page;
    let is_wrong = failure.is_some();
    let described = is_wrong.then_some("failure");
    let back = place.map(|place| view! { " You return to " <b>{place.name()}</b> "." });
    let connection = if encrypted { "connection encrypted" } else { "connection not encrypted" };
    let sign = if encrypted { Icon::Check } else { Icon::Warning };
    view! {
        <div class="page sign-in">
            <main id="main">
                <form method="post" action="/login">
                    {icon(Icon::Logo, "logo")}
                    <h1>"Sign in to opsglass"</h1>
                    <p class="whose">{host} "." {back}</p>
                    {failure.map(|failure| view! {
                        <p id="failure" class="failure" role="alert">{icon(Icon::Critical, "icon-14")} <span>{failure}</span></p>
                    })}
                    <label for="username">"User name"</label>
                    <input id="username" name="username" type="text" required=true autofocus=true maxlength="32"
                        autocomplete="username" autocapitalize="none" spellcheck="false"
                        aria-invalid=is_wrong.then_some("true") aria-describedby=described/>
                    <label for="password">"Password"</label>
                    <div class="password">
                        <input id="password" name="password" type="password" required=true maxlength="1024"
                            autocomplete="current-password" autocapitalize="none" spellcheck="false"
                            aria-invalid=is_wrong.then_some("true") aria-describedby=described/>
                        <button type="button" id="show" aria-label="Show password" hidden=true>"Show"</button>
                    </div>
                    <input type="hidden" name="next" value=next/>
                    <button type="submit">"Sign in"</button>
                    {provider.map(|(name, way)| view! {
                        <p class="or">"or"</p>
                        <a class="button provider" href=way>{format!("Sign in with {name}")}</a>
                    })}
                    <p class="limits">{limits}</p>
                </form>
            </main>
            <footer>
                <span>"opsglass " {version}</span>
                <span class="connection">{icon(sign, "icon-14")} {connection}</span>
            </footer>
            <script nonce=use_nonce() inner_html=SHOW></script>
        </div>
    }
}

/// What the page says on which a reader lands who has signed in elsewhere. It leads on by itself: what comes after it is
/// asked by a page of ours, so that the browser sends along who it is.
#[derive(Debug, Clone)]
pub struct Landing {
    /// Who has signed in.
    pub name: String,
    /// Where they go on.
    pub next: String,
}

/// The page.
pub(crate) fn landing(Landing { name, next }: Landing) -> impl IntoView {
    view! {
        <div class="page sign-in">
            <main id="main">
                <p class="whose">"Signed in as " <b>{name}</b> ". " <a href=next>"Go on"</a></p>
            </main>
        </div>
    }
}
