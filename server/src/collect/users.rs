//! The people on the machine: accounts that own a running process.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use app::model::UserUsage;
use sysinfo::{Uid, Users};

use super::percent::one_decimal;

/// How old the names get.
const AGE: Duration = Duration::from_secs(60);

/// Accounts that are listed.
const LISTED: usize = 32;

/// What one process uses, and whose it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Share<'a> {
    /// The account.
    pub(super) uid: &'a Uid,
    /// Percent of one core.
    pub(super) cpu: f32,
    /// Resident bytes.
    pub(super) memory: u64,
}

/// The names of accounts.
#[derive(Debug, Default)]
pub(super) struct Names {
    read_at: Option<Instant>,
    names: HashMap<Uid, String>,
}

impl Names {
    /// Makes sure that `uids` have names. The system is asked when the names are [`AGE`] old and when one is missing; an
    /// account without a name is called by its number, so that it isn't asked for again and again.
    pub(super) fn learn<'a>(&mut self, uids: impl Iterator<Item = &'a Uid> + Clone, now: Instant) {
        let old = self.read_at.is_none_or(|at| now.saturating_duration_since(at) >= AGE);
        if !old && uids.clone().all(|uid| self.names.contains_key(uid)) {
            return;
        }
        self.read_at = Some(now);
        self.names.clear();
        let users = Users::new_with_refreshed_list().ok();
        for user in users.iter().flatten() {
            let name = self.names.entry(user.id().clone()).or_insert_with(|| user.name().to_owned());
            // Of several names of one account always the same.
            if user.name() < name.as_str() {
                user.name().clone_into(name);
            }
        }
        for uid in uids {
            self.names.entry(uid.clone()).or_insert_with(|| uid.to_string());
        }
    }

    /// The account's name, or its number.
    pub(super) fn name(&self, uid: &Uid) -> String {
        self.names.get(uid).cloned().unwrap_or_else(|| uid.to_string())
    }
}

/// How many people there are, and what the busiest use; none where accounts have no numbers (Windows).
pub(super) fn people<'a>(shares: impl Iterator<Item = Share<'a>>, names: &Names) -> (Option<u32>, Vec<UserUsage>) {
    if cfg!(not(unix)) {
        return (None, Vec::new());
    }
    let mut accounts: HashMap<&Uid, UserUsage> = HashMap::new();
    for share in shares.filter(|share| is_person(share.uid)) {
        let usage = accounts.entry(share.uid).or_insert_with(|| UserUsage {
            name: names.name(share.uid),
            processes: 0,
            cpu: 0.0,
            memory: 0,
        });
        usage.processes += 1;
        usage.cpu += share.cpu;
        usage.memory = usage.memory.saturating_add(share.memory);
    }
    let count = u32::try_from(accounts.len()).ok();
    let mut usages: Vec<UserUsage> = accounts.into_values().collect();
    for usage in &mut usages {
        usage.cpu = one_decimal(usage.cpu);
    }
    usages.sort_by(|a, b| b.cpu.total_cmp(&a.cpu).then_with(|| a.name.cmp(&b.name)));
    usages.truncate(LISTED);
    (count, usages)
}

#[cfg(unix)]
fn is_person(uid: &Uid) -> bool {
    /// The first account that `useradd` gives to a person.
    const FIRST_PERSON: u32 = 1_000;
    /// The account for what must not own anything.
    const NOBODY: u32 = 65_534;
    let uid: u32 = **uid;
    uid == 0 || (uid >= FIRST_PERSON && uid != NOBODY)
}

#[cfg(not(unix))]
fn is_person(_uid: &Uid) -> bool {
    false
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;

    fn uid(number: u32) -> Uid {
        number.to_string().parse().unwrap()
    }

    #[test]
    fn people_are_counted_by_the_rule() {
        let uids: Vec<Uid> = [0, 33, 999, 1_000, 1_000, 70_000, 65_534].into_iter().map(uid).collect();
        let shares = uids.iter().map(|uid| Share { uid, cpu: 1.25, memory: 10 });
        let (count, users) = people(shares, &Names::default());
        assert_eq!(count, Some(3));
        let rows: Vec<_> =
            users.iter().map(|user| (user.name.as_str(), user.processes, user.cpu, user.memory)).collect();
        assert_eq!(rows, [("1000", 2, 2.5, 20), ("0", 1, 1.3, 10), ("70000", 1, 1.3, 10)]);
    }

    #[test]
    fn the_list_has_an_end_but_the_count_has_none() {
        let uids: Vec<Uid> = (2_000..2_100).map(uid).collect();
        let shares = uids.iter().map(|uid| Share { uid, cpu: 0.0, memory: 0 });
        let (count, users) = people(shares, &Names::default());
        assert_eq!((count, users.len()), (Some(100), LISTED));
    }

    #[test]
    fn root_has_a_name_and_a_stranger_a_number() {
        let (root, stranger) = (uid(0), uid(4_000_000_000));
        let mut names = Names::default();
        let now = Instant::now();
        names.learn([&root, &stranger].into_iter(), now);
        assert_eq!((names.name(&root).as_str(), names.name(&stranger).as_str()), ("root", "4000000000"));
        let later = now + Duration::from_secs(1);
        names.learn([&root, &stranger].into_iter(), later);
        assert_eq!(names.read_at, Some(now), "nothing is missing");
        names.learn([&uid(4_000_000_001)].into_iter(), later);
        assert_eq!(names.read_at, Some(later), "one was missing");
        names.learn([].into_iter(), later + AGE);
        assert_eq!(names.read_at, Some(later + AGE), "too old");
    }
}
