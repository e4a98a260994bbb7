use std::collections::VecDeque;

use super::varint;

/// Bytes of runs after which a block is closed: what a look-up reads through at most.
const BLOCK: usize = 512;

/// What a block costs beside its runs, in bytes.
const BLOCK_OVERHEAD: usize = 96;

/// The numbers of a channel's lossless events that are gone: so small that a gap can be counted long after.
///
/// Numbers in a row are a run; a run and the distance to the next take two bytes as a rule. Blocks of runs are dropped
/// from the old end when the index as a whole is too large.
#[derive(Debug, Default)]
pub(super) struct Gone {
    /// Events gone so far.
    count: u64,
    /// The number of the first event that went.
    first: u64,
    /// The number of the last event that went.
    last: u64,
    blocks: VecDeque<Block>,
    /// The last number in the blocks that were dropped, and how many events had gone up to it.
    dropped: (u64, u64),
    /// Up to this number, the channel may have been there and been forgotten.
    before: u64,
}

/// How many of a channel's events had gone up to some number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rank {
    /// So many.
    pub(super) count: u64,
    /// At most so many: it is no longer known exactly.
    pub(super) or_fewer: bool,
}

#[derive(Debug)]
struct Block {
    /// The number of its first event.
    first: u64,
    /// Events gone before it.
    before: u64,
    /// Events in it.
    count: u64,
    /// Closed runs: length, distance from its last number to the first of the next run, and again.
    runs: Vec<u8>,
    /// The run that still grows: its first number and its length.
    open: (u64, u64),
}

impl Gone {
    /// Of a channel that begins when the newest of any channel forgotten before had the number `before`.
    pub(super) fn new(before: u64) -> Self {
        Self { before, ..Self::default() }
    }

    /// Events gone so far.
    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// The number up to which something is gone, or may be.
    pub(super) fn last(&self) -> u64 {
        self.last.max(self.before)
    }

    /// Notes that event `seq` is gone; numbers rise. Returns by how many bytes the index has grown.
    pub(super) fn push(&mut self, seq: u64) -> usize {
        if self.count == 0 {
            self.first = seq;
        }
        let grown = match self.blocks.back_mut().filter(|block| block.runs.len() < BLOCK) {
            Some(block) => {
                let before = block.runs.len();
                block.push(seq);
                block.runs.len() - before
            }
            None => {
                self.blocks.push_back(Block {
                    first: seq,
                    before: self.count,
                    count: 1,
                    runs: Vec::new(),
                    open: (seq, 1),
                });
                BLOCK_OVERHEAD
            }
        };
        self.count += 1;
        self.last = seq;
        grown
    }

    /// The last number in the oldest block, if there is one: blocks go oldest first.
    pub(super) fn oldest_block(&self) -> Option<u64> {
        self.blocks.front().map(Block::last)
    }

    /// Drops the oldest block and returns how many bytes it took.
    pub(super) fn drop_block(&mut self) -> usize {
        let Some(block) = self.blocks.pop_front() else { return 0 };
        self.dropped = (block.last(), block.before + block.count);
        block.bytes()
    }

    /// Bytes of the whole.
    pub(super) fn bytes(&self) -> usize {
        self.blocks.iter().map(Block::bytes).sum()
    }

    /// How many events had gone with a number of at most `seq`. Calls `looked` for each block and each run that is looked
    /// at.
    pub(super) fn rank(&self, seq: u64, mut looked: impl FnMut()) -> Rank {
        let exact = |count| Rank { count, or_fewer: false };
        if seq < self.before {
            return Rank { count: 0, or_fewer: true };
        }
        if self.count == 0 || seq < self.first {
            return exact(0);
        }
        if seq >= self.last {
            return exact(self.count);
        }
        let (last_dropped, count_dropped) = self.dropped;
        if seq < last_dropped {
            // The last of the dropped came after it, certainly.
            return Rank { count: count_dropped - 1, or_fewer: true };
        }
        let after = self.blocks.partition_point(|block| {
            looked();
            block.first <= seq
        });
        exact(after.checked_sub(1).map_or(count_dropped, |at| self.blocks[at].rank(seq, looked)))
    }
}

impl Block {
    fn push(&mut self, seq: u64) {
        let (first, len) = self.open;
        self.count += 1;
        if seq == first + len {
            self.open = (first, len + 1);
            return;
        }
        varint::write(&mut self.runs, len);
        varint::write(&mut self.runs, seq - (first + len - 1));
        self.open = (seq, 1);
    }

    fn last(&self) -> u64 {
        self.open.0 + self.open.1 - 1
    }

    fn bytes(&self) -> usize {
        self.runs.len() + BLOCK_OVERHEAD
    }

    /// How many events had gone with a number of at most `seq`, which is not before this block.
    fn rank(&self, seq: u64, mut looked: impl FnMut()) -> u64 {
        let (mut first, mut rank) = (self.first, self.before);
        let mut runs = &self.runs[..];
        while let (Some(len), Some(distance)) = (varint::read(&mut runs), varint::read(&mut runs)) {
            looked();
            let last = first + len - 1;
            if seq <= last {
                return rank + (seq - first + 1);
            }
            rank += len;
            first = last + distance;
            if seq < first {
                return rank;
            }
        }
        let (first, len) = self.open;
        rank + len.min(seq - first + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn counts_as_a_plain_list_does(steps in prop::collection::vec(prop_oneof![Just(1_u64), 1_u64..4, 1_u64..90_000], 1..2_000)) {
            let numbers: Vec<u64> = steps.iter().scan(0, |seq, step| { *seq += step; Some(*seq) }).collect();
            let mut gone = Gone::default();
            let grown: usize = numbers.iter().map(|&seq| gone.push(seq)).sum();
            prop_assert_eq!(grown, gone.bytes());
            for &seq in &numbers {
                for seq in [seq - 1, seq, seq + 1] {
                    let expected = numbers.partition_point(|&number| number <= seq) as u64;
                    prop_assert_eq!(gone.rank(seq, || {}), Rank { count: expected, or_fewer: false });
                }
            }
            let freed = gone.drop_block();
            prop_assert_eq!(grown - freed, gone.bytes());
            for &seq in &numbers {
                let expected = numbers.partition_point(|&number| number <= seq) as u64;
                let rank = gone.rank(seq, || {});
                prop_assert!(rank.count == expected || (rank.or_fewer && rank.count > expected));
            }
        }
    }

    #[test]
    fn a_million_in_a_row_take_one_run() {
        let mut gone = Gone::default();
        (1..=1_000_000).for_each(|seq| {
            gone.push(seq);
        });
        assert_eq!((gone.bytes(), gone.rank(600_000, || {}).count), (BLOCK_OVERHEAD, 600_000));
    }

    #[test]
    fn every_other_number_takes_two_bytes() {
        let mut gone = Gone::default();
        (1..=100_000).for_each(|seq| {
            gone.push(seq * 2);
        });
        assert!(gone.bytes() < 250_000, "{}", gone.bytes());
    }
}
