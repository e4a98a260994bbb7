//! How much each may do: of each address, and of each person or token, whatever address they come from.
//!
//! - [`Quotas`]: counts streams that are open, and how fast they are opened, events published, messages said, lines
//!   handed in and sign-ins begun
//! - [`Account`]: who is counted; loopback, proxies and whoever isn't asked who they are, are not

mod config;
mod open;

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

pub use config::Config;
use open::Open;
pub use open::Seat;

use crate::net::Block;
use crate::pace::{Pace, TooFast};
use crate::sse::End;

/// What may come at once of streams that are opened, in seconds' worth: all tabs of a house come back after a restart.
const OPENS_AT_ONCE: u32 = 10;
/// The same of events and lines.
const AT_ONCE: u32 = 2;
/// Of messages, in parts of a minute's.
const MESSAGES_AT_ONCE: u32 = 6;
/// The same of sign-ins: in the morning a house comes at once.
const SIGN_INS_AT_ONCE: u32 = 2;

/// Who is counted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Account {
    /// An address.
    Address(Block),
    /// A person of this name.
    Person(String),
    /// A token of this name.
    Machine(String),
}

/// What somebody does that is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// Publishes events.
    Publish,
    /// Says something in the war room.
    Say,
    /// Hands in log lines.
    HandIn,
    /// Begins to sign in with the provider of OpenID Connect.
    SignIn,
}

/// Why something isn't done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Spent {
    /// Later it may be.
    #[error("these are more {what} than may come of {whose} now")]
    TooFast {
        /// Of what.
        what: &'static str,
        /// Whose.
        whose: String,
        /// Seconds to wait, at least 1.
        wait: u32,
    },
    /// However long it waits.
    #[error("expected at most {most} {what} of {whose} at once")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// Whose.
        whose: String,
        /// As many as there may be.
        most: u32,
    },
}

/// Counts what each does. Clones share the counts.
#[derive(Debug, Clone)]
pub struct Quotas(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    open: Open,
    opens: Pace<Account>,
    publishes: Pace<Account>,
    messages: Pace<Account>,
    lines: Pace<Account>,
    sign_ins: Pace<Account>,
}

impl Quotas {
    /// Nobody has done anything.
    pub fn new(config: Config) -> Self {
        let a_second = |count: NonZeroU32, at_once| {
            let at_once = NonZeroU32::new(at_once).unwrap_or(NonZeroU32::MIN);
            Pace::new(count, Duration::from_secs(1), count.saturating_mul(at_once))
        };
        let a_minute = |count: NonZeroU32, part| {
            let at_once = NonZeroU32::new(count.get().div_ceil(part)).unwrap_or(NonZeroU32::MIN);
            Pace::new(count, Duration::from_secs(60), at_once)
        };
        Self(Arc::new(Inner {
            open: Open::new(config.streams_per_identity),
            opens: a_second(config.opens, OPENS_AT_ONCE),
            publishes: a_second(config.publishes, AT_ONCE),
            messages: a_minute(config.messages, MESSAGES_AT_ONCE),
            lines: a_second(config.lines, AT_ONCE),
            sign_ins: a_minute(config.sign_ins, SIGN_INS_AT_ONCE),
        }))
    }

    /// Counts `count` of what is done by `accounts`, of one after the other until it is too many of one.
    ///
    /// # Errors
    /// When one of them has done as much as it may.
    pub fn take(&self, deed: Deed, accounts: &[Account], count: u32) -> Result<(), Spent> {
        let (pace, what) = match deed {
            Deed::Publish => (&self.0.publishes, "events"),
            Deed::Say => (&self.0.messages, "messages"),
            Deed::HandIn => (&self.0.lines, "lines"),
            Deed::SignIn => (&self.0.sign_ins, "sign-ins"),
        };
        accounts.iter().try_for_each(|account| pace.take(account, count).map_err(|why| spent(what, account, why)))
    }

    /// The place of a stream that is opened by `accounts` and ends with `end`, or why there is none. At the cap the oldest of
    /// the same reader makes room, as far as it has said who it is.
    ///
    /// # Errors
    /// When one of them opens too many, or has as many open as it may.
    pub fn stream(&self, accounts: &[Account], reader: Option<&str>, end: &End) -> Result<Option<Seat>, String> {
        let fast = |account: &Account| self.0.opens.take(account, 1).map_err(|why| spent("streams", account, why));
        accounts.iter().try_for_each(fast).map_err(|spent| spent.to_string())?;
        let identity = accounts.iter().find(|account| !matches!(account, Account::Address(_)));
        identity.map(|account| self.0.open.enter(account, reader, end)).transpose()
    }
}

fn spent(what: &'static str, account: &Account, why: TooFast) -> Spent {
    let whose = account.whose();
    match (why, why.seconds()) {
        (TooFast::Never(most), _) => Spent::TooMany { what, whose, most },
        (TooFast::Wait(_), wait) => Spent::TooFast { what, whose, wait: wait.unwrap_or(1) },
    }
}

impl Account {
    /// Whose it is, for people.
    fn whose(&self) -> String {
        match self {
            Self::Address(_) => "this address".to_owned(),
            Self::Person(name) => format!("{name:?}"),
            Self::Machine(name) => format!("the token {name:?}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_account_of_who_asks_is_counted() {
        let quotas = Quotas::new(Config { publishes: NonZeroU32::new(1).unwrap(), ..Config::default() });
        let address = |text: &str| Account::Address(text.parse::<std::net::IpAddr>().unwrap().into());
        let (here, there) = (address("192.0.2.1"), address("192.0.2.2"));
        let (anna, ci) = (Account::Person("anna".to_owned()), Account::Machine("anna".to_owned()));
        let publish = |accounts: &[&Account], count| {
            let accounts: Vec<_> = accounts.iter().map(|account| (*account).clone()).collect();
            quotas.take(Deed::Publish, &accounts, count).map_err(|spent| spent.to_string())
        };
        assert_eq!(publish(&[&here, &anna], 2), Ok(()));
        let said = publish(&[&there, &anna], 1).unwrap_err();
        assert_eq!(said, "these are more events than may come of \"anna\" now");
        assert!(publish(&[&here, &ci], 1).unwrap_err().contains("of this address"));
        assert_eq!(publish(&[&ci], 2), Ok(()), "a token of the same name is another");
        assert_eq!(publish(&[&ci], 3).unwrap_err(), "expected at most 2 events of the token \"anna\" at once");
        assert_eq!((publish(&[], 1_000), quotas.take(Deed::Say, &[anna], 1)), (Ok(()), Ok(())));
    }
}
