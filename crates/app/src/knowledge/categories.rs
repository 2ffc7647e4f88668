//! Categories of articles: a tree.

use std::collections::HashMap;

use linedesk_domain::access::Operation;
use linedesk_domain::ids::ShelfId;
use linedesk_domain::knowledge::{Audience, Shelf, ShelfError, Shelves};
use linedesk_domain::text::{Label, Note};
use linedesk_domain::ticket::edit::Patch;
use linedesk_ports::knowledge::KnowledgeWrite;
use linedesk_ports::store::StoreError;

use super::{ATTEMPTS, audience, outrun, write};
use crate::{App, Caller, Error};

/// A category that is wanted, or what changes of one.
#[derive(Debug, Clone, Default)]
pub struct NewCategory {
    /// `name`
    pub name: Option<Label>,
    /// `parent_id`
    pub parent: Patch<ShelfId>,
    /// `description`
    pub description: Patch<Note>,
    /// `position`; 0 if left out of a new one
    pub position: Option<i32>,
}

/// A category with what lies in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    /// The category.
    pub shelf: Shelf,
    /// Published articles directly in it that the reader may read.
    pub articles: u64,
    /// Those below it counted too.
    pub articles_below: u64,
    /// Categories in it.
    pub children: Vec<Branch>,
}

/// The tree. Readers other than staff are told of categories only that hold something for them.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::Store`].
pub async fn categories(app: &App, caller: &Caller) -> Result<Vec<Branch>, Error> {
    let audience = audience(caller)?;
    let found = app.knowledge.shelves(audience).await?;
    let tree = Shelves::new(found.shelves);
    Ok(branches(&tree, &found.articles, audience, None))
}

fn branches(
    tree: &Shelves,
    counts: &HashMap<Option<ShelfId>, u64>,
    audience: Audience,
    parent: Option<ShelfId>,
) -> Vec<Branch> {
    let branch = |shelf: &Shelf| {
        let children = branches(tree, counts, audience, Some(shelf.id));
        let articles = counts.get(&Some(shelf.id)).copied().unwrap_or_default();
        let below: u64 = children.iter().map(|child| child.articles_below).sum();
        Branch {
            shelf: shelf.clone(),
            articles,
            articles_below: articles + below,
            children,
        }
    };
    let all = tree.within(parent).map(branch);
    all.filter(|branch| audience == Audience::Staff || branch.articles_below > 0)
        .collect()
}

/// Makes a category.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Invalid`] with what is wrong; [`Error::Store`].
pub async fn create_category(
    app: &App,
    caller: &Caller,
    new: NewCategory,
) -> Result<Branch, Error> {
    caller.may(Operation::ArrangeKnowledge)?;
    let now = app.clock.now();
    let name = new
        .name
        .clone()
        .ok_or_else(|| Error::invalid("name", "required", "is required"))?;
    let shelf = Shelf {
        id: ShelfId(app.ids.next(now)),
        parent: None,
        name,
        description: None,
        position: 0,
        created_at: now,
        updated_at: now,
    };
    save(app, caller, |_| Ok(changed(shelf.clone(), &new))).await
}

/// Changes a category, or moves it with all that lies in it.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`]; [`Error::Invalid`] with what is wrong; [`Error::Store`].
pub async fn edit_category(
    app: &App,
    caller: &Caller,
    id: ShelfId,
    edit: NewCategory,
) -> Result<Branch, Error> {
    caller.may(Operation::ArrangeKnowledge)?;
    save(app, caller, |tree| {
        let found = tree.get(id).ok_or(Error::NotFound("category"))?;
        Ok(changed(found.clone(), &edit))
    })
    .await
}

/// Deletes a category in which nothing lies.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`]; [`Error::Conflict`] `not_empty`; [`Error::Store`].
pub async fn delete_category(app: &App, caller: &Caller, id: ShelfId) -> Result<(), Error> {
    caller.may(Operation::ArrangeKnowledge)?;
    let mut turn = None;
    for _ in 0..ATTEMPTS {
        let found = app.knowledge.shelves(Audience::Staff).await?;
        let tree = Shelves::new(found.shelves);
        tree.get(id).ok_or(Error::NotFound("category"))?;
        tree.check_removal(id)
            .map_err(|error| not_empty(&error.to_string()))?;
        let delete = KnowledgeWrite::DeleteShelf {
            id,
            tree: found.tree,
        };
        match write(app, caller, delete).await {
            Ok(()) => return Ok(()),
            Err(StoreError::Stale) => super::queue_up(app, &mut turn).await,
            Err(StoreError::Dangling) => return Err(not_empty("articles lie in this category")),
            Err(error) => return Err(error.into()),
        }
    }
    Err(outrun())
}

fn not_empty(detail: &str) -> Error {
    Error::Conflict {
        detail: detail.to_owned(),
        code: "not_empty",
    }
}

/// Writes a category that fits into the tree as it is, and starts again where the tree is another by then.
async fn save(
    app: &App,
    caller: &Caller,
    make: impl Fn(&Shelves) -> Result<Shelf, Error>,
) -> Result<Branch, Error> {
    let mut turn = None;
    for _ in 0..ATTEMPTS {
        let found = app.knowledge.shelves(Audience::Staff).await?;
        let tree = Shelves::new(found.shelves.clone());
        let mut shelf = make(&tree)?;
        tree.check(&shelf).map_err(refused)?;
        if tree.get(shelf.id) != Some(&shelf) {
            shelf.updated_at = app.clock.now();
            let save = KnowledgeWrite::Shelf {
                shelf: shelf.clone(),
                tree: found.tree,
            };
            match write(app, caller, save).await {
                Ok(()) => {}
                Err(StoreError::Stale) => {
                    super::queue_up(app, &mut turn).await;
                    continue;
                }
                Err(error) => return Err(error.into()),
            }
        }
        let others = found.shelves.into_iter().filter(|one| one.id != shelf.id);
        let tree = Shelves::new(others.chain([shelf.clone()]));
        let beside = branches(&tree, &found.articles, Audience::Staff, shelf.parent);
        let branch = beside
            .into_iter()
            .find(|branch| branch.shelf.id == shelf.id);
        return branch.ok_or(Error::NotFound("category"));
    }
    Err(outrun())
}

fn changed(mut shelf: Shelf, edit: &NewCategory) -> Shelf {
    if let Some(name) = &edit.name {
        shelf.name = name.clone();
    }
    edit.parent.clone().apply(&mut shelf.parent);
    edit.description.clone().apply(&mut shelf.description);
    shelf.position = edit.position.unwrap_or(shelf.position);
    shelf
}

fn refused(error: ShelfError) -> Error {
    let (field, code) = match error {
        ShelfError::UnknownParent => ("parent_id", "unknown"),
        ShelfError::Cycle => ("parent_id", "cycle"),
        ShelfError::TooDeep { .. } => ("parent_id", "too_deep"),
        ShelfError::NameTaken => ("name", "unique"),
        ShelfError::TooMany { .. } => ("name", "too_many"),
        ShelfError::HasChildren => return not_empty(&error.to_string()),
    };
    Error::invalid(field, code, error.to_string())
}
