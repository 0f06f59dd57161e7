//! Tables in the terminal: columns as wide as their widest entry, by characters.

use super::{Stop, terminal};

/// Prints rows below their headings.
pub fn print(headings: &[&str], rows: Vec<Vec<String>>) -> Result<(), Stop> {
    let headings = headings
        .iter()
        .map(|heading| (*heading).to_owned())
        .collect();
    let all: Vec<Vec<String>> = std::iter::once(headings).chain(rows).collect();
    let widths = widths(&all);
    let lines = all.iter().map(|row| line(row, &widths));
    terminal::write(&lines.collect::<String>())
}

fn widths(rows: &[Vec<String>]) -> Vec<usize> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    (0..columns).map(width).collect()
}

fn line(row: &[String], widths: &[usize]) -> String {
    let cells = row.iter().zip(widths);
    let padded = cells.map(|(cell, width)| format!("{cell:width$}"));
    let text = padded.collect::<Vec<_>>().join("  ");
    format!("{}\n", text.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_they_must_be_and_lines_have_no_tail() {
        let rows = [["a", "b", ""], ["long", "密钥", "c"]];
        let rows: Vec<Vec<String>> = rows.map(|row| row.map(str::to_owned).to_vec()).to_vec();
        let widths = widths(&rows);
        assert_eq!(widths, [4, 2, 1]);
        assert_eq!(line(&rows[0], &widths), "a     b\n");
        assert_eq!(line(&rows[1], &widths), "long  密钥  c\n");
    }
}
