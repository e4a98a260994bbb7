use app::model::{AlertChange, Metrics};

use std::fs;

use super::*;
use crate::alerts::engine::{Engine, Turn};
use crate::alerts::sample::{busy, rules};
use crate::store::{Saved as _, commit, line, read};

const RULES: &str =
    "[[rule]]\nname = 'hot'\nwhen = 'cpu > 90 clear 80'\ncritical = 95\nfor = '2s'\nkeep_firing_for = '2s'\n";

fn samples() -> Vec<Metrics> {
    let values = [10.0, 91.0, 92.0, 93.0, 99.0, 99.0, 99.0, 70.0, 85.0, 70.0, 70.0, 70.0, 99.0, 10.0];
    (0..).zip(values).map(|(s, cpu)| busy(s, cpu)).collect()
}

fn records(turn: &Turn) -> Vec<Record> {
    let kept = turn.kept.iter().cloned().map(|(id, instance)| match instance {
        Some(instance) => Record::Alert(Box::new(instance)),
        None => Record::Gone(id),
    });
    let told = turn.told.iter().map(|change| Record::Told(Box::new(change.clone())));
    kept.chain(told).collect()
}

/// What a life writes: a line for each sample that changes something, with the number of that sample.
fn life() -> (Vec<u8>, Vec<usize>, Vec<AlertChange>) {
    let mut engine = Engine::new(rules(RULES));
    let (mut bytes, mut written, mut told) = (Vec::new(), Vec::new(), Vec::new());
    for (number, sample) in samples().iter().enumerate() {
        let turn = engine.observe(sample);
        if !turn.kept.is_empty() {
            let mut records = records(&turn);
            records.push(Record::Seen(sample.timestamp));
            bytes.extend(line(&records).unwrap());
            written.push(number);
        }
        told.extend(turn.told);
    }
    (bytes, written, told)
}

#[test]
fn cut_anywhere_it_holds_the_whole_commits_before() {
    let (bytes, _, told) = life();
    let mut states = vec![Saved::default()];
    let mut ends = vec![0];
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let mut saved = states.last().unwrap().clone();
        commit(line).unwrap().into_iter().for_each(|record| saved.apply(record));
        states.push(saved);
        ends.push(ends.last().unwrap() + line.len());
    }
    assert_eq!(states.last().unwrap().changes, told.len() as u64);
    for (whole, end) in ends.iter().enumerate() {
        assert_eq!(read(&bytes[..*end]), (states[whole].clone(), *end));
        let next = ends.get(whole + 1).copied().unwrap_or(*end);
        for cut in *end..next {
            assert_eq!(read(&bytes[*end..cut]), (Saved::default(), 0), "cut at {cut}");
        }
    }
}

#[test]
fn a_crash_at_any_commit_neither_loses_nor_repeats_a_change() {
    let (bytes, written, told) = life();
    let ends: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at] == b'\n').map(|at| at + 1).collect();
    assert!(told.len() >= 8 && ends.len() == written.len());
    for (end, number) in ends.iter().zip(&written) {
        // The next commit was half written.
        let (saved, _) = read::<Saved>(&bytes[..(end + 20).min(bytes.len())]);
        let mut engine = Engine::new(rules(RULES));
        let turn = engine.restore(saved.alerts.values().cloned().collect(), saved.changes, saved.seen);
        assert_eq!(turn.told, []);
        let after: Vec<AlertChange> =
            samples()[number + 1..].iter().flat_map(|sample| engine.observe(sample).told).collect();
        let all: Vec<&AlertChange> = saved.past.iter().chain(&after).collect();
        assert_eq!(all, told.iter().collect::<Vec<_>>(), "a crash after sample {number}");
    }
}

#[test]
fn what_is_committed_is_there_when_it_is_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let (bytes, _, _) = life();
    let (mut store, mut saved) = Store::open(&folder.path().join("deep/er")).unwrap();
    assert_eq!(saved, Saved::default());
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let records = commit(line).unwrap();
        store.commit(&records, None, true).unwrap();
        records.into_iter().for_each(|record| saved.apply(record));
    }
    drop(store);
    let (mut store, again) = Store::open(&folder.path().join("deep/er")).unwrap();
    assert_eq!(again, saved);
    store.commit(&[], Some(&saved), true).unwrap();
    drop(store);
    let (_, again) = Store::open(&folder.path().join("deep/er")).unwrap();
    assert_eq!(again, saved, "its sum is the same");
}

#[test]
fn a_torn_end_is_cut_off_and_damage_is_put_aside() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("alerts.journal");
    let (bytes, _, _) = life();
    let torn = &bytes[..bytes.len() - 3];
    fs::write(&path, torn).unwrap();
    let (expected, valid) = read(torn);
    assert!(valid < torn.len());
    assert_eq!(Store::open(folder.path()).unwrap().1, expected);
    assert!(!folder.path().join("alerts.journal.damaged").exists(), "a crash does that");

    let mut damaged = bytes.clone();
    damaged[valid / 2] ^= 1;
    fs::write(&path, &damaged).unwrap();
    let (_, saved) = Store::open(folder.path()).unwrap();
    assert_ne!(saved, expected);
    assert_eq!(fs::read(folder.path().join("alerts.journal.damaged")).unwrap(), damaged);
    let any = [&b"\0\0\n"[..], b"zzzzzzzz []\n", b"00000000 []", b"\n\n\n", &[0xff; 100]];
    for bytes in any {
        assert_eq!(read(bytes), (Saved::default(), 0));
    }
}
