//! Who may come in, and what they may do.
//!
//! - [`Doors`]: decides who is let in, by session, token or ticket; [`Grant`]: somebody who was
//! - [`Identity`]: who asks, with a [`Role`] and the [`Channels`] that are open to it; [`Right`]: one thing that may be done
//! - [`Leave`]: a right to be here that may end while a stream is open
//! - `register`: the users and tokens there are; `kept` changes them, for [`command`] from a terminal and `administer` from
//!   afar, and `watch` notices
//! - `sign_in`, `sessions`: who is signed in; `tries` counts wrong passwords
//! - `machines`: which tokens are good
//! - `vouched`: who has signed in with a proxy that is believed
//! - [`password`]: argon2id, few at a time and never on the threads that serve
//! - `tickets`: each opens one stream
//! - `audit`: what is told of all this; `refusals`, `uses`: how many of those
//!
//! It knows nothing of HTTP: `api::access` stands at the door and asks. Of passwords, sessions, tokens and tickets only
//! digests are kept, and none of them is ever shown in a log or an error.

mod administer;
mod audit;
mod channels;
pub mod command;
mod config;
mod doors;
mod file;
mod identity;
mod kept;
mod leave;
mod machines;
pub mod password;
mod people;
mod refusals;
mod register;
mod right;
mod secret;
mod sessions;
mod sign_in;
mod tickets;
mod tries;
mod uses;
mod vouched;
mod watch;

pub use administer::{NewToken, NewUser, TokenView, UserView};
pub use channels::Channels;
pub use config::{Config, Vouching};
pub use doors::{Credential, Doors, Grant, TOKEN_PREFIX};
pub use file::FileError;
pub use identity::Identity;
pub use kept::ChangeError;
pub use leave::{Leave, Reason, Stay};
pub use people::{Token, User};
pub use refusals::Kind as RefusalKind;
pub use right::{Right, Role};
pub use secret::Digest;
pub(crate) use secret::random;
pub use sessions::Lifetimes;
pub use sign_in::{Origin, Refused, SessionView, SignedIn};
pub use tickets::{LIFE as TICKET_LIFE, NoTicket};
