//! Signing in with a provider of OpenID Connect: the authorization code flow, with PKCE, state and nonce.
//!
//! - [`Provider`]: begins an attempt, and makes of what the browser brings back a [`Person`] with a role
//! - `attempts`: those that have begun, each bound to one browser, for a few minutes and once
//! - `asked`: the client of the flow, with the claims that tokens may have beside the usual ones
//! - `http`: how the provider is asked, with opsglass' own client
//! - `error`: why somebody can't sign in, in plain words; never with a code, a token or a secret in it

mod asked;
mod attempts;
mod config;
mod error;
mod http;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use openidconnect::core::{CoreGenderClaim, CoreProviderMetadata, CoreResponseType};
use openidconnect::http::StatusCode;
use openidconnect::{
    AuthenticationFlow, AuthorizationCode, ClientId, ClientSecret, CsrfToken, IssuerUrl, Nonce,
    OAuth2TokenResponse as _, PkceCodeChallenge, RedirectUrl, Scope, TokenResponse as _, UserInfoClaims, UserInfoError,
};
use serde::Serialize;
use serde_json::{Map, Value};
use tokio::sync::{Mutex as AsyncMutex, Semaphore};

use asked::{Asked, Extra};
pub use attempts::LIFE;
use attempts::{Attempt, Attempts};
pub use config::Config;
pub use error::OidcError;
use http::Http;
pub use http::HttpError;
pub(crate) use http::is_safe;

use crate::auth::{PersonName, Role};
use crate::client::Secret;
use crate::net::Block;

/// Browsers for which the provider is asked at one time. Anybody can begin to sign in, and each holds a connection.
const ASKING: usize = 8;
/// How long it is remembered what the provider says of itself and its keys.
const REMEMBERED: Duration = Duration::from_secs(300);

/// Where people sign in. Clones share the attempts.
#[derive(Debug, Clone)]
pub struct Provider(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    config: Config,
    http: Http,
    attempts: Mutex<Attempts>,
    asking: Semaphore,
    known: AsyncMutex<Option<(Instant, Result<CoreProviderMetadata, OidcError>)>>,
}

/// By which the provider says that it will not say more, however often it is asked.
const REFUSALS: [StatusCode; 2] = [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN];

/// An attempt that has begun.
#[derive(Debug)]
pub struct Begun {
    /// Where the browser is sent.
    pub url: String,
    /// What it is to bring back, beside what the provider gives it.
    pub secret: Secret,
}

/// What a browser brings back from the provider.
#[derive(Debug, Default)]
pub struct Returned {
    /// What the attempt is known by to the provider.
    pub state: String,
    /// What is worth a token, once.
    pub code: Option<Secret>,
    /// Why there is none.
    pub error: Option<String>,
}

/// Somebody who has signed in there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// What they are called.
    pub name: PersonName,
    /// What they may do.
    pub role: Role,
}

impl Provider {
    /// One that has not been asked yet: whether it can be reached is seen when somebody signs in.
    pub fn new(config: Config) -> Self {
        let http = Http::new(config.trust.clone());
        Self(Arc::new(Inner {
            config,
            http,
            attempts: Mutex::default(),
            asking: Semaphore::new(ASKING),
            known: AsyncMutex::default(),
        }))
    }

    /// What the button says.
    pub fn name(&self) -> &str {
        &self.0.config.name
    }

    /// Where the provider sends the browser back to, if that was told.
    pub fn redirect_url(&self) -> Option<&str> {
        self.0.config.redirect_url.as_deref()
    }

    /// Begins an attempt of a browser at `block` that is sent back to `redirect`, and goes on to `next`.
    ///
    /// # Errors
    /// When the provider can't be reached, says nothing of use, or is asked for too many others.
    pub async fn begin(&self, block: Option<Block>, redirect: String, next: String) -> Result<Begun, OidcError> {
        let _asking = self.0.asking.try_acquire().map_err(|_| OidcError::Busy)?;
        let client = self.client(&redirect).await?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let flow = AuthenticationFlow::<CoreResponseType>::AuthorizationCode;
        let request = client.authorize_url(flow, CsrfToken::new_random, Nonce::new_random);
        let scopes = self.0.config.scopes.iter().cloned().map(Scope::new);
        let (url, state, nonce) = request.add_scopes(scopes).set_pkce_challenge(challenge).url();
        let attempt = Attempt { block, state: Secret::new(state.into_secret()), nonce, verifier, redirect, next };
        let secret = self.attempts().begin(attempt, Instant::now());
        Ok(Begun { url: url.into(), secret })
    }

