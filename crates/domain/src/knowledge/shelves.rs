//! The knowledge base's categories: a tree, a few levels deep.

use std::collections::HashMap;

use jiff::Timestamp;
use thiserror::Error;

use crate::ids::ShelfId;
use crate::text::{Label, Note};

/// A category of articles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shelf {
    /// Identity.
    pub id: ShelfId,
    /// The category that it lies in; `None` at the top.
    pub parent: Option<ShelfId>,
    /// Name; unique among its siblings without regard to case.
    pub name: Label,
    /// What belongs here.
    pub description: Option<Note>,
    /// Siblings are shown in ascending order of this, then of name.
    pub position: i32,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// Why a category cannot be so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ShelfError {
    /// Its parent is not there.
    #[error("no category has this id")]
    UnknownParent,
    /// It would lie in itself.
    #[error("a category cannot lie within itself")]
    Cycle,
    /// The tree would be too deep.
    #[error("categories can be at most {limit} levels deep")]
    TooDeep {
        /// Levels allowed.
        limit: usize,
    },
    /// A sibling has the name.
    #[error("is taken already in this category")]
    NameTaken,
    /// There are enough of them.
    #[error("there can be at most {limit} categories")]
    TooMany {
        /// Categories allowed.
        limit: usize,
    },
    /// Others lie in it.
    #[error("other categories lie in this one")]
    HasChildren,
}

/// All categories. Those whose ancestors would go round in a circle are nowhere in the tree; none can come to be so by
/// [`Shelves::check`].
#[derive(Debug, Clone, Default)]
pub struct Shelves {
    all: HashMap<ShelfId, Shelf>,
    children: HashMap<Option<ShelfId>, Vec<ShelfId>>,
}

impl Shelves {
    /// The most levels.
    pub const MAX_DEPTH: usize = 5;
    /// The most categories.
    pub const MAX: usize = 1_000;

    /// The tree of those categories.
    pub fn new(shelves: impl IntoIterator<Item = Shelf>) -> Self {
        let all: HashMap<_, _> = shelves.into_iter().map(|shelf| (shelf.id, shelf)).collect();
        let mut sorted: Vec<&Shelf> = all.values().collect();
        sorted.sort_by_cached_key(|shelf| {
            (shelf.position, shelf.name.as_str().to_lowercase(), shelf.id)
        });
        let mut children: HashMap<Option<ShelfId>, Vec<ShelfId>> = HashMap::new();
        for shelf in sorted {
            children.entry(shelf.parent).or_default().push(shelf.id);
        }
        Self { all, children }
    }

    /// The category of that id.
    pub fn get(&self, id: ShelfId) -> Option<&Shelf> {
        self.all.get(&id)
    }

    /// Those directly in `parent`, in order; those at the top for `None`.
    pub fn within(&self, parent: Option<ShelfId>) -> impl Iterator<Item = &Shelf> {
        let ids = self.children.get(&parent).map(Vec::as_slice);
        ids.unwrap_or_default()
            .iter()
            .filter_map(|id| self.all.get(id))
    }

    /// A category and everything below it, itself first.
    pub fn subtree(&self, id: ShelfId) -> Vec<ShelfId> {
        let mut found = vec![id];
        let mut next = 0;
        while let Some(at) = found.get(next).copied() {
            let below = self.within(Some(at)).map(|shelf| shelf.id);
            let below: Vec<_> = below.filter(|id| !found.contains(id)).collect();
            found.extend(below);
            next += 1;
        }
        found
    }

    /// The category of that name without regard to case, the one nearest to the top.
    pub fn named(&self, name: &str) -> Option<ShelfId> {
        let name = name.trim().to_lowercase();
        let found = self
            .all
            .values()
            .filter(|shelf| shelf.name.as_str().to_lowercase() == name);
        found
            .min_by_key(|shelf| (self.level(shelf.parent), shelf.id))
            .map(|shelf| shelf.id)
    }

    /// Passes if `wanted`, new or changed, can be part of the tree.
    ///
    /// # Errors
    /// [`ShelfError`].
    pub fn check(&self, wanted: &Shelf) -> Result<(), ShelfError> {
        if let Some(parent) = wanted.parent {
            if !self.all.contains_key(&parent) {
                return Err(ShelfError::UnknownParent);
            }
            if self.subtree(wanted.id).contains(&parent) {
                return Err(ShelfError::Cycle);
            }
        }
        let depth = self.level(wanted.parent) + self.height(wanted.id);
        if depth > Self::MAX_DEPTH {
            let limit = Self::MAX_DEPTH;
            return Err(ShelfError::TooDeep { limit });
        }
        let name = wanted.name.as_str().to_lowercase();
        let is_taken = self
            .within(wanted.parent)
            .any(|other| other.id != wanted.id && other.name.as_str().to_lowercase() == name);
        if is_taken {
            return Err(ShelfError::NameTaken);
        }
        if !self.all.contains_key(&wanted.id) && self.all.len() >= Self::MAX {
            return Err(ShelfError::TooMany { limit: Self::MAX });
        }
        Ok(())
    }

