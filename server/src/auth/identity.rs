use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use super::{Channels, Right, Role};
use crate::hub::Name;
use crate::person::PersonName;
use crate::quota::Account;

/// What whoever reaches an opsglass without users is called.
const LOCAL: &str = "operator";

/// Who asks. In each request's extensions behind the door; cheap to clone.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity(Arc<Inner>);

#[derive(Debug, PartialEq, Eq)]
struct Inner {
    name: String,
    role: Role,
    kind: Kind,
    channels: Channels,
}

/// How somebody is known.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    /// By reaching this machine: there are no users.
    Local,
    /// By name and password.
    User,
    /// By the word of a proxy with which they have signed in.
    Vouched,
    /// By a token with these scopes.
    Token(Vec<Right>),
}

impl Identity {
    /// Whoever reaches an opsglass without users and tokens: an operator.
    pub fn local() -> Self {
        Self::new(LOCAL, Role::Operator, Kind::Local, Channels::default())
    }

    /// A person.
    pub fn user(name: &str, role: Role, channels: Channels) -> Self {
        Self::new(name, role, Kind::User, channels)
    }

    /// A person who has signed in elsewhere.
    pub fn vouched(name: &str, role: Role, channels: Channels) -> Self {
        Self::new(name, role, Kind::Vouched, channels)
    }

    /// A machine, which has the rights of its scopes and no others.
    pub fn token(name: &str, scopes: Vec<Right>, channels: Channels) -> Self {
        let acts = scopes.iter().any(|right| !Role::Viewer.may(*right));
        let role = if acts { Role::Operator } else { Role::Viewer };
        Self::new(name, role, Kind::Token(scopes), channels)
    }

    fn new(name: &str, role: Role, kind: Kind, channels: Channels) -> Self {
        Self(Arc::new(Inner { name: name.to_owned(), role, kind, channels }))
    }

    /// The user's or the token's name: text that may hold anything visible.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Who it is to others: of a token `token ci`, so that it isn't taken for a person of that name.
    pub fn label(&self) -> Cow<'_, str> {
        match &self.0.kind {
            Kind::Token(_) => Cow::Owned(format!("{}{}", PersonName::OF_TOKENS, self.0.name)),
            Kind::Local | Kind::User | Kind::Vouched => Cow::Borrowed(&self.0.name),
        }
    }

    /// The same, who may only read `channels`.
    pub fn reading(&self, channels: Channels) -> Self {
        let kind = match &self.0.kind {
            Kind::Token(_) => Kind::Token(vec![Right::Read]),
            kind @ (Kind::Local | Kind::User | Kind::Vouched) => kind.clone(),
        };
        Self::new(&self.0.name, Role::Viewer, kind, channels)
    }

    /// The role; of a token the least that includes its scopes.
    pub fn role(&self) -> Role {
        self.0.role
    }

    /// As whom it is counted; whoever isn't asked who they are is counted by address alone.
    pub fn account(&self) -> Option<Account> {
        match &self.0.kind {
            Kind::Local => None,
            Kind::User | Kind::Vouched => Some(Account::Person(self.0.name.clone())),
            Kind::Token(_) => Some(Account::Machine(self.0.name.clone())),
        }
    }

    /// Whether it is a person who has signed in, here or elsewhere.
    pub fn is_user(&self) -> bool {
        matches!(self.0.kind, Kind::User | Kind::Vouched)
    }

    /// Whether it is a machine.
    pub fn is_token(&self) -> bool {
        matches!(self.0.kind, Kind::Token(_))
    }

    /// Whether it is a person who can sign out here.
    pub fn can_sign_out(&self) -> bool {
        self.0.kind == Kind::User
    }

    /// Whether nobody was asked who it is.
    pub fn is_local(&self) -> bool {
        self.0.kind == Kind::Local
    }

    /// Whether it may do this.
    pub fn may(&self, right: Right) -> bool {
        match &self.0.kind {
            // Whatever its scopes say: who may come in is left to people.
            Kind::Token(scopes) => right != Right::Administer && scopes.contains(&right),
            Kind::Local | Kind::User | Kind::Vouched => self.0.role.may(right),
        }
    }

    /// Whether `channel` is open to it: what it follows, reads and publishes.
    pub fn reaches(&self, channel: &Name) -> bool {
        self.0.channels.contain(channel)
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_may_do_what_its_scopes_say_and_nothing_else() {
        let publisher = Identity::token("ci", vec![Right::Publish], Channels::default());
        assert!(publisher.may(Right::Publish) && !publisher.may(Right::Read) && !publisher.may(Right::Logs));
        assert_eq!(publisher.role(), Role::Operator);
        assert!(!Identity::token("x", vec![Right::Administer], Channels::default()).may(Right::Administer));
        assert_eq!(Identity::token("p", vec![Right::Metrics], Channels::default()).role(), Role::Viewer);
    }

    #[test]
    fn a_token_is_not_taken_for_a_person_of_its_name() {
        let token = Identity::token("anna", vec![Right::Read, Right::Operate], Channels::default());
        let anna = Identity::user("anna", Role::Operator, Channels::default());
        assert_eq!((&*token.label(), &*anna.label()), ("token anna", "anna"));
        let only = Channels::try_from(vec!["a".to_owned()]).unwrap();
        for who in [token, anna] {
            let reading = who.reading(only.clone());
            assert_eq!((reading.label(), reading.account()), (who.label(), who.account()));
            assert!(reading.may(Right::Read) && !reading.may(Right::Operate) && !reading.reaches(&Name::dashboard()));
        }
    }

    #[test]
    fn without_users_everybody_is_an_operator() {
        let local = Identity::local();
        assert!(local.is_local() && local.may(Right::Operate) && !local.may(Right::Administer));
        assert!(local.reaches(&Name::dashboard()));
    }
}