    /// Ends the attempt that a browser has brought the `secret` of: who it is, and where they go on.
    ///
    /// # Errors
    /// When there is none, the provider refuses, or what it says can't be believed.
    pub async fn complete(&self, secret: &Secret, returned: Returned) -> Result<(Person, String), OidcError> {
        let _asking = self.0.asking.try_acquire().map_err(|_| OidcError::Busy)?;
        let attempt = self.attempts().end(secret, &returned.state, Instant::now()).ok_or(OidcError::NoAttempt)?;
        let code = match (returned.error, returned.code) {
            (Some(error), _) => return Err(OidcError::refused(&error)),
            (None, Some(code)) => AuthorizationCode::new(code.reveal().to_owned()),
            (None, None) => return Err(OidcError::NoAttempt),
        };
        let next = attempt.next.clone();
        let person = self.person(attempt, code).await;
        if matches!(person, Err(OidcError::Untrusted(_))) {
            // Its keys may be others by now.
            *self.0.known.lock().await = None;
        }
        Ok((person?, next))
    }

    async fn person(&self, attempt: Attempt, code: AuthorizationCode) -> Result<Person, OidcError> {
        let client = self.client(&attempt.redirect).await?;
        let exchange = client.exchange_code(code).map_err(|_| OidcError::Odd("it names no place for tokens"))?;
        let exchange = exchange.set_pkce_verifier(attempt.verifier);
        let tokens = exchange.request_async(&self.0.http).await.map_err(OidcError::exchange)?;
        let token = tokens.id_token().ok_or(OidcError::Odd("it says nothing of who has signed in"))?;
        let claims = token.claims(&client.id_token_verifier(), &attempt.nonce);
        let claims = claims.map_err(|error| OidcError::untrusted(&error))?;
        let subject = claims.subject().clone();
        let mut said = values(claims);
        // Some say it only where they are asked.
        let config = &self.0.config;
        let is_missing = |claim: &str| !said.contains_key(claim);
        let lacks = is_missing(&config.name_claim) || config.role_claim.as_deref().is_some_and(is_missing);
        if lacks && let Ok(request) = client.user_info(tokens.access_token().clone(), Some(subject)) {
            let more: Result<UserInfoClaims<Extra, CoreGenderClaim>, _> = request.request_async(&self.0.http).await;
            match more {
                Ok(more) => {
                    for (claim, value) in values(&more) {
                        said.entry(claim).or_insert(value);
                    }
                }
                Err(UserInfoError::Response(status, ..)) if REFUSALS.contains(&status) && config.adds_only() => {
                    tracing::warn!("the sign-in service refuses to say more of who signs in ({status})");
                }
                Err(error) => return Err(OidcError::user_info(error)),
            }
        }
        config.person(&said)
    }

    async fn client(&self, redirect: &str) -> Result<Asked, OidcError> {
        let metadata = self.metadata().await?;
        let redirect =
            RedirectUrl::new(redirect.to_owned()).map_err(|_| OidcError::Odd("the way back is no address"))?;
        let config = &self.0.config;
        let secret = config.client_secret.as_ref().map(|secret| ClientSecret::new(secret.reveal().to_owned()));
        Ok(Asked::from_provider_metadata(metadata, ClientId::new(config.client_id.clone()), secret)
            .set_redirect_uri(redirect))
    }

    /// What the provider says of itself, which is asked for again from time to time: once for all who wait for it.
    async fn metadata(&self) -> Result<CoreProviderMetadata, OidcError> {
        let came = Instant::now();
        let mut known = self.0.known.lock().await;
        match &*known {
            Some((said_at, Ok(said))) if said_at.elapsed() < REMEMBERED => return Ok(said.clone()),
            // While this one waited. Else one after the other would wait for a provider that doesn't answer.
            Some((failed_at, Err(error))) if *failed_at >= came => return Err(error.clone()),
            _ => {}
        }
        let said = self.discover().await;
        *known = Some((Instant::now(), said.clone()));
        said
    }

    async fn discover(&self) -> Result<CoreProviderMetadata, OidcError> {
        let issuer =
            IssuerUrl::new(self.0.config.issuer.clone()).map_err(|_| OidcError::Odd("the issuer is no address"))?;
        CoreProviderMetadata::discover_async(issuer, &self.0.http).await.map_err(OidcError::discovery)
    }

    fn attempts(&self) -> MutexGuard<'_, Attempts> {
        self.0.attempts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Claims by their names; one that is null is none.
fn values(claims: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(claims) {
        Ok(Value::Object(said)) => said.into_iter().filter(|(_, value)| !value.is_null()).collect(),
        _ => Map::new(),
    }
}
