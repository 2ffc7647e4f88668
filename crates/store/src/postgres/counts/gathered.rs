//! Everything that a search by words asks of its matches, from one look at each: how many they are, how they stand, and
//! which are the newest.

use std::collections::HashMap;

use diesel::RunQueryDsl;
use diesel::sql_types::{BigInt, SmallInt};
use linedesk_ports::queries::{COUNTED_EXACTLY, Sort, SortKey, Start};

use crate::fault::Fault;
use crate::postgres::Conn;
use crate::postgres::lists::Asked;
use crate::statement::Statement;

/// Of one word alone, so many matches are gathered: of a word in somewhat more tickets than are counted exactly it is cheaper
/// to look at the rest too than to find the newest another way.
const OF_ONE_WORD: u64 = 15_000;
/// So many of the newest are kept: a page of the usual lengths.
const NEWEST: u64 = 101;

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
    if offset.saturating_add(limit) > NEWEST {
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
    // Groups first, then, told apart by a status of 0, the newest places.
    let gathering = Statement::<(SmallInt, SmallInt, BigInt, BigInt)>::new(
        "WITH found AS MATERIALIZED (SELECT place, status, sla_state, \
         (status NOT IN (6, 7) AND due_at IS NOT NULL AND due_at < ",
    );
    let rows: Vec<(i16, i16, i64, i64)> = gathering
        .bind(asked.now)
        .sql(")::integer AS late FROM (")
        .append(asked.matches::<BigInt>(COLUMNS))
        .limit(most.cast_signed() + 1)
        .sql(
            ") AS matching) SELECT status, sla_state, count(*), sum(late) FROM found GROUP BY status, sla_state \
             UNION ALL (SELECT 0::smallint, 0::smallint, place, 0 FROM found ORDER BY place DESC",
        )
        .limit(NEWEST.cast_signed())
        .sql(")")
        .load(connection)?;
    let (places, groups): (Vec<_>, Vec<_>) =
        rows.into_iter().partition(|(status, ..)| *status == 0);
    let n = groups.iter().map(|(_, _, n, _)| n.unsigned_abs()).sum();
    let mut newest: Vec<_> = places.into_iter().map(|(_, _, place, _)| place).collect();
    newest.sort_unstable_by(|one, other| other.cmp(one));
    Ok(Gathered {
        n,
        late: groups.iter().map(|(.., late)| late.unsigned_abs()).sum(),
        groups: groups
            .into_iter()
            .map(|(status, state, n, _)| ((status, state), n.unsigned_abs()))
            .collect(),
        newest,
        is_all: n <= most,
    })
}
