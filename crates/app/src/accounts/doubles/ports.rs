//! The ports' mocks on the world in memory.

use std::sync::{Arc, Mutex};

use linedesk_domain::ids::{CustomerId, TeamId};
use linedesk_ports::accounts::{FailureCount, KeptRequest, MockAccounts};
use linedesk_ports::changes::{Committed, MockCommit};
use linedesk_ports::directory::{Customer, DirectoryFilter, DirectoryPage, MockDirectory, User};
use linedesk_ports::secrets::{MockPasswords, MockSigner, PasswordError};
use linedesk_ports::system::{MockClock, MockIds};
use uuid::Uuid;

use super::State;

type Shared = Arc<Mutex<State>>;

pub(super) fn clock(state: &Shared) -> MockClock {
    let (mut mock, state) = (MockClock::new(), Arc::clone(state));
    mock.expect_now()
        .returning(move || state.lock().unwrap().now);
    mock
}

pub(super) fn ids(state: &Shared) -> MockIds {
    let (mut mock, state) = (MockIds::new(), Arc::clone(state));
    mock.expect_next().returning(move |_| {
        let mut state = state.lock().unwrap();
        state.ids += 1;
        Uuid::from_u128(state.ids)
    });
    mock.expect_random().returning(|| [0xAB; 32]);
    mock
}

pub(super) fn passwords(state: &Shared) -> MockPasswords {
    let (mut mock, state) = (MockPasswords::new(), Arc::clone(state));
    mock.expect_hash()
        .returning(|password| Ok(format!("hash of {password}")));
    mock.expect_verify().returning(move |password, hash| {
        state.lock().unwrap().verified.push(hash.is_some());
        if password.len() > 72 {
            Err(PasswordError::TooLong)
        } else {
            Ok(hash == Some(&format!("hash of {password}")))
        }
    });
    mock
}

pub(super) fn signer(state: &Shared) -> MockSigner {
    let (mut mock, signs, reads) = (MockSigner::new(), Arc::clone(state), Arc::clone(state));
    mock.expect_sign().returning(move |claims| {
        let mut state = signs.lock().unwrap();
        state.signed.push(*claims);
        (state.signed.len() - 1).to_string()
    });
    mock.expect_verify().returning(move |token, purpose, now| {
        let signed = reads
            .lock()
            .unwrap()
            .signed
            .get(token.parse::<usize>().ok()?)
            .copied()?;
        (signed.purpose == purpose && now < signed.expires_at).then_some(signed)
    });
    mock
}

fn account(id: CustomerId, is_active: bool) -> Customer {
    Customer {
        id,
        name: "Account".to_owned(),
        account_number: None,
        email: None,
        phone: None,
        tier: None,
        address: None,
        is_active,
        created_at: super::START,
        updated_at: super::START,
    }
}

pub(super) fn directory(state: &Shared) -> MockDirectory {
    let mut mock = MockDirectory::new();
    let shared = Arc::clone(state);
    mock.expect_customer().returning(move |id| {
        let state = shared.lock().unwrap();
        let is_known = state.users.iter().any(|user| user.customer == Some(id));
        Ok(is_known.then(|| account(id, !state.closed_accounts.contains(&id))))
    });
    let shared = Arc::clone(state);
    mock.expect_user().returning(move |id| {
        let mut state = shared.lock().unwrap();
        state.users_read += 1;
        Ok(state.users.iter().find(|user| user.id == id).cloned())
    });
    let shared = Arc::clone(state);
    mock.expect_user_by_number().returning(move |number| {
        Ok(shared
            .lock()
            .unwrap()
            .users
            .iter()
            .find(|user| user.number == number)
            .cloned())
    });
    let shared = Arc::clone(state);
    mock.expect_user_by_login().returning(move |login| {
        let is_it = |user: &&User| {
            user.username.to_lowercase() == login || user.email.as_deref() == Some(login)
        };
        Ok(shared.lock().unwrap().users.iter().find(is_it).cloned())
    });
    let shared = Arc::clone(state);
    mock.expect_users()
        .returning(move |filter: DirectoryFilter| {
            let state = shared.lock().unwrap();
            let fits = |user: &&User| {
                filter.role.is_none_or(|role| role == user.role)
                    && filter.is_active.is_none_or(|a| a == user.is_active)
            };
            let items: Vec<User> = state.users.iter().filter(fits).cloned().collect();
            let total = items.len() as u64;
            Ok(DirectoryPage {
                items: items.into_iter().take(filter.limit as usize).collect(),
                total,
            })
        });
    mock.expect_team().returning(|_: TeamId| Ok(None));
    mock
}

