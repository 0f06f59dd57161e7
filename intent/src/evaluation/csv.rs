//! Tables `text,intent` of foreign label sets: comma-separated, quoted where need be (RFC 4180).

use super::EvaluationError;

/// A labelled text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its words.
    pub text: String,
    /// Its label; `oos` is out of scope.
    pub intent: String,
}

/// Reads a table with the header `text,intent`.
///
/// # Errors
/// When the header or a row is something else.
pub fn rows(table: &str) -> Result<Vec<Row>, EvaluationError> {
    let mut cells = cells(table.trim_start_matches('\u{FEFF}')).into_iter();
    let header = cells.next().unwrap_or_default();
    if header != ["text", "intent"] {
        return Err(EvaluationError::Header {
            found: header.join(","),
        });
    }
    cells
        .zip(1..)
        .map(|(cells, row)| match <[String; 2]>::try_from(cells) {
            Ok([text, intent]) => Ok(Row { text, intent }),
            Err(cells) => Err(EvaluationError::Row {
                row,
                found: cells.len(),
                wanted: 2,
            }),
        })
        .collect()
}

/// The cells of each line that is not empty.
fn cells(table: &str) -> Vec<Vec<String>> {
    let mut lines = Vec::new();
    let mut line = Vec::new();
    let mut cell = String::new();
    let mut quoted = false;
    let mut characters = table.chars().peekable();
    while let Some(character) = characters.next() {
        match (quoted, character) {
            (true, '"') if characters.peek() == Some(&'"') => {
                cell.push('"');
                characters.next();
            }
            (_, '"') => quoted = !quoted,
            (false, ',') => line.push(std::mem::take(&mut cell)),
            (false, '\n') => {
                line.push(std::mem::take(&mut cell));
                lines.push(std::mem::take(&mut line));
            }
            (false, '\r') => {}
            (_, character) => cell.push(character),
        }
    }
    if !cell.is_empty() || !line.is_empty() {
        line.push(cell);
        lines.push(line);
    }
    lines.retain(|line| line.iter().any(|cell| !cell.is_empty()));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_may_be_quoted_with_commas_quotes_and_lines_inside() {
        let read = rows("text,intent\r\n\"say \"\"a, b\"\"\nnow\",x\r\nplain,y\n").unwrap();
        assert_eq!(read[0].text, "say \"a, b\"\nnow");
        assert_eq!(read[1].intent, "y");
    }

    #[test]
    fn another_header_or_width_is_an_error() {
        assert!(matches!(rows("a,b\n"), Err(EvaluationError::Header { .. })));
        let row = rows("text,intent\na,b,c\n");
        assert!(matches!(
            row,
            Err(EvaluationError::Row {
                row: 1,
                found: 3,
                ..
            })
        ));
    }
}
