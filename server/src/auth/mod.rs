//! Who may come in, and what they may do.
//!
//! - [`Identity`]: who asks, with a [`Role`] and the [`Channels`] that are open to it; [`Right`]: one thing that may be done
//! - [`Leave`]: a right to be here that may end while a stream is open
//!
//! It knows nothing of HTTP: `api::access` stands at the door and asks.

mod channels;
mod identity;
mod leave;
mod right;

pub use channels::Channels;
pub use identity::Identity;
pub use leave::{End, Leave};
pub use right::{Right, Role};
