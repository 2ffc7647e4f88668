//! `linedesk user`

use std::io::{self, Write as _};

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use linedesk_app::App;
use linedesk_app::directory::operator::{self, password_faults};
use linedesk_app::directory::users::NewUser;
use linedesk_domain::ids::CustomerId;
use linedesk_domain::people::Role;
use linedesk_ports::directory::{DirectoryFilter, User};

use super::password::new_password;
use super::runtime;
use crate::config::Settings;
use crate::desk;

/// Users read at once.
const PAGE: u32 = 500;

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

/// Does it, while a server runs or not.
///
/// # Errors
/// When there is no such user, what was said of it cannot be, or the database cannot be used.
pub fn run(command: &UserCommand, settings: &Settings) -> anyhow::Result<()> {
    runtime()?.block_on(async {
        let app = desk::open_beside(settings).await?;
        match command {
            UserCommand::Create(args) => create(&app, args).await,
            UserCommand::SetRole(args) => set_role(&app, args).await,
            UserCommand::SetPassword(args) => set_password(&app, args).await,
            UserCommand::List => list(&app).await,
        }
    })
}

async fn create(app: &App, args: &CreateArgs) -> anyhow::Result<()> {
    let customer = customer(app, args.customer.as_deref()).await?;
    let password = new_password(args.password.password_stdin, |password| {
        password_faults(password, &args.username, Some(&args.email))
    })?;
    let new = NewUser {
        email: Some(args.email.clone()),
        password: Some(password.expose().to_owned()),
        customer,
        ..NewUser::of(&args.username, args.role)
    };
    let user = operator::create_user(app, new).await?;
    say(&user, "made")
}

async fn set_role(app: &App, args: &SetRoleArgs) -> anyhow::Result<()> {
    let customer = customer(app, args.customer.as_deref()).await?;
    let user = operator::set_role(app, &args.username, args.role, customer).await?;
    say(&user, "changed")
}

async fn set_password(app: &App, args: &SetPasswordArgs) -> anyhow::Result<()> {
    let login = args.username.trim().to_lowercase();
    let user = app.directory.user_by_login(&login).await?;
    let user = user.with_context(|| format!("there is no user {}", args.username))?;
    let password = new_password(args.password.password_stdin, |password| {
        password_faults(password, &user.username, user.email.as_deref())
    })?;
    let user = operator::set_password(app, &login, password.expose()).await?;
    say(&user, "has a new password")
}

async fn list(app: &App) -> anyhow::Result<()> {
    let mut out = io::stdout();
    let columns = ["number", "user name", "role", "active", "e-mail"];
    let [number, name, role, active, email] = columns;
    writeln!(
        out,
        "{number:>8}  {name:<24}  {role:<8}  {active:<6}  {email}"
    )?;
    let mut offset = 0;
    loop {
        let filter = DirectoryFilter {
            limit: PAGE,
            offset,
            ..DirectoryFilter::default()
        };
        let page = operator::list_users(app, filter).await?;
        for user in &page.items {
            let active = if user.is_active { "yes" } else { "no" };
            let email = user.email.as_deref().unwrap_or_default();
            writeln!(
                out,
                "{:>8}  {:<24}  {:<8}  {active:<6}  {email}",
                user.number,
                user.username,
                user.role.name()
            )?;
        }
        offset = offset.saturating_add(PAGE);
        if page.items.is_empty() || u64::from(offset) >= page.total {
            return Ok(());
        }
    }
}

fn say(user: &User, what: &str) -> anyhow::Result<()> {
    let role = user.role.name();
    writeln!(
        io::stdout(),
        "user {} ({role}, number {}) {what}",
        user.username,
        user.number
    )?;
    Ok(())
}

/// The customer of that id or account number.
async fn customer(app: &App, key: Option<&str>) -> anyhow::Result<Option<CustomerId>> {
    let Some(key) = key else {
        return Ok(None);
    };
    let found = if let Ok(id) = key.parse() {
        app.directory.customer(CustomerId(id)).await?
    } else {
        let filter = DirectoryFilter {
            text: Some(key.to_owned()),
            limit: PAGE,
            ..DirectoryFilter::default()
        };
        let page = app.directory.customers(filter).await?;
        let wanted = Some(key.to_owned());
        page.items
            .into_iter()
            .find(|one| one.account_number == wanted)
    };
    match found {
        Some(customer) => Ok(Some(customer.id)),
        None => bail!("there is no customer {key}"),
    }
}

fn role(name: &str) -> Result<Role, String> {
    Role::parse(name).ok_or_else(|| format!("one of {}", Role::ALL.map(Role::name).join(", ")))
}
