//! Everything that a search by words asks of its matches, from one look at each: how many they are, how they stand, and
//! which are the newest.

use std::collections::HashMap;

use diesel::RunQueryDsl;
use diesel::sql_types::{Array, BigInt};
use linedesk_ports::queries::{COUNTED_EXACTLY, Sort, SortKey, Start};

use crate::fault::Fault;
use crate::postgres::Conn;
use crate::postgres::lists::Asked;
use crate::statement::Statement;

use super::summary::code;

/// Of one word alone, so many matches are gathered: of a word in somewhat more tickets than are counted exactly it is cheaper
/// to look at the rest too than to find the newest another way.
const OF_ONE_WORD: u64 = 15_000;
/// So many of the newest are kept: a page of the usual lengths.
const NEWEST: usize = 101;

const COLUMNS: &str = "place, status, sla_state, due_at";

/// What was found of the matches.
#[derive(Debug, Clone)]
pub(crate) struct Gathered {
    /// How many there are, if all were gathered; else at least.
    pub(super) n: u64,
    /// By status and SLA state.
    pub(super) groups: HashMap<(i16, i16), u64>,
    /// How many are overdue.
    pub(super) late: u64,
    newest: Vec<i64>,
    /// Whether they are all matches, and not just some.
    pub(super) is_all: bool,
}

/// What is gathered, once for one question; `None` where it is not asked for words, or where they are in too many tickets.
pub(super) fn gathered<'a>(
    connection: &mut Conn,
    asked: &'a Asked,
) -> Result<Option<&'a Gathered>, Fault> {
    if !asked.has_words() || asked.filter.overdue.is_some() || asked.are_many() {
        return Ok(None);
    }
    if asked.gathered.get().is_none() {
        let gathered = gather(connection, asked)?;
        let _ = asked.gathered.set(gathered);
    }
    Ok(asked.gathered.get())
}

/// The places of a page, where they are among the newest matches that were gathered.
pub(crate) fn newest(
    connection: &mut Conn,
    asked: &Asked,
    sort: Sort,
    start: Start,
    limit: i64,
) -> Result<Option<Vec<i64>>, Fault> {
    let (SortKey::CreatedAt, true, Start::Offset(offset)) = (sort.key, sort.descending, start)
    else {
        return Ok(None);
    };
    let limit = limit.unsigned_abs();
    if offset.saturating_add(limit) > NEWEST as u64 {
        return Ok(None);
    }
    let gathered = gathered(connection, asked)?.filter(|gathered| gathered.is_all);
    let from = usize::try_from(offset).unwrap_or(usize::MAX);
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    Ok(gathered.map(|all| all.newest.iter().skip(from).take(most).copied().collect()))
}

fn gather(connection: &mut Conn, asked: &Asked) -> Result<Gathered, Fault> {
    let most = if asked.is_one_word() {
        OF_ONE_WORD
    } else {
        COUNTED_EXACTLY
    };
    // One row for each group, with all its places: ordering ten thousand of them in the database takes longer than reading
    // them here. One number for all that the groups are told apart by.
    let gathering = Statement::<(BigInt, Array<BigInt>)>::new(
        "SELECT packed, array_agg(place) FROM (SELECT place, (status * 64 + sla_state * 2 + \
         (status NOT IN (6, 7) AND due_at IS NOT NULL AND due_at < ",
    );
    let rows: Vec<(i64, Vec<i64>)> = gathering
        .bind(asked.now)
        .sql(")::integer)::bigint AS packed FROM (")
        .append(asked.matches::<BigInt>(COLUMNS))
        .limit(most.cast_signed() + 1)
        .sql(") AS matching) AS found GROUP BY packed")
        .load(connection)?;
    let mut groups = HashMap::new();
    let (mut n, mut late) = (0, 0);
    let mut newest = Vec::new();
    for (packed, places) in rows {
        let of_group = places.len() as u64;
        *groups
            .entry((code(packed / 64), code(packed % 64 / 2)))
            .or_default() += of_group;
        n += of_group;
        late += if packed % 2 == 1 { of_group } else { 0 };
        newest.extend(places);
    }
    keep_newest(&mut newest);
    Ok(Gathered {
        n,
        groups,
        late,
        newest,
        is_all: n <= most,
    })
}

/// Keeps the newest places, newest first.
fn keep_newest(places: &mut Vec<i64>) {
    if places.len() > NEWEST {
        places.select_nth_unstable_by(NEWEST, |one, other| other.cmp(one));
        places.truncate(NEWEST);
    }
    places.sort_unstable_by(|one, other| other.cmp(one));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_are_kept_in_order() {
        let mut few = vec![3, 9, 5];
        keep_newest(&mut few);
        assert_eq!(few, [9, 5, 3]);
        let mut many: Vec<i64> = (0..1_000).map(|n| n * 7 % 1_000).collect();
        keep_newest(&mut many);
        assert_eq!(many, (0..1_000).rev().take(101).collect::<Vec<_>>());
    }
}
