//! What a line says of itself beside its message, within bounds.

use std::collections::BTreeMap;

use super::line;

/// Fields of one line at most.
pub(super) const MOST: usize = 32;
/// The longest value in bytes; more is cut with a note.
const LONGEST: usize = 1_024;
/// The longest name in bytes; more is cut with a note.
const LONGEST_NAME: usize = 128;

/// The first of `pairs`, as many as are kept.
pub(super) fn first<K: AsRef<str>, V: AsRef<str>>(pairs: impl Iterator<Item = (K, V)>) -> BTreeMap<String, String> {
    pairs.take(MOST).map(|(key, value)| (name(key.as_ref()), self::value(value.as_ref()))).collect()
}

pub(super) fn name(text: &str) -> String {
    line::whole(text.as_bytes(), LONGEST_NAME)
}

pub(super) fn value(text: &str) -> String {
    line::whole(text.as_bytes(), LONGEST)
}
