//! Lists in another order, and parts of tickets by themselves.

use crate::room::Room;
use jiff::Timestamp;
use linedesk_domain::ids::CustomerId;
use linedesk_ports::parts::{CommentKey, Mine, Order, OrderKey, OrderedQuery, SearchTerm};
use linedesk_ports::queries::TicketFilter;
use linedesk_ports::store::Scope;

use super::super::super::lists::Asked;
use super::super::super::{loose, ordered, stats};
use super::{Database, checked, id, user};

#[test]
fn no_list_in_another_order_and_no_part_by_itself_reads_a_table_from_end_to_end() {
    let (_database, mut connection) = Database::filled("ordered");
    let connection = &mut connection;
    let now: Timestamp = "2026-10-20T00:00:00Z".parse().unwrap();
    let (account, maker) = (CustomerId(id('c', 8)), user(12));
    let term = SearchTerm {
        word: "router".to_owned(),
        customers: vec![account],
    };
    let search = TicketFilter {
        search: vec![term],
        ..TicketFilter::default()
    };
    let made_by = Scope::MadeBy { account, maker };
    for scope in [Scope::Everything, Scope::Account(account), made_by] {
        for filter in [TicketFilter::default(), search.clone()] {
            for key in [OrderKey::Status, OrderKey::Priority, OrderKey::DueDate] {
                let query = OrderedQuery {
                    filter: filter.clone(),
                    order: vec![Order {
                        key,
                        descending: true,
                    }],
                    offset: 9,
                    limit: 50,
                    now,
                };
                checked(connection, &query, |connection| {
                    let asked = Asked::new(connection, scope, filter.clone(), now)?.unwrap();
                    ordered::ordered(connection, &asked, &query, &mut Room::default())
                });
                let asked = Asked::new(connection, scope, filter.clone(), now).unwrap();
                let [walked, sorted] =
                    ordered::by_groups(connection, &asked.unwrap(), &query).unwrap();
                assert_eq!(walked.len(), sorted.len(), "{query:?}");
            }
        }
        checked(connection, &scope, |connection| {
            loose::comments(connection, scope, false, 0, 50)?;
            loose::files(connection, scope, true, 0, 50)?;
            stats::stats(connection, scope, Mine::MadeBy(maker), now)
        });
    }
    let ticket = linedesk_domain::ids::TicketId(id('t', 9));
    checked(connection, &"parts", |connection| {
        loose::comment(connection, made_by, CommentKey::Number(1), false)?;
        loose::comment_counts(connection, &[ticket])?;
        loose::answers(connection, &[ticket], 9)
    });
}
