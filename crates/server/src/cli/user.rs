//! `linedesk user`

use clap::{Args, Subcommand};
use linedesk_domain::people::Role;

/// What to do with people who sign in.
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Make a user
    Create(CreateArgs),
    /// Give a user another role
    SetRole(SetRoleArgs),
    /// Give a user another password and end all of their sessions
    SetPassword(SetPasswordArgs),
    /// List all users
    List,
}

/// The new user.
#[derive(Debug, Args)]
pub struct CreateArgs {
    /// Name to sign in with
    #[arg(long)]
    pub username: String,
    /// E-mail address
    #[arg(long)]
    pub email: String,
    /// customer, service, agent, lead or admin
    #[arg(long, value_parser = role)]
    pub role: Role,
    /// Customer account it belongs to: id or account number (for the role customer)
    #[arg(long)]
    pub customer: Option<String>,
    #[command(flatten)]
    pub(super) password: PasswordArgs,
}

/// Who becomes what.
#[derive(Debug, Args)]
pub struct SetRoleArgs {
    /// User name
    pub username: String,
    /// customer, service, agent, lead or admin
    #[arg(value_parser = role)]
    pub role: Role,
    /// Customer account it belongs to: id or account number (for the role customer)
    #[arg(long)]
    pub customer: Option<String>,
}

/// Whose password.
#[derive(Debug, Args)]
pub struct SetPasswordArgs {
    /// User name
    pub username: String,
    #[command(flatten)]
    pub(super) password: PasswordArgs,
}

/// How the password gets in: never as an argument, which every process can read.
#[derive(Debug, Args)]
pub(super) struct PasswordArgs {
    /// Take the password from standard input (its first line) instead of asking
    #[arg(long)]
    pub(super) password_stdin: bool,
}

fn role(name: &str) -> Result<Role, String> {
    Role::parse(name).ok_or_else(|| format!("one of {}", Role::ALL.map(Role::name).join(", ")))
}
