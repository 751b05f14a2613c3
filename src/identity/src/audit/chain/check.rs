use std::collections::BTreeSet;

use super::{ChainHash, ChainedEvent, Head};

/// A head that was kept outside of the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// The number of the row, where it was kept.
    pub seq: Option<i64>,
    /// Its hash.
    pub hash: ChainHash,
}

/// What is wrong with a log, and where it shows first.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// A row's number is not the next.
    #[error("rows are missing from {first} to {last}: they were deleted")]
    Missing {
        /// The first that is missing.
        first: i64,
        /// The last that is missing.
        last: i64,
    },
    /// A row's number is not greater than that of the row before it.
    #[error("row {seq} stands after row {after}")]
    Order {
        /// Its number.
        seq: i64,
        /// The number before it.
        after: i64,
    },
    /// A row's hash does not fit what it says and the hash before it.
    #[error("row {seq} is not what was written there: it was edited, moved or put in")]
    Altered {
        /// Its number.
        seq: i64,
    },
    /// The first hash does not fit the rows before it, which have none of their own.
    #[error(
        "row {seq} does not fit the rows before it, which are older than the chain: it or one of them was edited, \
         moved, deleted or put in"
    )]
    Older {
        /// The number of the first row with a hash.
        seq: i64,
    },
    /// A row without a hash follows one with a hash.
    #[error("row {seq} has no hash: it was not written by the dashboard")]
    Unchained {
        /// Its number.
        seq: i64,
    },
    /// The head names a row beyond the last.
    #[error("the log ends with row {last} and should go to row {head}: its end was cut off")]
    CutOff {
        /// The last row.
        last: i64,
        /// What the head says.
        head: i64,
    },
    /// Rows stand beyond the head.
    #[error("row {seq} stands beyond the head of the log: it was put in")]
    Beyond {
        /// The first of them.
        seq: i64,
    },
    /// The head names another hash than the last row has.
    #[error("row {seq}, the last, does not have the hash that the head of the log names: one of the two was edited")]
    Head {
        /// The last row.
        seq: i64,
    },
    /// A row has another hash than the head that was kept.
    #[error("row {seq} does not have the hash that was kept elsewhere: the log was written anew up to it")]
    Anchor {
        /// Its number.
        seq: i64,
    },
    /// No row has the hash that was kept.
    #[error(
        "no row has the hash {hash} that was kept elsewhere: the end of the log was cut off, or it was written anew"
    )]
    NoAnchor {
        /// The hash.
        hash: ChainHash,
    },
}

/// A log that fits together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sound {
    /// How many rows it has.
    pub rows: u64,
    /// Its end.
    pub head: Head,
}

/// Walks a log from its first row on. Remembers one row, whatever the log's length.
#[derive(Debug)]
pub struct Checker {
    head: Head,
    rows: u64,
    /// Whether a row with a hash of its own was seen.
    chained: bool,
    /// Anchors with a number that are still to come, the last one first.
    numbered: Vec<(i64, ChainHash)>,
    /// Anchors without a number that no row has had yet.
    bare: BTreeSet<[u8; 32]>,
}

impl Checker {
    /// Begins at the first row, with what was kept elsewhere.
    pub fn new(anchors: &[Anchor]) -> Self {
        let mut numbered: Vec<_> = anchors
            .iter()
            .filter_map(|anchor| Some((anchor.seq?, anchor.hash)))
            .collect();
        numbered.sort_by_key(|(seq, _)| std::cmp::Reverse(*seq));
        let bare = anchors.iter().filter(|anchor| anchor.seq.is_none());
        let bare = bare.map(|anchor| *anchor.hash.as_bytes()).collect();
        let mut checker = Self {
            head: Head::EMPTY,
            rows: 0,
            chained: false,
            numbered,
            bare,
        };
        checker.bare.remove(ChainHash::GENESIS.as_bytes());
        checker
            .numbered
            .retain(|(seq, hash)| (*seq, *hash) != (0, ChainHash::GENESIS));
        checker
    }

    /// The number of the last row that was taken; 0 before the first.
    pub fn last(&self) -> i64 {
        self.head.seq
    }

    /// Takes the next row.
    pub fn take(&mut self, row: &ChainedEvent) -> Result<(), Fault> {
        let after = self.head.seq;
        if row.seq <= after {
            return Err(Fault::Order { seq: row.seq, after });
        }
        // Older rows were numbered by the database, which leaves numbers out.
        if row.seq > after + 1 && row.hash.is_some() {
            return Err(Fault::Missing {
                first: after + 1,
                last: row.seq - 1,
            });
        }
        let hash = row.hash_after(&self.head.hash);
        match row.hash {
            None if self.chained => return Err(Fault::Unchained { seq: row.seq }),
            Some(kept) if kept != hash => {
                return Err(if self.chained || self.rows == 0 {
                    Fault::Altered { seq: row.seq }
                } else {
                    Fault::Older { seq: row.seq }
                });
            }
            _ => {}
        }
        self.chained |= row.hash.is_some();
        self.rows += 1;
        self.head = Head { seq: row.seq, hash };
        self.bare.remove(hash.as_bytes());
        while let Some((seq, kept)) = self.numbered.pop_if(|(seq, _)| *seq <= row.seq) {
            if (seq, kept) != (row.seq, hash) {
                return Err(Fault::Anchor { seq });
            }
        }
        Ok(())
    }

    /// After the last row: compares with the head that the database keeps, if it is one, and with what was kept elsewhere.
    pub fn finish(self, head: Option<&Head>) -> Result<Sound, Fault> {
        let last = self.head.seq;
        if let Some(head) = head {
            if last < head.seq {
                return Err(Fault::CutOff { last, head: head.seq });
            }
            if last > head.seq {
                return Err(Fault::Beyond { seq: head.seq + 1 });
            }
            if self.head.hash != head.hash {
                return Err(Fault::Head { seq: last });
            }
        }
        if let Some((seq, _)) = self.numbered.last() {
            return Err(Fault::CutOff { last, head: *seq });
        }
        match self.bare.first().and_then(|bytes| ChainHash::from_bytes(bytes)) {
            Some(hash) => Err(Fault::NoAnchor { hash }),
            None => Ok(Sound {
                rows: self.rows,
                head: self.head,
            }),
        }
    }
}
