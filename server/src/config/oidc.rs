//! What the file says of a provider of OpenID Connect.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;
use url::Url;

use super::ConfigError;
use crate::auth::Role;
use crate::client::{Secret, Trust};
use crate::oidc::{Config, is_safe};
use crate::text_file;

/// The largest file of a secret, in bytes.
const LARGEST: u64 = 4 * 1024;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Oidc {
    issuer: String,
    client_id: String,
    client_secret: Option<Secret>,
    client_secret_file: Option<PathBuf>,
    ca_file: Option<PathBuf>,
    name: Option<String>,
    scopes: Option<Vec<String>>,
    redirect_url: Option<String>,
    name_claim: Option<String>,
    role_claim: Option<String>,
    #[serde(default)]
    roles: BTreeMap<String, Role>,
    role: Option<Role>,
}

impl Oidc {
    pub(super) fn config(self) -> Result<Config, ConfigError> {
        let secret = self.secret()?;
        if !Url::parse(&self.issuer).is_ok_and(|url| is_safe(&url)) {
            return Err(ConfigError::value(
                "auth.oidc.issuer",
                "an address like https://login.example.org",
                &self.issuer,
            ));
        }
        if let Some(url) = self.redirect_url.as_ref().filter(|url| !is_way_back(url)) {
            let expected = "an address like https://ops.example.org/login/oidc/callback";
            return Err(ConfigError::value("auth.oidc.redirect_url", expected, url));
        }
        if self.client_id.is_empty() {
            return Err(ConfigError::value(
                "auth.oidc.client_id",
                "the name under which the provider knows opsglass",
                "none",
            ));
        }
        if self.roles.is_empty() != self.role_claim.is_none() {
            let expected = "both a claim in auth.oidc.role_claim and roles for its values in auth.oidc.roles";
            return Err(ConfigError::value("auth.oidc.role_claim", expected, "one of them"));
        }
        if self.roles.is_empty() && self.role.is_none() {
            let expected = "a role for whoever signs in, or roles by a claim in auth.oidc.roles";
            return Err(ConfigError::value("auth.oidc.role", expected, "neither, so that nobody could come in"));
        }
        let trust = match &self.ca_file {
            Some(file) => Trust::file(file).map_err(|error| {
                let got = format!("{}: {error}", file.display());
                ConfigError::value("auth.oidc.ca_file", "a file of certificates to trust", &got)
            })?,
            None => Trust::System,
        };
        Ok(Config {
            issuer: self.issuer,
            client_id: self.client_id,
            client_secret: secret,
            trust,
            name: self.name.unwrap_or_else(|| "single sign-on".to_owned()),
            scopes: self.scopes.unwrap_or_else(|| vec!["profile".to_owned()]),
            redirect_url: self.redirect_url,
            name_claim: self.name_claim.unwrap_or_else(|| "preferred_username".to_owned()),
            role_claim: self.role_claim,
            roles: self.roles,
            role: self.role,
        })
    }

    fn secret(&self) -> Result<Option<Secret>, ConfigError> {
        let key = "auth.oidc.client_secret_file";
        match (&self.client_secret, &self.client_secret_file) {
            (Some(_), Some(_)) => Err(ConfigError::value(key, "none beside client_secret", "both")),
            (secret, None) => Ok(secret.clone()),
            (None, Some(file)) => {
                let bad = |got: String| ConfigError::value(key, "a file with the secret", &got);
                let read = text_file::read(file, LARGEST);
                let text = read.map_err(|error| bad(format!("{}: {error}", file.display())))?;
                let text = text.trim();
                if text.is_empty() { Err(bad("an empty one".to_owned())) } else { Ok(Some(Secret::new(text))) }
            }
        }
    }
}

/// Whether opsglass answers there.
fn is_way_back(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| url.path() == Config::CALLBACK && url.query().is_none() && url.has_host())
}
