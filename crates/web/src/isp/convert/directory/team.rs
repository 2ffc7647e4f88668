//! Teams, both ways.

use linedesk_app::directory::{NewTeam, TeamPatch};
use linedesk_app::models::{DirectoryPage, Team};
use linedesk_domain::access::Operation;

use crate::extract::given::list;
use crate::extract::{Body, Faults, parse};
use crate::isp::convert::directory::Entries;
use crate::isp::dto::directory::team::{NewTeamBody, TeamDto, TeamListDto, TeamPatchBody};

impl Body for NewTeamBody {
    type Command = NewTeam;
    const OPERATION: Option<Operation> = Some(Operation::WriteDirectory);

    fn command(self, faults: &mut Faults) -> Option<NewTeam> {
        self.rest.refuse(faults);
        let name = self.name.required("name", faults, Ok);
        let names = self
            .categories
            .optional("categories", faults, Ok)
            .unwrap_or_default();
        let categories = list(names, "categories", faults, parse::word);
        Some(NewTeam {
            name: name?,
            categories,
        })
    }
}

impl Body for TeamPatchBody {
    type Command = TeamPatch;
    const OPERATION: Option<Operation> = Some(Operation::WriteDirectory);
    const READ_ONLY: &[&str] = &["id", "created_at", "updated_at"];

    fn command(self, faults: &mut Faults) -> Option<TeamPatch> {
        self.rest.refuse(faults);
        let names = self.categories.unless_null("categories", faults, Ok);
        Some(TeamPatch {
            name: self.name.unless_null("name", faults, Ok),
            categories: names.map(|names| list(names, "categories", faults, parse::word)),
            is_active: self.is_active.unless_null("is_active", faults, Ok),
        })
    }
}

/// One of them.
pub fn team(team: &Team) -> TeamDto<'_> {
    let Team {
        id,
        name,
        categories,
        is_active,
        created_at,
        updated_at,
    } = team;
    TeamDto {
        id: id.0,
        name,
        categories: categories.iter().map(|one| one.name()).collect(),
        is_active: *is_active,
        created_at: (*created_at).into(),
        updated_at: (*updated_at).into(),
    }
}

/// A page of them.
pub fn teams<'a, const C: bool, const R: bool>(
    page: &'a DirectoryPage<Team>,
    asked: &Entries<C, R>,
) -> TeamListDto<'a> {
    let items = page.items.iter().map(team).collect();
    TeamListDto {
        items,
        total: page.total,
        limit: asked.0.limit,
        offset: asked.0.offset,
    }
}
