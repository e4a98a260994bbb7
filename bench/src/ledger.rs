//! What one follower has seen of a numbered sequence.

/// Counts what a follower has been sent, and what is missing or came more than once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Ledger {
    next: Option<u64>,
    /// Events that came, each number once.
    pub(crate) delivered: u64,
    /// Numbers that were passed over.
    pub(crate) lost: u64,
    /// Events that came again, or after a later one.
    pub(crate) doubled: u64,
}

impl Ledger {
    /// A follower that was there from the beginning, and so must see the number 0 first.
    pub(crate) fn from_the_start() -> Self {
        Self::from(0)
    }

    /// A follower that must see that number first.
    pub(crate) fn from(first: u64) -> Self {
        Self { next: Some(first), ..Self::default() }
    }

    /// A follower that came in the middle: whatever it sees first is its beginning.
    pub(crate) fn from_anywhere() -> Self {
        Self::default()
    }

    /// Takes down an event.
    pub(crate) fn see(&mut self, number: u64) {
        let next = self.next.unwrap_or(number);
        if number < next {
            self.doubled += 1;
            return;
        }
        self.lost += number - next;
        self.delivered += 1;
        self.next = Some(number + 1);
    }

    /// The number that has to come now, once there is a beginning.
    pub(crate) fn next(&self) -> Option<u64> {
        self.next
    }

    /// Nothing comes any more, of a sequence of that length: what has not come is lost.
    pub(crate) fn close(&mut self, length: u64) {
        let next = self.next.unwrap_or(length);
        self.lost += length.saturating_sub(next);
        self.next = Some(next.max(length));
    }

    /// Whether everything came once and in order.
    pub(crate) fn is_contiguous(&self) -> bool {
        self.lost == 0 && self.doubled == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(mut ledger: Ledger, numbers: impl IntoIterator<Item = u64>) -> Ledger {
        for number in numbers {
            ledger.see(number);
        }
        ledger
    }

    #[track_caller]
    fn check(ledger: &Ledger, delivered: u64, lost: u64, doubled: u64) {
        assert_eq!((ledger.delivered, ledger.lost, ledger.doubled), (delivered, lost, doubled));
        assert_eq!(ledger.is_contiguous(), lost + doubled == 0);
    }

    #[test]
    fn all_in_order_is_contiguous() {
        check(&after(Ledger::from_the_start(), 0..100), 100, 0, 0);
        check(&after(Ledger::from_anywhere(), 40..100), 60, 0, 0);
        check(&after(Ledger::from(40), 40..100), 60, 0, 0);
    }

    #[test]
    fn a_hole_is_lost() {
        check(&after(Ledger::from_the_start(), [0, 1, 4]), 3, 2, 0);
        check(&after(Ledger::from_anywhere(), [7, 9]), 2, 1, 0);
    }

    #[test]
    fn whoever_was_there_from_the_start_misses_the_first_ones_too() {
        check(&after(Ledger::from_the_start(), [2, 3]), 2, 2, 0);
        check(&after(Ledger::from(5), [8]), 1, 3, 0);
    }

    #[test]
    fn what_comes_again_or_late_is_doubled() {
        check(&after(Ledger::from_the_start(), [0, 0, 1, 0]), 2, 0, 2);
        check(&after(Ledger::from_the_start(), [1, 0]), 1, 1, 1);
    }

    #[test]
    fn what_never_came_is_lost_at_the_end() {
        let mut ledger = after(Ledger::from_the_start(), 0..7);
        ledger.close(10);
        check(&ledger, 7, 3, 0);
        ledger.close(10);
        check(&ledger, 7, 3, 0);

        let mut nothing = Ledger::from_the_start();
        nothing.close(10);
        check(&nothing, 0, 10, 0);
    }
}
