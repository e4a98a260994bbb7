//! Who is here. A person is here as long as a stream of theirs is open, and for a grace after the last has ended: a page
//! that is loaded again neither leaves nor comes.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::Instant;

use crate::person::PersonName;

/// Everybody who is here, by the key of their name.
#[derive(Debug)]
pub(super) struct People {
    grace: Duration,
    most: usize,
    here: BTreeMap<String, Streams>,
}

#[derive(Debug)]
struct Streams {
    open: usize,
    /// When the last one ended.
    gone: Option<Instant>,
}

/// What somebody's coming changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Entered {
    /// They were not here.
    New,
    /// They were.
    Again,
    /// There are as many people as there may be.
    Full,
}

impl People {
    /// People of whom each keeps their place for `grace`, at most `most`.
    pub(super) fn new(grace: Duration, most: usize) -> Self {
        Self { grace, most, here: BTreeMap::new() }
    }

    /// Who was here when the last life ended: they may come back.
    pub(super) fn restore(&mut self, keys: impl IntoIterator<Item = String>, now: Instant) {
        self.here.extend(keys.into_iter().map(|key| (key, Streams { open: 0, gone: Some(now) })));
    }

    /// A stream of this person is opened.
    pub(super) fn enter(&mut self, name: &PersonName) -> Entered {
        if let Some(streams) = self.here.get_mut(name.key()) {
            streams.open += 1;
            streams.gone = None;
            return Entered::Again;
        }
        if self.here.len() >= self.most {
            return Entered::Full;
        }
        self.here.insert(name.key().to_owned(), Streams { open: 1, gone: None });
        Entered::New
    }

    /// A stream of this person has ended.
    pub(super) fn leave(&mut self, key: &str, now: Instant) {
        if let Some(streams) = self.here.get_mut(key) {
            streams.open = streams.open.saturating_sub(1);
            streams.gone = (streams.open == 0).then_some(now);
        }
    }

    /// Those whose grace is over: they have left.
    pub(super) fn left(&mut self, now: Instant) -> Vec<String> {
        let grace = self.grace;
        let is_over = |streams: &Streams| streams.gone.is_some_and(|gone| gone + grace <= now);
        let left: Vec<String> =
            self.here.iter().filter(|(_, streams)| is_over(streams)).map(|(key, _)| key.clone()).collect();
        for key in &left {
            self.here.remove(key);
        }
        left
    }

    /// When the next grace is over.
    pub(super) fn next(&self) -> Option<Instant> {
        self.here.values().filter_map(|streams| streams.gone).min().map(|gone| gone + self.grace)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const GRACE: Duration = Duration::from_secs(10);

    fn name(text: &str) -> PersonName {
        PersonName::new(text).unwrap()
    }

    fn after(start: Instant, seconds: u64) -> Instant {
        start + Duration::from_secs(seconds)
    }

    #[test]
    fn three_tabs_are_one_person() {
        let (mut people, start) = (People::new(GRACE, 10), Instant::now());
        let came: Vec<Entered> = ["mira", "Mira", "MIRA"].map(|text| people.enter(&name(text))).into();
        assert_eq!(came, [Entered::New, Entered::Again, Entered::Again]);
        people.leave("mira", start);
        people.leave("mira", start);
        assert_eq!((people.next(), people.left(after(start, 1_000))), (None, vec![]));
        people.leave("mira", start);
        assert_eq!(people.left(after(start, 9)), Vec::<String>::new());
        assert_eq!(people.next(), Some(after(start, 10)));
        assert_eq!(people.left(after(start, 10)), ["mira"]);
        assert_eq!((people.next(), people.enter(&name("mira"))), (None, Entered::New));
    }

    #[test]
    fn loading_again_is_neither_leaving_nor_coming() {
        let (mut people, start) = (People::new(GRACE, 10), Instant::now());
        people.enter(&name("mira"));
        people.leave("mira", start);
        assert_eq!(people.enter(&name("mira")), Entered::Again);
        assert_eq!(people.left(after(start, 60)), Vec::<String>::new());
    }

    #[test]
    fn who_was_here_before_a_restart_has_the_grace_to_come_back() {
        let (mut people, start) = (People::new(GRACE, 10), Instant::now());
        people.restore(["mira".to_owned(), "jonas".to_owned()], start);
        assert_eq!(people.enter(&name("mira")), Entered::Again);
        assert_eq!(people.left(after(start, 10)), ["jonas"]);
    }

    #[test]
    fn there_are_as_many_as_there_may_be() {
        let mut people = People::new(GRACE, 2);
        let came = ["a", "b", "c", "a"].map(|text| people.enter(&name(text)));
        assert_eq!(came, [Entered::New, Entered::New, Entered::Full, Entered::Again]);
    }

    proptest! {
        /// Whatever comes and goes: who has a stream is here, and who has had none for the grace is not.
        #[test]
        fn who_has_a_stream_is_here(steps in prop::collection::vec((0_usize..3, any::<bool>(), 0_u64..12), 0..60)) {
            let (mut people, mut now) = (People::new(GRACE, 10), Instant::now());
            let names = ["a", "b", "c"];
            let mut open = [0_usize; 3];
            let mut closed = [None; 3];
            for (who, comes, wait) in steps {
                now += Duration::from_secs(wait);
                let told = people.left(now);
                for (at, name) in names.iter().enumerate() {
                    let is_over = closed[at].is_some_and(|gone| now - gone >= GRACE);
                    prop_assert_eq!(told.iter().any(|left| left == name), is_over);
                    closed[at] = closed[at].filter(|_| !is_over);
                }
                let was_here = open[who] > 0 || closed[who].is_some();
                if comes {
                    let entered = people.enter(&name(names[who]));
                    prop_assert_eq!(entered, if was_here { Entered::Again } else { Entered::New });
                    open[who] += 1;
                    closed[who] = None;
                } else if open[who] > 0 {
                    people.leave(names[who], now);
                    open[who] -= 1;
                    closed[who] = (open[who] == 0).then_some(now);
                }
            }
        }
    }
}
