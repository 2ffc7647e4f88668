//! Users, both ways.

use linedesk_app::directory::{NewUser, UserPatch};
use linedesk_app::models::{DirectoryPage, User};
use linedesk_domain::access::Operation;
use linedesk_domain::people::Role;

use crate::extract::given::list;
use crate::extract::{Body, Faults, parse};
use crate::isp::convert::directory::Entries;
use crate::isp::dto::directory::user::{
    AvailabilityBody, NewUserBody, UserDto, UserListDto, UserPatchBody,
};

impl Body for NewUserBody {
    type Command = NewUser;
    const OPERATION: Option<Operation> = Some(Operation::WriteDirectory);

    fn command(self, faults: &mut Faults) -> Option<NewUser> {
        self.rest.refuse(faults);
        let teams = self
            .team_ids
            .optional("team_ids", faults, Ok)
            .unwrap_or_default();
        let skills = self
            .skills
            .optional("skills", faults, Ok)
            .unwrap_or_default();
        let username = self.username.required("username", faults, Ok);
        let role = self.role.required("role", faults, parse::word);
        let email = self.email.optional("email", faults, Ok);
        let name = self.name.optional("name", faults, Ok);
        let password = self.password.optional("password", faults, Ok);
        let customer = self.customer_id.optional("customer_id", faults, parse::id);
        let teams = list(teams, "team_ids", faults, parse::id);
        let skills = list(skills, "skills", faults, Ok);
        let capacity = self.capacity.optional("capacity", faults, Ok);
        let is_active = self.is_active.or("is_active", faults, true);
        let is_available = self.is_available.or("is_available", faults, true);
        let plain = NewUser::of(username?, role?);
        let capacity = capacity.unwrap_or(plain.capacity);
        Some(NewUser {
            email,
            name,
            password,
            customer,
            teams,
            skills,
            capacity,
            is_active,
            is_available,
            ..plain
        })
    }
}

impl Body for UserPatchBody {
    type Command = UserPatch;
    const OPERATION: Option<Operation> = Some(Operation::WriteDirectory);
    const READ_ONLY: &[&str] = &["id", "number", "created_at", "updated_at"];

    fn command(self, faults: &mut Faults) -> Option<UserPatch> {
        self.rest.refuse(faults);
        let teams = self.team_ids.unless_null("team_ids", faults, Ok);
        let skills = self.skills.unless_null("skills", faults, Ok);
        Some(UserPatch {
            username: self.username.unless_null("username", faults, Ok),
            email: self.email.patch("email", faults, Ok),
            name: self.name.patch("name", faults, Ok),
            password: self.password.unless_null("password", faults, Ok),
            role: self.role.unless_null("role", faults, parse::word),
            customer: self.customer_id.patch("customer_id", faults, parse::id),
            teams: teams.map(|teams| list(teams, "team_ids", faults, parse::id)),
            skills: skills.map(|skills| list(skills, "skills", faults, Ok)),
            capacity: self.capacity.unless_null("capacity", faults, Ok),
            is_active: self.is_active.unless_null("is_active", faults, Ok),
            is_available: self.is_available.unless_null("is_available", faults, Ok),
        })
    }
}

impl Body for AvailabilityBody {
    type Command = bool;

    fn command(self, faults: &mut Faults) -> Option<bool> {
        self.rest.refuse(faults);
        self.is_available.required("is_available", faults, Ok)
    }
}

/// One of them; never its password's hash.
pub fn user(user: &User) -> UserDto<'_> {
    let User {
        id,
        number,
        username,
        email,
        name,
        password_hash: _,
        role,
        customer,
        teams,
        skills,
        capacity,
        is_active,
        is_available,
        epoch: _,
        created_at,
        updated_at,
    } = user;
    UserDto {
        id: id.0,
        number: *number,
        username,
        email: email.as_deref(),
        name: name.as_deref(),
        role: Role::name(*role),
        customer_id: customer.map(|customer| customer.0),
        team_ids: teams.iter().map(|team| team.0).collect(),
        skills,
        capacity: *capacity,
        is_active: *is_active,
        is_available: *is_available,
        created_at: (*created_at).into(),
        updated_at: (*updated_at).into(),
    }
}

/// A page of them.
pub fn users<'a, const C: bool, const R: bool>(
    page: &'a DirectoryPage<User>,
    asked: &Entries<C, R>,
) -> UserListDto<'a> {
    let items = page.items.iter().map(user).collect();
    UserListDto {
        items,
        total: page.total,
        limit: asked.0.limit,
        offset: asked.0.offset,
    }
}
