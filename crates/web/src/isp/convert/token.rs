//! API tokens, both ways.

use linedesk_app::accounts::NewToken;
use linedesk_app::models::ApiToken;
use linedesk_domain::access::Operation;
use linedesk_domain::people::Permission;

use crate::extract::given::list;
use crate::extract::{Body, Faults, parse};
use crate::isp::dto::token::{TokenBody, TokenDto, TokenListDto};

impl Body for TokenBody {
    type Command = NewToken;
    const OPERATION: Option<Operation> = Some(Operation::ManageTokens);

    fn command(self, faults: &mut Faults) -> Option<NewToken> {
        self.rest.refuse(faults);
        let user = self.user_id.optional("user_id", faults, parse::id);
        let scopes = self
            .scopes
            .required("scopes", faults, Ok)
            .unwrap_or_default();
        let permissions = list(scopes, "scopes", faults, parse::word);
        let expires_at = self
            .expires_at
            .optional("expires_at", faults, parse::instant);
        Some(NewToken {
            name: self.name.required("name", faults, Ok)?,
            user,
            permissions,
            expires_at,
        })
    }
}

/// A token; `secret` only for the one who made it just now.
pub fn token<'a>(token: &'a ApiToken, secret: Option<&'a str>) -> TokenDto<'a> {
    let ApiToken {
        id,
        name,
        user,
        hash: _,
        permissions,
        created_at,
        expires_at,
        revoked_at,
    } = token;
    TokenDto {
        id: id.0,
        token: secret,
        name,
        user_id: user.0,
        scopes: permissions.iter().copied().map(Permission::name).collect(),
        created_at: (*created_at).into(),
        expires_at: expires_at.map(Into::into),
        revoked_at: revoked_at.map(Into::into),
    }
}

/// Tokens, all of them.
pub fn tokens(tokens: &[ApiToken]) -> TokenListDto<'_> {
    TokenListDto {
        items: tokens.iter().map(|one| token(one, None)).collect(),
        total: tokens.len(),
    }
}
