use std::collections::VecDeque;
use std::collections::hash_map::{Entry, HashMap};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::http::Uri;
use url::form_urlencoded;

use super::address::Block;
use super::patience::Answers;
use crate::sse::End;

/// Bytes of a name at most; a stream with a longer one has none.
const LONGEST: usize = 64;

/// Who reads a stream. A name that somebody chose is worth something only together with the address that it comes from:
/// else whoever guesses it could end the stream of another.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Reader {
    block: Block,
    name: String,
}

/// Open streams whose readers have named themselves, so that one can be replaced by the next of the same reader. Clones
/// share them.
#[derive(Debug, Clone, Default)]
pub(super) struct Named(Arc<Mutex<HashMap<Reader, VecDeque<Open>>>>);

#[derive(Debug)]
struct Open {
    end: End,
    /// The connection, where this is all that it carries.
    line: Option<Answers>,
}

/// An open stream; dropping this says that it is no more.
#[derive(Debug)]
pub(super) struct Seat {
    named: Named,
    reader: Reader,
    end: End,
}

impl Reader {
    /// Who asks for a stream, if it says its name: `?clientId=`.
    pub(super) fn of(uri: &Uri, client: IpAddr) -> Option<Self> {
        let mut query = form_urlencoded::parse(uri.query()?.as_bytes());
        let (_, name) = query.find(|(key, _)| key == "clientId")?;
        (1..=LONGEST).contains(&name.len()).then(|| Self { block: client.into(), name: name.into_owned() })
    }
}

impl Named {
    /// Notes that `reader` has a stream, on a connection of its own if `line` is given.
    pub(super) fn enter(&self, reader: Reader, end: End, line: Option<Answers>) -> Seat {
        self.open().entry(reader.clone()).or_default().push_back(Open { end: end.clone(), line });
        Seat { named: self.clone(), reader, end }
    }

    /// Ends the oldest stream of `reader`, if it has one. What waits for somebody to take it is then no longer waited for.
    pub(super) fn replace(&self, reader: &Reader) -> bool {
        let oldest = match self.open().entry(reader.clone()) {
            Entry::Occupied(mut entry) => entry.get_mut().pop_front(),
            Entry::Vacant(_) => None,
        };
        let Some(Open { end, line }) = oldest else { return false };
        if let Some(line) = line {
            line.hurry();
        }
        end.now("replaced");
        true
    }

    fn open(&self) -> MutexGuard<'_, HashMap<Reader, VecDeque<Open>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        if let Entry::Occupied(mut entry) = self.named.open().entry(self.reader.clone()) {
            entry.get_mut().retain(|open| !open.end.is(&self.end));
            if entry.get().is_empty() {
                entry.remove();
            }
        }
    }
}
