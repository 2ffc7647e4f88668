mod idempotency;
mod passwords;
mod registering;
mod sessions;
mod tokens;

use super::doubles::{HERE, PASSWORD, World};
use super::*;
use crate::error::Kind;

async fn signed_in(world: &World, login: &str) -> Tokens {
    let who = SignIn {
        login: login.to_owned(),
        password: PASSWORD.to_owned(),
        address: HERE,
    };
    sign_in(&world.app, who).await.unwrap()
}

fn refused<T: std::fmt::Debug>(result: Result<T, Error>) -> String {
    let error = result.unwrap_err();
    assert_eq!(error.kind(), Kind::Unauthenticated, "{error}");
    error.to_string()
}
