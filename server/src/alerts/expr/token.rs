use std::ops::Range;
use std::time::Duration;

use super::ExprError;

/// The longest expression in bytes.
const LONGEST: usize = 4_096;
/// The sizes that a number can be given in.
const SIZES: [(&str, f64); 8] = [
    ("Ki", 1024.0),
    ("Mi", 1_048_576.0),
    ("Gi", 1_073_741_824.0),
    ("Ti", 1_099_511_627_776.0),
    ("k", 1e3),
    ("M", 1e6),
    ("G", 1e9),
    ("T", 1e12),
];

/// A piece of an expression.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    /// A metric, a function, `and`, `or`, `clear`.
    Word(String),
    Number(f64),
    Span(Duration),
    /// In quotes.
    Text(String),
    /// `>`, `>=`, `(`, ... of one or two signs.
    Sign(&'static str),
}

const SIGNS: [&str; 18] =
    [">=", "<=", "==", "!=", ">", "<", "=", "(", ")", "{", "}", ",", "+", "-", "*", "/", "&&", "||"];

/// The pieces of `text`, each with its place.
pub(super) fn tokens(text: &str) -> Result<Vec<(Token, Range<usize>)>, ExprError> {
    if text.len() > LONGEST {
        return Err(ExprError::new(0..text.len(), format!("expected at most {LONGEST} bytes, got {}", text.len())));
    }
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(char) = text[at..].chars().next() {
        let rest = &text[at..];
        let (token, length) = match char {
            _ if char.is_whitespace() => {
                at += char.len_utf8();
                continue;
            }
            'a'..='z' | 'A'..='Z' | '_' => {
                let length = length(rest, |c| c.is_ascii_alphanumeric() || c == '_' || c == '.');
                (Token::Word(rest[..length].to_owned()), length)
            }
            '0'..='9' | '.' => {
                let length = length(rest, |c| c.is_ascii_alphanumeric() || c == '.');
                (number(&rest[..length], at)?, length)
            }
            '"' | '\'' => quoted(rest, char, at)?,
            _ => {
                let sign = SIGNS.iter().find(|sign| rest.starts_with(**sign));
                let sign = sign.ok_or_else(|| unknown(char, at))?;
                (Token::Sign(sign), sign.len())
            }
        };
        tokens.push((token, at..at + length));
        at += length;
    }
    Ok(tokens)
}

fn unknown(char: char, at: usize) -> ExprError {
    ExprError::new(at..at + char.len_utf8(), format!("expected a metric, a number or a sign, got {char:?}"))
}

fn length(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|c| !belongs(c)).unwrap_or(text.len())
}

/// `85`, `1.5Gi` or `5m`.
fn number(text: &str, at: usize) -> Result<Token, ExprError> {
    let plain = |text: &str| text.parse::<f64>().ok().filter(|number| number.is_finite());
    if let Some(number) = plain(text) {
        return Ok(Token::Number(number));
    }
    let sized = SIZES.iter().find_map(|(size, factor)| Some(plain(text.strip_suffix(size)?)? * factor));
    if let Some(number) = sized {
        return Ok(Token::Number(number));
    }
    let expected = || format!("expected a number like 85 or 1.5Gi, or a time like 5m, got {text:?}");
    let span = humantime::parse_duration(text).map_err(|_| ExprError::new(at..at + text.len(), expected()))?;
    Ok(Token::Span(span))
}

fn quoted(text: &str, quote: char, at: usize) -> Result<(Token, usize), ExprError> {
    match text[1..].find(quote) {
        Some(end) => Ok((Token::Text(text[1..=end].to_owned()), end + 2)),
        None => Err(ExprError::new(at..at + text.len(), format!("expected {quote} at the end of the text"))),
    }
}
