//! From text. The grammar, with what binds least first:
//!
//! ```text
//! condition  = all { ("or" | "||") all }
//! all        = one { ("and" | "&&") one }
//! one        = comparison | "absent(" selector "," span ")" | "(" condition ")"
//! comparison = value ( ">" | ">=" | "<" | "<=" | "==" | "!=" ) number [ "clear" number ]
//! value      = product { ("+" | "-") product }
//! product    = term { ("*" | "/") term }
//! term       = number | selector | function | "(" value ")" | "-" term
//! function   = ("avg" | "min" | "max" | "rate" | "increase") "(" selector "," span ")"
//!            | "predict(" selector "," span "," span ")"
//! selector   = metric [ "{" label ("=" | "!=") text { "," ... } "}" ]
//! ```

use std::time::Duration;

use super::cursor::Parser;
use super::token::Token;
use super::{Comparison, Condition, ExprError, Level, Matcher, Op, Selector, Value};
use crate::alerts::metrics;

/// The longest window.
pub(super) const LONGEST_WINDOW: Duration = Duration::from_secs(24 * 60 * 60);
const SHORTEST: Duration = Duration::from_secs(1);

/// Reads a condition.
pub(in crate::alerts) fn parse(text: &str) -> Result<Condition, ExprError> {
    let mut parser = Parser::new(text)?;
    let condition = parser.condition()?;
    match parser.tokens.get(parser.next) {
        None => Ok(condition),
        Some(_) => Err(parser.expected("`and`, `or` or the end")),
    }
}

pub(super) type Result<T, E = ExprError> = std::result::Result<T, E>;

impl Parser {
    fn condition(&mut self) -> Result<Condition> {
        let mut parts = vec![self.all()?];
        while self.takes_word("or") || self.takes("||") {
            parts.push(self.all()?);
        }
        Ok(one_or(parts, Condition::Any))
    }

    fn all(&mut self) -> Result<Condition> {
        let mut parts = vec![self.one()?];
        while self.takes_word("and") || self.takes("&&") {
            parts.push(self.one()?);
        }
        Ok(one_or(parts, Condition::All))
    }

    fn one(&mut self) -> Result<Condition> {
        if self.is_word("absent") {
            return self.absent();
        }
        // A parenthesis may begin a condition or a value: it is a value if a comparison follows it.
        if self.is_sign("(") {
            let start = self.next;
            if let Ok(value) = self.value()
                && self.operator().is_some()
            {
                return self.compared(value, start);
            }
            self.next = start;
            self.deeper()?;
            self.expect("(")?;
            let condition = self.condition()?;
            self.expect(")")?;
            self.depth -= 1;
            return Ok(condition);
        }
        let start = self.next;
        let value = self.value()?;
        self.compared(value, start)
    }

    fn compared(&mut self, value: Value, start: usize) -> Result<Condition> {
        let op = self.operator().ok_or_else(|| self.expected("a comparison like `> 85`"))?;
        self.next += 1;
        let enter = self.level()?;
        let hysteresis = self.takes_word("clear");
        let clear = if hysteresis { self.level()? } else { enter };
        let at = self.place(start).start..self.place(self.next - 1).end;
        Ok(Condition::Compare(Comparison { value, op, level: Level { enter, clear }, hysteresis, at }))
    }

    fn absent(&mut self) -> Result<Condition> {
        self.next += 1;
        self.expect("(")?;
        let selector = self.selector()?;
        self.expect(",")?;
        let window = self.span(LONGEST_WINDOW)?;
        self.expect(")")?;
        Ok(Condition::Absent(selector, window))
    }

    fn operator(&self) -> Option<Op> {
        Some(match self.sign()? {
            ">" => Op::Above,
            ">=" => Op::AtLeast,
            "<" => Op::Below,
            "<=" => Op::AtMost,
            "==" => Op::Equal,
            "!=" => Op::Unequal,
            _ => return None,
        })
    }

    /// A number, or a time in seconds.
    fn level(&mut self) -> Result<f32> {
        let sign = if self.takes("-") { -1.0 } else { 1.0 };
        let number = match self.tokens.get(self.next) {
            Some((Token::Number(number), _)) => *number,
            Some((Token::Span(span), _)) => span.as_secs_f64(),
            _ => return Err(self.expected("a number")),
        };
        self.next += 1;
        Ok((sign * number) as f32)
    }

    pub(super) fn selector(&mut self) -> Result<Selector> {
        let at = self.place(self.next);
        let name = self.word().ok_or_else(|| self.expected("a metric"))?;
        let metric = metrics::find(name).ok_or_else(|| ExprError::new(at.clone(), unknown(name)))?;
        self.next += 1;
        let mut matchers = Vec::new();
        if self.takes("{") {
            while !self.takes("}") {
                matchers.push(self.matcher(metric)?);
                if !self.takes(",") && !self.is_sign("}") {
                    return Err(self.expected("`,` or `}`"));
                }
            }
        }
        Ok(Selector { metric, matchers, at })
    }

    fn matcher(&mut self, metric: usize) -> Result<Matcher> {
        let metric = &metrics::METRICS[metric];
        let known = metric.labels();
        let label = self.word().filter(|label| known.contains(label)).map(str::to_owned);
        let label = label.ok_or_else(|| match known {
            [] => self.expected(&format!("no label, as {} is one value", metric.name)),
            known => self.expected(&format!("one of the labels {}", known.join(", "))),
        })?;
        self.next += 1;
        let is_equal = if self.takes("=") {
            true
        } else if self.takes("!=") {
            false
        } else {
            return Err(self.expected("`=` or `!=`"));
        };
        let Some((Token::Text(pattern), _)) = self.tokens.get(self.next) else {
            return Err(self.expected("a text in quotes"));
        };
        let pattern = pattern.clone();
        self.next += 1;
        Ok(Matcher { label, pattern, is_equal })
    }

    pub(super) fn span(&mut self, longest: Duration) -> Result<Duration> {
        let at = self.place(self.next);
        let Some((Token::Span(span), _)) = self.tokens.get(self.next) else {
            return Err(self.expected("a time like `5m`"));
        };
        let span = *span;
        if !(SHORTEST..=longest).contains(&span) {
            let write = humantime::format_duration;
            let expected = format!("expected {} to {}, got {}", write(SHORTEST), write(longest), write(span));
            return Err(ExprError::new(at, expected));
        }
        self.next += 1;
        Ok(span)
    }
}

fn one_or(mut parts: Vec<Condition>, several: fn(Vec<Condition>) -> Condition) -> Condition {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        last => several(parts.into_iter().chain(last).collect()),
    }
}

/// What to say of a metric that isn't there: the nearest that is, or where they are listed.
fn unknown(name: &str) -> String {
    let family = name.split('.').next().unwrap_or(name);
    let near: Vec<&str> = metrics::METRICS
        .iter()
        .map(|metric| metric.name)
        .filter(|known| known.starts_with(family) || family.starts_with(known))
        .collect();
    let hint = if near.is_empty() { "cpu, memory, filesystem ...".to_owned() } else { near.join(", ") };
    format!("expected a metric that is known ({hint}), got `{name}`")
}
