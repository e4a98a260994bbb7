use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::client::Secret;

/// What is kept of 256 random bits: their SHA-256, as hexadecimal. Nobody gets from it to the secret, and finding one in a
/// table says nothing of how much of it was right.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Digest(String);

/// 256 bits that nobody can guess, as hexadecimal.
pub(crate) fn random() -> Secret {
    Secret::new(hexadecimal(&rand::random::<[u8; 32]>()))
}

impl Digest {
    /// That of `text`.
    pub fn of(text: &str) -> Self {
        Self(hexadecimal(&Sha256::digest(text.as_bytes())))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(digest)")
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_new_each_time_and_is_not_shown() {
        let (one, other) = (random(), random());
        assert_eq!(one.reveal().len(), 64);
        assert_ne!(one, other);
        assert_eq!(format!("{one:?} {:?}", Digest::of(one.reveal())), "(secret) (digest)");
    }

    #[test]
    fn a_digest_is_sha_256() {
        let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(Digest::of("abc").0, known);
    }
}
