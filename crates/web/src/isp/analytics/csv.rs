//! Figures as a table: a row for each group, or for each part of the period; a column for each figure, named by its path.

use serde::Serialize;
use serde_json::Value;

/// Columns that come first.
const FIRST: [&str; 12] = [
    "from",
    "to",
    "by",
    "kind",
    "id",
    "name",
    "category",
    "resolution_code",
    "resolution_template_id",
    "resolution_template",
    "tickets",
    "created",
];

/// The table (RFC 4180) of rows that are alike. The first line names the columns. `last` are columns whose cells are all alike.
pub fn table<T: Serialize>(rows: &[T], empty: &T, last: &[(&str, String)]) -> Vec<u8> {
    let mut columns: Vec<String> = cells(empty).into_iter().map(|(path, _)| path).collect();
    let rows: Vec<Vec<(String, String)>> = rows.iter().map(cells).collect();
    for (path, _) in rows.iter().flatten() {
        if !columns.contains(path) {
            columns.push(path.clone());
        }
    }
    // An object that is null in one row and there in another has a column of its own nowhere.
    columns.retain(|path| {
        let inside = format!("{path}.");
        !rows
            .iter()
            .flatten()
            .any(|(other, _)| other.starts_with(&inside))
    });
    columns.sort_by_key(|path| {
        let place = FIRST.iter().position(|first| first == path);
        (place.unwrap_or(FIRST.len()), path.clone())
    });
    let ends = last.iter().map(|(name, _)| *name);
    let mut text = line(columns.iter().map(String::as_str).chain(ends));
    for row in &rows {
        let cell = |path: &String| {
            let found = row.iter().find(|(of, _)| of == path);
            found.map_or("", |(_, cell)| cell.as_str())
        };
        let ends = last.iter().map(|(_, cell)| cell.as_str());
        text.push_str(&line(columns.iter().map(cell).chain(ends)));
    }
    text.into_bytes()
}

/// A row's figures by their paths.
fn cells<T: Serialize>(row: &T) -> Vec<(String, String)> {
    let mut all = Vec::new();
    let value = serde_json::to_value(row).unwrap_or_default();
    flatten(String::new(), &value, &mut all);
    all
}

fn flatten(path: String, value: &Value, into: &mut Vec<(String, String)>) {
    let inside = |name: &str| {
        if path.is_empty() {
            name.to_owned()
        } else {
            format!("{path}.{name}")
        }
    };
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                flatten(inside(name), value, into);
            }
        }
        Value::Array(items) => {
            for (place, value) in (1..).zip(items) {
                flatten(inside(&u32::to_string(&place)), value, into);
            }
        }
        Value::Null => into.push((path, String::new())),
        Value::String(text) => into.push((path, safe(text))),
        Value::Bool(_) | Value::Number(_) => into.push((path, value.to_string())),
    }
}

/// A text that no spreadsheet takes for a formula.
fn safe(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

fn line<'a>(cells: impl Iterator<Item = &'a str>) -> String {
    let mut line = cells.map(quoted).collect::<Vec<_>>().join(",");
    line.push_str("\r\n");
    line
}

fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn nested_figures_have_a_column_each_and_nothing_is_a_formula() {
        let rows = [
            json!({ "name": "=cmd()", "n": 1, "time": { "p50": 2.5 }, "d": [1, 2] }),
            json!({ "name": "a \"b\", c", "n": -3, "time": null, "d": [3, 4] }),
        ];
        let text =
            String::from_utf8(table(&rows, &rows[1], &[("whole", "no".to_owned())])).unwrap();
        let lines: Vec<&str> = text.split("\r\n").collect();
        assert_eq!(
            lines,
            [
                "name,d.1,d.2,n,time.p50,whole",
                "'=cmd(),1,2,1,2.5,no",
                "\"a \"\"b\"\", c\",3,4,-3,,no",
                ""
            ]
        );
    }
}