pub(super) fn accounts(state: &Shared) -> MockAccounts {
    let mut mock = MockAccounts::new();
    let shared = Arc::clone(state);
    mock.expect_refresh_token().returning(move |id| {
        Ok(shared
            .lock()
            .unwrap()
            .refresh_tokens
            .iter()
            .find(|token| token.id == id)
            .cloned())
    });
    let shared = Arc::clone(state);
    mock.expect_session_ended().returning(move |session| {
        let mut state = shared.lock().unwrap();
        state.sessions_read += 1;
        let mut family = state.refresh_tokens.iter();
        Ok(family.any(|token| token.session == session && token.revoked_at.is_some()))
    });
    let shared = Arc::clone(state);
    mock.expect_api_token().returning(move |hash| {
        Ok(shared
            .lock()
            .unwrap()
            .api_tokens
            .iter()
            .find(|token| token.hash == hash)
            .cloned())
    });
    let shared = Arc::clone(state);
    mock.expect_api_tokens()
        .returning(move || Ok(shared.lock().unwrap().api_tokens.clone()));
    let shared = Arc::clone(state);
    mock.expect_login_failures()
        .returning(move |login, address, since| {
            let state = shared.lock().unwrap();
            let from = state
                .failures
                .iter()
                .filter(|failure| failure.address == address && failure.at >= since);
            let (of_address, of_login): (Vec<_>, Vec<_>) = (
                from.clone().collect(),
                from.filter(|f| f.login == login).collect(),
            );
            Ok(FailureCount {
                of_login: u32::try_from(of_login.len()).unwrap(),
                of_address: u32::try_from(of_address.len()).unwrap(),
                oldest_of_login: of_login.iter().map(|failure| failure.at).min(),
                oldest_of_address: of_address.iter().map(|failure| failure.at).min(),
            })
        });
    let shared = Arc::clone(state);
    mock.expect_kept_request().returning(move |_, since| {
        Ok(shared
            .lock()
            .unwrap()
            .kept
            .clone()
            .filter(|kept| kept.at >= since))
    });
    let shared = Arc::clone(state);
    mock.expect_keep_answer().returning(move |mark, answer| {
        let kept = KeptRequest {
            fingerprint: mark.fingerprint,
            at: mark.at,
            answer: Some(answer),
        };
        shared.lock().unwrap().kept = Some(kept);
        Ok(())
    });
    mock
}

pub(super) fn commit(state: &Shared) -> MockCommit {
    let (mut mock, state) = (MockCommit::new(), Arc::clone(state));
    mock.expect_commit().returning(move |changes| {
        let mut state = state.lock().unwrap();
        if let Some(refusal) = state.refusals.pop_front() {
            return Err(refusal);
        }
        for theirs in std::mem::take(&mut state.outrun_by) {
            let place = state
                .users
                .iter()
                .position(|user| user.id == theirs.id)
                .unwrap();
            state.users[place] = theirs;
        }
        state.check(&changes)?;
        let users = changes
            .writes
            .iter()
            .filter_map(|write| state.apply(write))
            .collect();
        state.committed.push(changes);
        Ok(Committed {
            users,
            ..Committed::default()
        })
    });
    mock
}
