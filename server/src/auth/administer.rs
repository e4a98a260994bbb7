//! What admins change from afar: users and tokens, as `opsglass user` and `opsglass token` do.

use std::net::IpAddr;

use app::model::Timestamp;
use serde::{Deserialize, Serialize};

use super::kept::{self, ChangeError, Kept, Wanted};
use super::{Channels, Doors, Identity, Right, Role, Token, User};
use crate::client::Secret;
use crate::person::PersonName;

/// A user as an admin sees them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UserView {
    /// What they are called.
    pub name: PersonName,
    /// What they may do.
    pub role: Role,
    /// Where.
    pub channels: Channels,
    /// Whether they stand in the configuration, where alone they can be changed.
    pub configured: bool,
}

/// A user as an admin wants them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewUser {
    name: String,
    password: Secret,
    role: Role,
    #[serde(default)]
    channels: Vec<String>,
    #[serde(default)]
    replace: bool,
}

/// A token as an admin sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TokenView {
    /// What it is for.
    pub name: PersonName,
    /// What it may do.
    pub scopes: Vec<Right>,
    /// Where.
    pub channels: Channels,
    /// When it was made.
    pub created: Timestamp,
    /// From when on it is nothing worth.
    pub expires: Option<Timestamp>,
}

/// A token as an admin wants it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewToken {
    name: String,
    scopes: Vec<Right>,
    #[serde(default)]
    channels: Vec<String>,
    expires: Option<String>,
}

impl Doors {
    /// The users there are, those of the configuration first.
    ///
    /// # Errors
    /// When they can't be read.
    pub async fn users(&self) -> Result<Vec<UserView>, ChangeError> {
        let configured = self.0.config.users.len();
        let users = self.with_kept(Kept::users).await?;
        Ok(users.into_iter().enumerate().map(|(n, user)| UserView::of(user, n < configured)).collect())
    }

    /// Adds a user, or puts them in the place of one, and tells of it.
    ///
    /// # Errors
    /// When it can't be done.
    pub async fn add_user(&self, by: &Identity, address: IpAddr, new: NewUser) -> Result<UserView, ChangeError> {
        let NewUser { name, password, role, channels, replace } = new;
        let (name, channels) = (kept::named(&name)?, kept::channels(channels)?);
        let wanted = name.clone();
        self.with_kept(move |kept| kept.is_free(&wanted, replace)).await?;
        let hash = self.0.checks.hash(password).await.map_err(|_| ChangeError::Busy)?;
        let password_hash = hash.map_err(|expected| kept::invalid("password", expected))?;
        let user = User { name, role, password_hash, channels };
        let added = user.clone();
        self.with_kept(move |kept| kept.add_user(added, replace, true)).await?;
        let patterns = user.channels.patterns().join(",");
        let fields = [("user", user.name.as_str()), ("role", role.as_str()), ("channels", &*patterns)];
        self.tell(by, address, &format!("added the user {} as {role}", user.name), &fields);
        self.take_up().await;
        Ok(UserView::of(user, false))
    }

    /// Removes a user, who is signed out everywhere, and tells of it.
    ///
    /// # Errors
    /// When it can't be done.
    pub async fn remove_user(&self, by: &Identity, address: IpAddr, name: String) -> Result<(), ChangeError> {
        let removed = self.with_kept(move |kept| kept.remove_user(&name, true)).await?;
        self.tell(by, address, &format!("removed the user {removed}"), &[("user", removed.as_str())]);
        self.take_up().await;
        Ok(())
    }

    /// The tokens there are.
    ///
    /// # Errors
    /// When they can't be read.
    pub async fn tokens(&self) -> Result<Vec<TokenView>, ChangeError> {
        Ok(self.with_kept(Kept::tokens).await?.into_iter().map(TokenView::of).collect())
    }

    /// Makes a token and tells of it; it, and what its owner shows, which is known nowhere else.
    ///
    /// # Errors
    /// When it can't be done.
    pub async fn create_token(
        &self,
        by: &Identity,
        address: IpAddr,
        new: NewToken,
    ) -> Result<(TokenView, Secret), ChangeError> {
        let NewToken { name, scopes, channels, expires } = new;
        let (name, channels) = (kept::token_named(&name)?, kept::channels(channels)?);
        let expires = expires.as_deref().map(kept::span).transpose()?;
        let wanted = Wanted { name, scopes, channels, expires };
        let (token, shown) = self.with_kept(move |kept| kept.create_token(wanted)).await?;
        let scopes = token.scopes.iter().map(|right| right.as_str()).collect::<Vec<_>>().join(",");
        let (patterns, expires) = (token.channels.patterns().join(","), token.expires.map(|at| at.to_string()));
        let fields = [
            ("token", token.name.as_str()),
            ("scopes", &*scopes),
            ("channels", &*patterns),
            ("expires", expires.as_deref().unwrap_or("never")),
        ];
        self.tell(by, address, &format!("made the token {}", token.name), &fields);
        self.take_up().await;
        Ok((TokenView::of(token), shown))
    }

    /// Revokes a token and tells of it.
    ///
    /// # Errors
    /// When it can't be done.
    pub async fn revoke_token(&self, by: &Identity, address: IpAddr, name: String) -> Result<(), ChangeError> {
        let revoked = self.with_kept(move |kept| kept.revoke_token(&name)).await?;
        self.tell(by, address, &format!("revoked the token {revoked}"), &[("token", revoked.as_str())]);
        self.take_up().await;
        Ok(())
    }

    /// Does something with what is kept, where it may wait for the disk and for commands that do the same.
    async fn with_kept<T: Send + 'static>(
        &self,
        what: impl FnOnce(&Kept) -> Result<T, ChangeError> + Send + 'static,
    ) -> Result<T, ChangeError> {
        let config = &self.0.config;
        let kept = Kept::new(config.folder.clone(), &config.users)?;
        tokio::task::spawn_blocking(move || what(&kept)).await.map_err(|_| ChangeError::Busy)?
    }
}

impl UserView {
    fn of(user: User, configured: bool) -> Self {
        Self { name: user.name, role: user.role, channels: user.channels, configured }
    }
}

impl TokenView {
    fn of(token: Token) -> Self {
        let Token { name, scopes, channels, created, expires, digest: _ } = token;
        Self { name, scopes, channels, created, expires }
    }
}
