//! A provider of OpenID Connect that says what a test has it say, true or not. A real one is asked in the browser tests.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use ring::{digest, hmac};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::RwLock;

/// How opsglass proves that it is itself, and with which tokens are signed.
pub(crate) const SECRET: &str = "s3cret-of-the-client";

#[derive(Clone)]
pub(crate) struct Provider {
    pub(crate) issuer: String,
    says: Arc<Mutex<Says>>,
    /// How often it was asked about itself.
    pub(crate) asked: Arc<AtomicUsize>,
    /// Whoever holds it to write has it say nothing of itself; what it says is this status.
    pub(crate) about: Arc<RwLock<StatusCode>>,
}

#[derive(Default)]
struct Says {
    /// What is asked for beside the token: answered with this, where there is such a place.
    more: Option<(StatusCode, Value)>,
    claims: Value,
    key: String,
    challenge: String,
    used: BTreeSet<String>,
}

impl Provider {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let provider = Self::at(issuer);
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(about))
            .route("/keys", get(async || Json(json!({ "keys": [] }))))
            .route("/token", post(token))
            .route("/userinfo", get(more))
            .with_state(provider.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        provider
    }

    /// One that nobody can reach.
    pub(crate) fn away() -> Self {
        Self::at("http://127.0.0.1:1".to_owned())
    }

    fn at(issuer: String) -> Self {
        Self { issuer, says: Arc::default(), asked: Arc::default(), about: Arc::default() }
    }

    /// Has it be asked for more than tokens say, and answer so.
    pub(crate) fn say_more(&self, status: u16, more: Value) {
        self.says.lock().unwrap().more = Some((StatusCode::from_u16(status).unwrap(), more));
    }

    /// The lines of a configuration that lead here.
    pub(crate) fn config(&self, more: &str) -> String {
        let issuer = &self.issuer;
        format!(
            "[auth.oidc]\nissuer = {issuer:?}\nclient_id = \"opsglass\"\nclient_secret = {SECRET:?}\nname = \"Example\"\n{more}\n"
        )
    }

    /// What is right about a token for an attempt, beside what a test says of it.
    pub(crate) fn claims(&self, nonce: &str) -> Value {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
        json!({
            "iss": self.issuer, "aud": "opsglass", "sub": "1", "iat": now, "exp": now + 60, "nonce": nonce,
            "preferred_username": "carol", "groups": ["staff", "ops"],
        })
    }

    /// Has the next codes be worth a token with these claims, for whoever knows what `challenge` is of.
    pub(crate) fn say(&self, claims: Value, challenge: &str, key: &str) {
        let mut says = self.says.lock().unwrap();
        (says.claims, says.challenge, says.key) = (claims, challenge.to_owned(), key.to_owned());
    }
}

async fn about(State(provider): State<Provider>) -> (StatusCode, Json<Value>) {
    provider.asked.fetch_add(1, Ordering::Relaxed);
    let status = *provider.about.read().await;
    let at = |path: &str| format!("{}/{path}", provider.issuer);
    let more = provider.says.lock().unwrap().more.is_some();
    let about = json!({
        "issuer": provider.issuer, "authorization_endpoint": at("authorize"), "token_endpoint": at("token"),
        "jwks_uri": at("keys"), "response_types_supported": ["code"], "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["HS256"], "userinfo_endpoint": more.then(|| at("userinfo")),
    });
    (status, Json(about))
}

async fn more(State(provider): State<Provider>) -> Response {
    let (status, more) = provider.says.lock().unwrap().more.clone().unwrap();
    (status, Json(more)).into_response()
}

async fn token(State(provider): State<Provider>, Form(form): Form<Vec<(String, String)>>) -> Response {
    let field = |name: &str| form.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str());
    let mut says = provider.says.lock().unwrap();
    let verifier = digest::digest(&digest::SHA256, field("code_verifier").as_bytes());
    let is_good = BASE64.encode(verifier) == says.challenge && says.used.insert(field("code").to_owned());
    if !is_good || !field("redirect_uri").ends_with("/login/oidc/callback") {
        return (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" }))).into_response();
    }
    let id_token = signed(&says.claims, &says.key);
    Json(json!({ "access_token": "a", "token_type": "Bearer", "id_token": id_token })).into_response()
}

fn signed(claims: &Value, key: &str) -> String {
    let part = |value: &Value| BASE64.encode(value.to_string());
    let body = format!("{}.{}", part(&json!({ "alg": "HS256", "typ": "JWT" })), part(claims));
    let key = hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes());
    format!("{body}.{}", BASE64.encode(hmac::sign(&key, body.as_bytes())))
}
