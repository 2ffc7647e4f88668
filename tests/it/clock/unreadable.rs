//! Rows that cannot be read, and those behind them.

use diesel::Connection as _;
use diesel::connection::SimpleConnection as _;
use diesel::sqlite::SqliteConnection;
use linedesk_ports::analytics::Which;

use super::*;

impl Desk {
    /// What a broken disk or a careless hand would do to the database.
    fn spoil(&self, sql: &str) {
        if let Some(database) = &self.database {
            return database.connect().batch_execute(sql).unwrap();
        }
        let file = Places::of(&self.settings).database.unwrap();
        let mut connection = SqliteConnection::establish(&file.display().to_string()).unwrap();
        let patience = "PRAGMA busy_timeout = 30000";
        connection.batch_execute(patience).unwrap();
        connection.batch_execute(sql).unwrap();
    }
}

#[tokio::test]
async fn tickets_that_cannot_be_read_stop_no_other_clock() {
    let desk = Desk::open().await;
    // More than are loaded at once, and due before the one that can be read.
    for _ in 0..260 {
        desk.ticket(Priority::Critical).await;
    }
    desk.spoil("UPDATE tickets SET status = 99; UPDATE tickets SET sla = '7' WHERE number = 3");
    desk.pass(SignedDuration::from_mins(1));
    let sound = desk.ticket(Priority::Critical).await;
    desk.pass(SignedDuration::from_hours(100));
    let report = sweep::sweep(&desk.app).await.unwrap();
    assert_eq!((report.tickets, report.put_off), (1, 260));
    assert_eq!(breaches(&desk.told(&sound).await).len(), 2);
    let again = sweep::sweep(&desk.app).await.unwrap();
    assert_eq!((again.tickets, again.put_off), (0, 0), "not at once");
}

#[tokio::test]
async fn a_ticket_that_was_mended_is_judged_within_the_hour_with_the_instants_that_it_had() {
    let desk = Desk::open().await;
    let made = desk.now();
    let ticket = desk.ticket(Priority::Urgent).await;
    desk.spoil("UPDATE tickets SET title = '' WHERE number = 1");
    desk.pass(SignedDuration::from_hours(72));
    assert_eq!(sweep::sweep(&desk.app).await.unwrap().put_off, 1);
    desk.spoil("UPDATE tickets SET title = 'No signal' WHERE number = 1");
    assert_eq!(sweep::sweep(&desk.app).await.unwrap().tickets, 0);
    desk.pass(SignedDuration::from_hours(1));
    assert_eq!(sweep::sweep(&desk.app).await.unwrap().tickets, 1);
    let minutes = |n| made + SignedDuration::from_mins(n);
    assert_eq!(
        breaches(&desk.told(&ticket).await),
        [
            (minutes(30), Target::FirstResponse),
            (minutes(480), Target::Resolution)
        ]
    );
}

#[tokio::test]
async fn people_hear_of_what_happened_behind_events_and_tickets_that_cannot_be_read() {
    let desk = Desk::open().await;
    desk.leads(1).await;
    for _ in 0..4 {
        desk.ticket(Priority::Critical).await;
    }
    desk.pass(SignedDuration::from_hours(72));
    sweep::sweep(&desk.app).await.unwrap();
    // Those of their creation, of which a lead is told nothing.
    desk.spoil(
        "UPDATE events SET body = '7' WHERE seq = 1; UPDATE events SET action = 99 WHERE seq = 2; \
         UPDATE tickets SET status = 99 WHERE number = 3",
    );
    desk.tell().await;
    // Of each ticket that can be read two breaches and three escalations.
    let (singly, gathered, _) = desk.waiting(1).await;
    assert_eq!(singly + gathered, 3 * 5);
}

#[tokio::test]
async fn figures_are_made_of_what_can_be_read() {
    let desk = Desk::open().await;
    let mut ids = Vec::new();
    for _ in 0..2 {
        ids.push(desk.ticket(Priority::Critical).await.ticket.data.id);
    }
    desk.pass(SignedDuration::from_hours(72));
    sweep::sweep(&desk.app).await.unwrap();
    let (all, limit) = (0, 10);
    for which in [Which::Of(ids), Which::Behind { place: all, limit }] {
        let events = async || {
            let found = desk.app.analytics.histories(which.clone()).await.unwrap();
            let tickets = found.tickets.iter();
            tickets.map(|one| one.events.len()).collect::<Vec<_>>()
        };
        desk.spoil("UPDATE events SET action = 1 WHERE seq = 2");
        let sound = events().await;
        desk.spoil("UPDATE events SET action = 99 WHERE seq = 2");
        assert_eq!(events().await, [sound[0], sound[1] - 1]);
        desk.spoil("UPDATE events SET body = '7' WHERE seq = 2");
        assert_eq!(events().await, [sound[0], sound[1] - 1]);
        desk.spoil("UPDATE events SET body = '{}' WHERE seq = 2");
    }
}
