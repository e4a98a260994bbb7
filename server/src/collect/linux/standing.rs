//! Which file systems hang or fail. One that is slow once is not said to, and one that is now quick and now slow doesn't go to
//! and fro.

use std::collections::BTreeMap;

use rustix::io::Errno;

use crate::collect::prober::Answer;
use crate::collect::readings::{Mount, MountPoint, Mounts};

/// How the file systems have answered so far.
#[derive(Debug, Default)]
pub(super) struct Standing(BTreeMap<MountPoint, State>);

/// What a file system has answered.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Measured {
    /// What there is to know.
    Known(Mount),
    /// Nothing: it isn't where this process can see it.
    Unseen,
    /// That it can't, like one of a network whose server knows it no more.
    Fails(Errno),
}

/// How one has.
#[derive(Debug, Clone, PartialEq)]
enum State {
    /// So, in time or late.
    Answers(Measured),
    /// Not to the last reading; so to the one before.
    Missed(Measured),
    /// It has answered to none of two readings, and not in time since.
    Hangs,
}

impl Standing {
    /// What a reading comes to: what hangs is named, of the others what is known. Those that are no longer there are
    /// forgotten.
    pub(super) fn take(&mut self, answers: Vec<(MountPoint, Answer<Measured>)>) -> Mounts {
        let mut before = std::mem::take(&mut self.0);
        let mut mounts = Mounts::default();
        for (place, answer) in answers {
            let was = before.remove(&place);
            let was_known = was.as_ref().is_none_or(|was| !was.is_trouble());
            let state = next(was, answer);
            if was_known == state.is_trouble() {
                state.tell(&place);
            }
            match &state {
                State::Answers(Measured::Known(mount)) | State::Missed(Measured::Known(mount)) => {
                    mounts.known.push(mount.clone());
                }
                state if state.is_trouble() => mounts.hanging.push(place.clone()),
                _ => {}
            }
            self.0.insert(place, state);
        }
        mounts
    }
}

fn next(was: Option<State>, answer: Answer<Measured>) -> State {
    match (was, answer) {
        (_, Answer::InTime(mount)) => State::Answers(mount),
        (Some(State::Missed(_)), Answer::Missing) | (Some(State::Hangs), _) => State::Hangs,
        (_, Answer::Late(mount)) => State::Answers(mount),
        (Some(State::Answers(mount)), Answer::Missing) => State::Missed(mount),
        (None, Answer::Missing) => State::Missed(Measured::Unseen),
    }
}

impl State {
    /// Nothing is known of it that should be.
    fn is_trouble(&self) -> bool {
        matches!(self, Self::Hangs | Self::Answers(Measured::Fails(_)) | Self::Missed(Measured::Fails(_)))
    }

    /// Says that it is in trouble now, or no longer is.
    fn tell(&self, MountPoint { mount, device, .. }: &MountPoint) {
        match self {
            Self::Hangs => tracing::warn!("{mount} ({device}) hangs: its space is not known until it answers"),
            Self::Answers(Measured::Fails(error)) | Self::Missed(Measured::Fails(error)) => {
                tracing::warn!("{mount} ({device}) can't be read: {error}");
            }
            _ => tracing::info!("{mount} ({device}) answers again"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place() -> MountPoint {
        MountPoint { device: "far:/".into(), kind: "nfs".into(), mount: "/mnt".into() }
    }

    fn full(free: u64) -> Measured {
        let place = place();
        Measured::Known(Mount {
            place,
            size: 9,
            free,
            available: free,
            files: 0,
            files_free: 0,
            read_only: false,
            folder: true,
        })
    }

    /// What is known after each reading: what is free there, `-` nothing, `!` that it hangs.
    fn after(answers: impl IntoIterator<Item = Answer<Measured>>) -> String {
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
            (vec![in_time(1), Missing, InTime(Measured::Unseen), Missing, Missing], "11--!"),
            (vec![in_time(1), InTime(Measured::Fails(Errno::STALE)), Missing, in_time(2)], "1!!2"),
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
