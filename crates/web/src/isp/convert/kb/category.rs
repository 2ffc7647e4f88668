//! Categories of articles, both ways.

use linedesk_app::knowledge::{Branch, NewCategory};
use linedesk_domain::access::Operation;
use linedesk_domain::ids::ShelfId;
use linedesk_domain::knowledge::Shelf;
use linedesk_domain::text::Note;
use linedesk_domain::ticket::edit::Patch;

use crate::extract::{Body, Faults, parse};
use crate::isp::dto::kb::category::{
    ArticleCategoryDto, ArticleCategoryTreeDto, EditArticleCategoryBody, NewArticleCategoryBody,
};

impl Body for NewArticleCategoryBody {
    type Command = NewCategory;
    const OPERATION: Option<Operation> = Some(Operation::ArrangeKnowledge);

    fn command(self, faults: &mut Faults) -> Option<NewCategory> {
        self.rest.refuse(faults);
        let description = self
            .description
            .optional("description", faults, parse::text_or_none::<Note>)
            .flatten();
        Some(NewCategory {
            name: self.name.required("name", faults, parse::text),
            parent: self.parent_id.patch("parent_id", faults, parse::id),
            description: description.map_or(Patch::Keep, Patch::Set),
            position: self.position.optional("position", faults, Ok),
        })
    }
}

impl Body for EditArticleCategoryBody {
    type Command = NewCategory;
    const OPERATION: Option<Operation> = Some(Operation::ArrangeKnowledge);
    const READ_ONLY: &[&str] = &[
        "id",
        "article_count",
        "total_article_count",
        "created_at",
        "updated_at",
        "children",
    ];

    fn command(self, faults: &mut Faults) -> Option<NewCategory> {
        self.rest.refuse(faults);
        let description =
            self.description
                .patch("description", faults, parse::text_or_none::<Note>);
        Some(NewCategory {
            name: self.name.unless_null("name", faults, parse::text),
            parent: self.parent_id.patch("parent_id", faults, parse::id),
            description: match description {
                Patch::Keep => Patch::Keep,
                Patch::Clear | Patch::Set(None) => Patch::Clear,
                Patch::Set(Some(text)) => Patch::Set(text),
            },
            position: self.position.unless_null("position", faults, Ok),
        })
    }
}

/// A category with what lies in it.
pub fn category(branch: &Branch) -> ArticleCategoryDto {
    let Shelf {
        id,
        parent,
        name,
        description,
        position,
        created_at,
        updated_at,
    } = &branch.shelf;
    ArticleCategoryDto {
        id: id.0,
        parent_id: parent.map(|id| id.0),
        name: name.as_str().to_owned(),
        description: description.as_ref().map(|text| text.as_str().to_owned()),
        position: *position,
        article_count: branch.articles,
        total_article_count: branch.articles_below,
        created_at: (*created_at).into(),
        updated_at: (*updated_at).into(),
        children: branch.children.iter().map(category).collect(),
    }
}

/// The tree.
pub fn tree(branches: &[Branch]) -> ArticleCategoryTreeDto {
    fn count(branches: &[Branch]) -> usize {
        branches
            .iter()
            .map(|branch| 1 + count(&branch.children))
            .sum()
    }
    ArticleCategoryTreeDto {
        items: branches.iter().map(category).collect(),
        total: count(branches),
    }
}

/// The category of that identity.
pub fn find(branches: &[Branch], id: ShelfId) -> Option<&Branch> {
    let mut branches = branches.iter();
    branches.find_map(|branch| {
        if branch.shelf.id == id {
            Some(branch)
        } else {
            find(&branch.children, id)
        }
    })
}