    /// Passes if nothing lies in that category any more. (Whether articles do, the store knows.)
    ///
    /// # Errors
    /// [`ShelfError::HasChildren`].
    pub fn check_removal(&self, id: ShelfId) -> Result<(), ShelfError> {
        match self.within(Some(id)).next() {
            Some(_) => Err(ShelfError::HasChildren),
            None => Ok(()),
        }
    }

    /// How many levels lie above something in `parent`.
    fn level(&self, parent: Option<ShelfId>) -> usize {
        let mut level = 0;
        let mut at = parent;
        while let Some(shelf) = at.and_then(|id| self.all.get(&id)) {
            level += 1;
            if level > Self::MAX {
                break;
            }
            at = shelf.parent;
        }
        level
    }

    /// How many levels a category and what lies in it take up.
    fn height(&self, id: ShelfId) -> usize {
        let base = self.level(Some(id));
        let deepest = self.subtree(id).into_iter().map(|id| self.level(Some(id)));
        1 + deepest.max().unwrap_or(base).saturating_sub(base)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn id(n: u8) -> ShelfId {
        ShelfId(Uuid::from_u128(n.into()))
    }

    fn shelf(n: u8, parent: Option<u8>) -> Shelf {
        Shelf {
            id: id(n),
            parent: parent.map(id),
            name: Label::parse(&format!("Shelf {n}")).unwrap(),
            description: None,
            position: 0,
            created_at: Timestamp::UNIX_EPOCH,
            updated_at: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn a_category_cannot_lie_within_itself() {
        let tree = Shelves::new([shelf(1, None), shelf(2, Some(1)), shelf(3, Some(2))]);
        assert_eq!(tree.check(&shelf(1, Some(3))), Err(ShelfError::Cycle));
        assert_eq!(tree.check(&shelf(1, Some(1))), Err(ShelfError::Cycle));
        assert_eq!(tree.check(&shelf(3, Some(1))), Ok(()));
        assert_eq!(
            tree.check(&shelf(3, Some(9))),
            Err(ShelfError::UnknownParent)
        );
        assert_eq!(tree.subtree(id(1)), [id(1), id(2), id(3)]);
        assert_eq!(tree.check_removal(id(2)), Err(ShelfError::HasChildren));
        assert_eq!(tree.check_removal(id(3)), Ok(()));
    }

    #[test]
    fn the_tree_has_a_bottom_also_for_what_is_moved_with_its_own() {
        let chain = (1..=5).map(|n| shelf(n, (n > 1).then(|| n - 1)));
        let tree = Shelves::new(chain.chain([shelf(10, None), shelf(11, Some(10))]));
        let limit = Shelves::MAX_DEPTH;
        assert_eq!(
            tree.check(&shelf(6, Some(5))),
            Err(ShelfError::TooDeep { limit })
        );
        assert_eq!(
            tree.check(&shelf(10, Some(4))),
            Err(ShelfError::TooDeep { limit })
        );
        assert_eq!(tree.check(&shelf(10, Some(3))), Ok(()));
    }

    #[test]
    fn siblings_have_names_of_their_own() {
        let mut same = shelf(2, None);
        same.name = Label::parse("SHELF 1").unwrap();
        let tree = Shelves::new([shelf(1, None), shelf(3, None)]);
        assert_eq!(tree.check(&same), Err(ShelfError::NameTaken));
        same.parent = Some(id(3));
        assert_eq!(tree.check(&same), Ok(()));
        assert_eq!(tree.check(&shelf(1, None)), Ok(()));
        assert_eq!(tree.named(" shelf 3"), Some(id(3)));
    }

    proptest! {
        #[test]
        fn whatever_is_moved_every_category_stays_in_the_tree(moves in prop::collection::vec((1u8..12, prop::option::of(1u8..12)), 0..60)) {
            let mut all: Vec<Shelf> = (1..12).map(|n| shelf(n, None)).collect();
            for (n, parent) in moves {
                let moved = shelf(n, parent);
                if Shelves::new(all.clone()).check(&moved).is_ok() {
                    all.retain(|old| old.id != moved.id);
                    all.push(moved);
                }
            }
            let tree = Shelves::new(all);
            let tops: Vec<_> = tree.within(None).map(|top| top.id).collect();
            let reached: usize = tops.iter().map(|top| tree.subtree(*top).len()).sum();
            prop_assert_eq!(reached, 11);
            for top in tops {
                prop_assert!(tree.height(top) <= Shelves::MAX_DEPTH);
            }
        }
    }
}
