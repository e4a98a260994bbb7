//! The page to sign in: a form that works without script.

use leptos::nonce::use_nonce;
use leptos::prelude::*;

use crate::components::{Icon, icon};
use crate::format;
use crate::model::Timestamp;
use crate::place::Place;

/// Shows the password while its reader wants to see it; what is sent, and what browsers keep, is a password again. And lets
/// the clock go on, in the reader's time zone.
const SCRIPT: &str = r#"
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
const clock = document.getElementById('clock');
const two = (number) => String(number).padStart(2, '0');
const tick = () => {
  const now = new Date();
  const east = -now.getTimezoneOffset();
  const [hours, minutes] = [Math.floor(Math.abs(east) / 60), Math.abs(east) % 60].map(two);
  const time = [now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join(':');
  clock.dateTime = now.toISOString();
  clock.textContent = `${time} UTC${east ? `${east < 0 ? '-' : '+'}${hours}:${minutes}` : ''}`;
  setTimeout(tick, 1000 - now.getMilliseconds());
};
tick();
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
    /// When it is drawn.
    pub now: Timestamp,
    /// The version of opsglass.
    pub version: &'static str,
}

/// The page.
pub(crate) fn sign_in(page: SignIn) -> impl IntoView {
    let SignIn { host, place, next, failure, limits, provider, encrypted, now, version } = page;
    let is_wrong = failure.is_some();
    let described = is_wrong.then_some("failure");
    let back = place.map(|place| view! { " You return to " <b>{place.name()}</b> "." });
    let connection = if encrypted { "connection encrypted" } else { "connection not encrypted" };
    let sign = if encrypted { Icon::Check } else { Icon::Warning };
    let clock = format!("{} {}", format::clock(now, 0), format::zone(0));
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
                <time id="clock" datetime=now.to_string()>{clock}</time>
            </footer>
            <script nonce=use_nonce() inner_html=SCRIPT></script>
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
