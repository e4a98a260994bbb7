//! A file of rules is taken, or refused with a place that is in it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use server::alerts::file::{Entries, Rules};

fuzz_target!(|text: &str| {
    let Ok(entries) = toml::from_str::<Entries>(text) else { return };
    if let Err(error) = Rules::default().add(entries.rule, None, text) {
        assert!(text.get(error.at.clone()).is_some(), "{error} at {:?}", error.at);
    }
});
