//! How much of a list is read: a page ends once its texts are long enough, however few its items are.
//!
//! Rows are read a few at a time, so that no more of them than that are read in vain; a page of the usual length is one
//! statement.

use linedesk_ports::store::PAGE_TEXTS;

use crate::fault::Fault;
use crate::rows::event::EventRow;
use crate::rows::logged::Place;
use crate::rows::ticket::TicketRow;
use crate::rows::ticket_parts::{AttachmentRow, CommentRow};

/// Rows that are read by one statement; more than a page has unless somebody asks for a longer one.
pub(crate) const AT_ONCE: usize = 64;

/// A row with texts that people wrote.
pub(crate) trait Texts {
    /// How long the longest of them are together, in bytes.
    fn texts(&self) -> usize;
}

/// What is left of a page's room.
#[derive(Debug, Default)]
pub(crate) struct Room {
    used: usize,
    is_cut: bool,
}

impl Room {
    /// Whether there is room for more.
    pub(crate) const fn is_full(&self) -> bool {
        self.used >= PAGE_TEXTS
    }

    /// Whether rows were left out for want of room: the page ends early.
    pub(crate) const fn is_cut(&self) -> bool {
        self.is_cut
    }

    /// Makes room for texts of so many bytes.
    pub(crate) const fn note(&mut self, bytes: usize) {
        self.used += bytes;
    }

    /// Those of the rows, from the first on, for which there is room. The last of them may reach beyond it.
    pub(crate) fn take<R: Texts>(&mut self, mut rows: Vec<R>) -> Vec<R> {
        let mut kept = 0;
        while kept < rows.len() && !self.is_full() {
            self.note(rows[kept].texts());
            kept += 1;
        }
        self.is_cut |= kept < rows.len();
        rows.truncate(kept);
        rows
    }

    /// The rows of those keys, which `read` reads in their order.
    pub(crate) fn fill<R: Texts>(
        &mut self,
        keys: &[i64],
        mut read: impl FnMut(&[i64]) -> Result<Vec<R>, Fault>,
    ) -> Result<Vec<R>, Fault> {
        let mut rows = Vec::new();
        for some in keys.chunks(AT_ONCE) {
            if self.is_full() {
                self.is_cut = true;
                break;
            }
            rows.extend(self.take(read(some)?));
        }
        Ok(rows)
    }

    /// Up to `limit` rows, of which `read` reads those after so many, at most so many.
    pub(crate) fn fill_by_offset<R: Texts>(
        &mut self,
        limit: usize,
        mut read: impl FnMut(usize, usize) -> Result<Vec<R>, Fault>,
    ) -> Result<Vec<R>, Fault> {
        let mut rows = Vec::new();
        while rows.len() < limit && !self.is_cut {
            let wanted = AT_ONCE.min(limit - rows.len());
            let some = read(rows.len(), wanted)?;
            let is_last = some.len() < wanted;
            rows.extend(self.take(some));
            if is_last {
                break;
            }
        }
        Ok(rows)
    }
}

impl Texts for TicketRow {
    fn texts(&self) -> usize {
        self.description.len() + self.title.len() + self.details.0.texts()
    }
}

impl Texts for CommentRow {
    fn texts(&self) -> usize {
        self.body().len()
    }
}

impl Texts for EventRow {
    fn texts(&self) -> usize {
        self.body().texts()
    }
}

impl Texts for AttachmentRow {
    fn texts(&self) -> usize {
        self.name().len()
    }
}

impl Texts for Place {
    fn texts(&self) -> usize {
        let found = self.found.as_ref();
        found.map_or(0, |(row, _)| row.event.texts())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Texts for usize {
        fn texts(&self) -> usize {
            *self
        }
    }

    #[test]
    fn a_row_that_is_longer_than_the_room_is_taken_alone() {
        let mut room = Room::default();
        assert_eq!(room.take(vec![3 * PAGE_TEXTS, 1]), [3 * PAGE_TEXTS]);
        assert!(room.is_full() && room.is_cut());
    }

    #[test]
    fn a_page_that_ends_with_its_rows_is_not_cut() {
        let mut room = Room::default();
        assert_eq!(room.take(vec![1, PAGE_TEXTS]), [1, PAGE_TEXTS]);
        assert!(room.is_full() && !room.is_cut());
    }

    #[test]
    fn nothing_is_read_once_there_is_no_room() {
        let keys: Vec<i64> = (0..1_000).collect();
        let mut read = 0;
        let mut room = Room::default();
        let rows = room.fill(&keys, |some| {
            read += some.len();
            Ok(vec![PAGE_TEXTS / 100; some.len()])
        });
        assert_eq!((rows.unwrap().len(), read), (101, 2 * AT_ONCE));
        assert!(room.is_cut());
    }

    #[test]
    fn by_offset_all_rows_come_once() {
        let all: Vec<usize> = (0..150).collect();
        for limit in [1, AT_ONCE, AT_ONCE + 1, 150, 1_000] {
            let mut room = Room::default();
            let read = |offset: usize, limit| {
                let rest = all.iter().skip(offset).take(limit);
                Ok(rest.copied().collect())
            };
            let rows = room.fill_by_offset(limit, read).unwrap();
            assert_eq!(rows, all[..limit.min(150)]);
            assert!(!room.is_cut());
        }
    }
}
