//! Which file systems hang. One that is slow once is not said to, and one that is now quick and now slow doesn't go to
//! and fro.

use std::collections::BTreeMap;

use crate::collect::prober::Answer;
use crate::collect::readings::{Mount, MountPoint, Mounts};

/// How the file systems have answered so far.
#[derive(Debug, Default)]
pub(super) struct Standing(BTreeMap<MountPoint, State>);

/// How one has.
#[derive(Debug, Clone, PartialEq)]
enum State {
    /// So, in time or late. None where it can't be read.
    Answers(Option<Mount>),
    /// Not to the last reading; so to the one before. None where there was none.
    Missed(Option<Mount>),
    /// It has answered to none of two readings, and not in time since.
    Hangs,
}

impl Standing {
    /// What a reading comes to: what hangs is named, of the others what is known. Those that are no longer there are
    /// forgotten.
    pub(super) fn take(&mut self, answers: Vec<(MountPoint, Answer<Option<Mount>>)>) -> Mounts {
        let mut before = std::mem::take(&mut self.0);
        let mut mounts = Mounts::default();
        for (place, answer) in answers {
            let was = before.remove(&place);
            let hung = was == Some(State::Hangs);
            let state = next(was, answer);
            tell(&place, hung, &state);
            match &state {
                State::Answers(mount) | State::Missed(mount) => mounts.known.extend(mount.clone()),
                State::Hangs => mounts.hanging.push(place.clone()),
            }
            self.0.insert(place, state);
        }
        mounts
    }
}

fn next(was: Option<State>, answer: Answer<Option<Mount>>) -> State {
    match (was, answer) {
        (_, Answer::InTime(mount)) => State::Answers(mount),
        (Some(State::Missed(_)), Answer::Missing) | (Some(State::Hangs), _) => State::Hangs,
        (_, Answer::Late(mount)) => State::Answers(mount),
        (Some(State::Answers(mount)), Answer::Missing) => State::Missed(mount),
        (None, Answer::Missing) => State::Missed(None),
    }
}

/// Says what hangs now, and what no longer does.
fn tell(MountPoint { mount, device, .. }: &MountPoint, hung: bool, state: &State) {
    match (hung, state) {
        (false, State::Hangs) => tracing::warn!("{mount} ({device}) hangs: its space is not known until it answers"),
        (true, State::Answers(Some(_))) => tracing::info!("{mount} ({device}) answers again"),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place() -> MountPoint {
        MountPoint { device: "far:/".into(), kind: "nfs".into(), mount: "/mnt".into() }
    }

    fn full(free: u64) -> Option<Mount> {
        let place = place();
        Some(Mount { place, size: 9, free, available: free, files: 0, files_free: 0, read_only: false, folder: true })
    }

    /// What is known after each reading: what is free there, `-` nothing, `!` that it hangs.
    fn after(answers: impl IntoIterator<Item = Answer<Option<Mount>>>) -> String {
        let mut standing = Standing::default();
        let says = |answer| {
            let mounts = standing.take(vec![(place(), answer)]);
            match (mounts.known.first(), mounts.hanging.first()) {
                (Some(mount), None) => mount.free.to_string(),
                (None, Some(_)) => "!".to_owned(),
                (None, None) => "-".to_owned(),
                both => panic!("{both:?}"),
            }
        };
        answers.into_iter().map(says).collect()
    }

    #[test]
    fn it_hangs_from_the_second_miss_to_the_first_answer_in_time() {
        use Answer::{InTime, Late, Missing};
        let in_time = |free| InTime(full(free));
        let late = |free| Late(full(free));
        for (answers, known) in [
            (vec![in_time(1), Missing, in_time(2)], "112"),
            (vec![in_time(1), Missing, Missing, Missing, in_time(2), Missing], "11!!22"),
            (vec![Missing, Missing, in_time(1)], "-!1"),
            (vec![Missing, late(1), late(2), Missing, late(3), in_time(4)], "-12234"),
            (vec![Missing, Missing, late(1), Missing, late(2), late(3), in_time(4)], "-!!!!!4"),
            (vec![in_time(1), Missing, InTime(None), Missing, Missing], "11--!"),
        ] {
            assert_eq!(after(answers), known);
        }
    }

    #[test]
    fn what_is_unmounted_is_forgotten() {
        let mut standing = Standing::default();
        let mut missing = || standing.take(vec![(place(), Answer::Missing)]).hanging.len();
        assert_eq!((missing(), missing()), (0, 1));
        standing.take(Vec::new());
        assert_eq!(standing.take(vec![(place(), Answer::Missing)]).hanging.len(), 0);
    }
}
