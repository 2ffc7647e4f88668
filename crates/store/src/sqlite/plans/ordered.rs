//! Lists in another order, and parts of tickets by themselves.

use crate::room::Room;
use jiff::Timestamp;
use linedesk_domain::class::Source;
use linedesk_domain::ids::{CustomerId, UserId};
use linedesk_ports::parts::{CommentKey, Mine, Order, OrderKey, OrderedQuery, SearchTerm};
use linedesk_ports::queries::TicketFilter;
use linedesk_ports::store::Scope;
use uuid::Uuid;

use super::super::lists::Asked;
use super::super::{loose, ordered, stats};
use super::{Recorded, check, filters, insert_one};

#[test]
fn no_list_in_another_order_and_no_part_by_itself_reads_a_table_from_end_to_end() {
    let mut recorded = Recorded::new();
    let id = insert_one(&mut recorded.connection).unwrap();
    let connection = &mut recorded.connection;
    let (now, one) = (Timestamp::UNIX_EPOCH, Uuid::from_u128(1));
    let account = CustomerId(one);
    let maker = UserId(one);
    let scopes = [
        Scope::Everything,
        Scope::Account(account),
        Scope::MadeBy { account, maker },
        Scope::Visitors(Source::Simple),
    ];
    let term = SearchTerm {
        word: "one".to_owned(),
        customers: vec![account],
    };
    let search = TicketFilter {
        search: vec![term.clone(), term],
        ..TicketFilter::default()
    };
    for scope in scopes {
        for filter in filters().into_iter().chain([search.clone()]) {
            for key in [OrderKey::Status, OrderKey::DueDate, OrderKey::UpdatedAt] {
                let step = |descending| Order { key, descending };
                let query = OrderedQuery {
                    filter: filter.clone(),
                    order: vec![step(true), step(false)],
                    offset: 0,
                    limit: 5,
                    now,
                };
                let asked = Asked::new(connection, scope, filter.clone(), now).unwrap();
                if let Some(asked) = asked {
                    ordered::ordered(connection, &asked, &query, &mut Room::default()).unwrap();
                    ordered::by_groups(connection, &asked, &query).unwrap();
                }
            }
        }
        for internal in [true, false] {
            loose::comments(connection, scope, internal, 0, 5).unwrap();
            loose::files(connection, scope, internal, 0, 5).unwrap();
            loose::comment(connection, scope, CommentKey::Number(1), internal).unwrap();
        }
        stats::stats(connection, scope, Mine::MadeBy(maker), now).unwrap();
    }
    loose::comment_counts(connection, &[id, id]).unwrap();
    loose::answers(connection, &[id, id], 9).unwrap();
    check(recorded, 60);
}
