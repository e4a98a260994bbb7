//! From text: what is compared, see [`super::parse`] for the grammar.

use std::time::Duration;

use super::cursor::Parser;
use super::parse::{LONGEST_WINDOW, Result};
use super::token::Token;
use super::{Arithmetic, ExprError, Function, Value};

/// The longest time to look ahead.
const LONGEST_HORIZON: Duration = Duration::from_secs(30 * 24 * 60 * 60);

impl Parser {
    pub(super) fn value(&mut self) -> Result<Value> {
        let at = self.next;
        let mut value = self.product()?;
        loop {
            let sign = if self.takes("+") {
                Arithmetic::Plus
            } else if self.takes("-") {
                Arithmetic::Minus
            } else {
                return Ok(value);
            };
            let right = self.product()?;
            value = self.binary(value, sign, right, at)?;
        }
    }

    fn product(&mut self) -> Result<Value> {
        let at = self.next;
        let mut value = self.term()?;
        loop {
            let sign = if self.takes("*") {
                Arithmetic::Times
            } else if self.takes("/") {
                Arithmetic::Over
            } else {
                return Ok(value);
            };
            let divisor = self.next;
            let right = self.term()?;
            if sign == Arithmetic::Over && is_zero(&right) {
                let message = "expected anything but 0: nothing can be divided by it";
                return Err(ExprError::new(self.place(divisor), message));
            }
            value = self.binary(value, sign, right, at)?;
        }
    }

    /// Both taken together; at once where both are constant, so that what they come to can be checked. They begin at
    /// token `at`.
    fn binary(&self, left: Value, sign: Arithmetic, right: Value, at: usize) -> Result<Value> {
        let (Value::Number(a), Value::Number(b)) = (&left, &right) else {
            return Ok(Value::Binary(Box::new(left), sign, Box::new(right)));
        };
        let number = sign.apply(*a, *b);
        let too_large =
            || ExprError::new(self.place(at), "expected smaller numbers: nothing can be compared with this");
        if number.is_finite() { Ok(Value::Number(number)) } else { Err(too_large()) }
    }

    fn term(&mut self) -> Result<Value> {
        self.deeper()?;
        let term = self.shallow_term();
        self.depth -= 1;
        term
    }

    fn shallow_term(&mut self) -> Result<Value> {
        if self.takes("-") {
            return Ok(match self.term()? {
                Value::Number(number) => Value::Number(-number),
                other => Value::Binary(Box::new(Value::Number(0.0)), Arithmetic::Minus, Box::new(other)),
            });
        }
        if self.takes("(") {
            let value = self.value()?;
            self.expect(")")?;
            return Ok(value);
        }
        match self.tokens.get(self.next) {
            Some((Token::Number(number), _)) => {
                let number = *number;
                self.next += 1;
                Ok(Value::Number(number))
            }
            Some((Token::Span(span), _)) => {
                let seconds = span.as_secs_f64();
                self.next += 1;
                Ok(Value::Number(seconds))
            }
            Some((Token::Word(_), _)) if self.is_call() => self.function(),
            Some((Token::Word(_), _)) => Ok(Value::Newest(self.selector()?)),
            _ => Err(self.expected("a metric, a number or a function")),
        }
    }

    fn function(&mut self) -> Result<Value> {
        let name = self.word().unwrap_or_default().to_owned();
        let known = ["avg", "min", "max", "rate", "increase", "predict"].contains(&name.as_str());
        if !known {
            return Err(self.expected("one of the functions avg, min, max, rate, increase, predict, absent"));
        }
        self.next += 1;
        self.expect("(")?;
        let selector = self.selector()?;
        self.expect(",")?;
        let window = self.span(LONGEST_WINDOW)?;
        let function = match name.as_str() {
            "avg" => Function::Avg,
            "min" => Function::Min,
            "max" => Function::Max,
            "rate" => Function::Rate,
            "increase" => Function::Increase,
            _ => {
                self.expect(",")?;
                Function::Predict(self.span(LONGEST_HORIZON)?)
            }
        };
        self.expect(")")?;
        Ok(Value::Over(function, selector, window))
    }
}

/// Whether it is 0 whatever is read.
fn is_zero(value: &Value) -> bool {
    match value {
        Value::Number(number) => *number == 0.0,
        Value::Newest(_) | Value::Over(..) => false,
        Value::Binary(left, Arithmetic::Plus | Arithmetic::Minus, right) => is_zero(left) && is_zero(right),
        Value::Binary(left, Arithmetic::Times, right) => is_zero(left) || is_zero(right),
        Value::Binary(left, Arithmetic::Over, _) => is_zero(left),
    }
}
