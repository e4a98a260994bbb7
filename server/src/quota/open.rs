use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Account;
use crate::sse::End;

/// The streams that each person and token has open. Clones share them.
#[derive(Debug, Clone)]
pub(super) struct Open(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    most: usize,
    streams: Mutex<HashMap<Account, Vec<Stream>>>,
}

#[derive(Debug)]
struct Stream {
    /// What its reader calls itself.
    reader: Option<String>,
    end: End,
}

/// The place of an open stream; giving it back is dropping this.
#[derive(Debug)]
pub struct Seat {
    open: Open,
    account: Account,
    end: End,
}

impl Open {
    pub(super) fn new(most: usize) -> Self {
        Self(Arc::new(Inner { most, streams: Mutex::default() }))
    }

    pub(super) fn enter(&self, account: &Account, reader: Option<&str>, end: &End) -> Result<Seat, String> {
        let mut streams = self.streams();
        let own = streams.entry(account.clone()).or_default();
        if own.len() >= self.0.most {
            let oldest = reader.and_then(|name| own.iter().position(|stream| stream.reader.as_deref() == Some(name)));
            let Some(oldest) = oldest else {
                return Err(format!("{} has as many streams open as it may", account.whose()));
            };
            own.remove(oldest).end.cut("replaced");
        }
        own.push(Stream { reader: reader.map(str::to_owned), end: end.clone() });
        Ok(Seat { open: self.clone(), account: account.clone(), end: end.clone() })
    }

    fn streams(&self) -> MutexGuard<'_, HashMap<Account, Vec<Stream>>> {
        self.0.streams.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        if let Entry::Occupied(mut own) = self.open.streams().entry(self.account.clone()) {
            own.get_mut().retain(|stream| !stream.end.is(&self.end));
            if own.get().is_empty() {
                own.remove();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio_util::sync::CancellationToken;

    #[test]
    fn at_the_cap_the_oldest_of_the_same_reader_makes_room() {
        let (open, server) = (Open::new(2), CancellationToken::new());
        let (anna, ben) = (Account::Person("anna".to_owned()), Account::Person("ben".to_owned()));
        let ends: Vec<End> = (0..6).map(|_| End::new(&server)).collect();
        let first = open.enter(&anna, Some("tab"), &ends[0]).unwrap();
        let _second = open.enter(&anna, None, &ends[1]).unwrap();
        assert!(open.enter(&anna, None, &ends[2]).unwrap_err().contains("\"anna\" has as many"));
        assert!(open.enter(&anna, Some("other"), &ends[2]).is_err() && !ends[0].is_cut());
        let third = open.enter(&anna, Some("tab"), &ends[3]).unwrap();
        assert!(ends[0].is_cut() && !ends[1].is_cut());
        // It has no place any more that it could give back.
        drop(first);
        assert!(open.enter(&anna, None, &ends[4]).is_err());
        let bens = open.enter(&ben, None, &ends[5]).unwrap();
        drop((third, bens));
        assert!(open.enter(&anna, None, &ends[4]).is_ok());
        assert_eq!(open.streams().len(), 1, "who has none is forgotten");
    }
}
