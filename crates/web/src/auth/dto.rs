//! The shapes of sign-in's bodies. Fields that are not named here are ignored, as this dialect's clients expect.

use linedesk_app::accounts::{Register, SignIn};
use linedesk_app::models::User;
use linedesk_domain::ids::UserId;
use linedesk_domain::people::Role;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::extract::{Body, Faults, Given, parse};

/// Somebody who signs up.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(default)]
#[schema(example = json!({ "email": "email@example.com", "username": "example_user", "password": "example.password" }))]
pub struct RegisterBody {
    /// Address for mail.
    #[schema(value_type = String, required = true)]
    pub email: Given<String>,
    /// Name to sign in with.
    #[schema(value_type = String, required = true)]
    pub username: Given<String>,
    /// 8 characters to 72 bytes, not only digits, not common, not like the name or the address.
    #[schema(value_type = String, required = true, format = Password, min_length = 8)]
    pub password: Given<String>,
}

impl Body for RegisterBody {
    type Command = Register;
    const IS_OPEN: bool = true;

    fn command(self, faults: &mut Faults) -> Option<Register> {
        let username = self.username.required("username", faults, Ok);
        let email = self.email.required("email", faults, Ok);
        let password = self.password.required("password", faults, Ok);
        Some(Register {
            username: username?,
            email: email?,
            password: password?,
        })
    }
}

/// Somebody who wants in.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(default)]
#[schema(example = json!({ "username": "example_user", "password": "example.password" }))]
pub struct SignInBody {
    /// User name or e-mail address.
    #[schema(value_type = String, required = true)]
    pub username: Given<String>,
    /// Password.
    #[schema(value_type = String, required = true, format = Password)]
    pub password: Given<String>,
}

impl Body for SignInBody {
    /// Name and password.
    type Command = (String, String);
    const IS_OPEN: bool = true;

    fn command(self, faults: &mut Faults) -> Option<(String, String)> {
        let username = self.username.required("username", faults, Ok);
        self.password
            .required("password", faults, Ok)
            .and_then(|password| Some((username?, password)))
    }
}

/// A sign-in from an address.
pub fn sign_in((login, password): (String, String), address: std::net::IpAddr) -> SignIn {
    SignIn {
        login,
        password,
        address,
    }
}

/// A pair of tokens.
#[derive(Serialize, ToSchema)]
pub struct TokenPair {
    /// For the next pair, once, within 7 days.
    pub refresh: String,
    /// For calling the API, 10 minutes.
    pub access: String,
}

macro_rules! token_body {
    ($(#[$doc:meta])* $name:ident, $field:ident) => {
        $(#[$doc])*
        #[derive(Debug, Default, Deserialize, Validate, ToSchema)]
        #[serde(default)]
        pub struct $name {
            /// The token.
            #[schema(value_type = String, required = true)]
            pub $field: Given<String>,
        }

        impl Body for $name {
            type Command = String;
            const IS_OPEN: bool = true;

            fn command(self, faults: &mut Faults) -> Option<String> {
                self.$field.required(stringify!($field), faults, Ok)
            }
        }
    };
}

token_body! {
    /// A refresh token.
    RefreshBody, refresh
}

token_body! {
    /// Any token.
    VerifyBody, token
}

token_body! {
    /// The address of an account.
    ResetPasswordBody, email
}

/// A new password for somebody who knows the old one.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(default)]
pub struct SetPasswordBody {
    /// The old one.
    #[schema(value_type = String, required = true, format = Password)]
    pub current_password: Given<String>,
    /// The new one.
    #[schema(value_type = String, required = true, format = Password, min_length = 8)]
    pub new_password: Given<String>,
}

impl Body for SetPasswordBody {
    /// The old one and the new one.
    type Command = (String, String);

    fn command(self, faults: &mut Faults) -> Option<(String, String)> {
        let current = self
            .current_password
            .required("current_password", faults, Ok);
        self.new_password
            .required("new_password", faults, Ok)
            .and_then(|new| Some((current?, new)))
    }
}

/// A new password for somebody who forgot the old one.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(default)]
pub struct ResetPasswordConfirmBody {
    /// The user that the mail named.
    #[schema(value_type = Uuid, required = true)]
    pub uid: Given<String>,
    /// The token that came with the mail.
    #[schema(value_type = String, required = true)]
    pub token: Given<String>,
    /// The new password.
    #[schema(value_type = String, required = true, format = Password, min_length = 8)]
    pub new_password: Given<String>,
}

/// What confirms a reset.
#[derive(Debug)]
pub struct Confirm {
    /// Whose password.
    pub uid: UserId,
    /// The token.
    pub token: String,
    /// The new password.
    pub new_password: String,
}

impl Body for ResetPasswordConfirmBody {
    type Command = Confirm;
    const IS_OPEN: bool = true;

    fn command(self, faults: &mut Faults) -> Option<Confirm> {
        let uid = self.uid.required("uid", faults, parse::id);
        let token = self.token.required("token", faults, Ok);
        let new_password = self.new_password.required("new_password", faults, Ok);
        Some(Confirm {
            uid: uid?,
            token: token?,
            new_password: new_password?,
        })
    }
}

/// An account as its owner and staff read it.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountDto<'a> {
    /// The integer by which this dialect knows the user.
    pub id: i64,
    /// The identity by which the others do.
    pub uuid: Uuid,
    /// Name to sign in with.
    pub username: &'a str,
    /// Address for mail.
    pub email: &'a str,
    /// What the account may do.
    pub role: &'static str,
    /// Agent or above.
    pub is_staff: bool,
    /// The customer account that it belongs to.
    pub customer_id: Option<Uuid>,
    /// Whether the account can be used.
    pub is_active: bool,
    /// Where the tickets that this user made are in the helpdesk dialect: newest first, at most a thousand.
    pub tickets: Vec<String>,
}

/// What somebody who signed up reads, and no more.
#[derive(Debug, Serialize, ToSchema)]
pub struct RegisteredDto<'a> {
    /// The integer by which this dialect knows the user.
    pub id: i64,
    /// Name to sign in with.
    pub username: &'a str,
    /// Address for mail.
    pub email: &'a str,
    /// Whether the account can be used.
    pub is_active: bool,
    /// Always empty: nobody has tickets before signing up.
    #[schema(value_type = Vec<String>)]
    pub tickets: [&'a str; 0],
}

/// The account that was just made.
pub fn registered(user: &User) -> RegisteredDto<'_> {
    let AccountDto {
        id,
        uuid: _,
        username,
        email,
        role: _,
        is_staff: _,
        customer_id: _,
        is_active,
        tickets: _,
    } = account(user, Vec::new());
    RegisteredDto {
        id,
        username,
        email,
        is_active,
        tickets: [],
    }
}

/// The account, with where its tickets are.
pub fn account(user: &User, tickets: Vec<String>) -> AccountDto<'_> {
    let User {
        id,
        number,
        username,
        email,
        name: _,
        password_hash: _,
        role,
        customer,
        teams: _,
        skills: _,
        capacity: _,
        is_active,
        is_available: _,
        epoch: _,
        created_at: _,
        updated_at: _,
    } = user;
    AccountDto {
        id: *number,
        uuid: id.0,
        username,
        email: email.as_deref().unwrap_or_default(),
        role: Role::name(*role),
        is_staff: role.is_staff(),
        customer_id: customer.map(|customer| customer.0),
        is_active: *is_active,
        tickets,
    }
}
