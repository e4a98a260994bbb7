use std::ops::Range;

use super::ExprError;
use super::parse::Result;
use super::token::{Token, tokens};

/// How deep parentheses may stand in each other.
const DEEPEST: usize = 32;

/// The pieces of an expression, and the next of them.
#[derive(Debug)]
pub(super) struct Parser {
    pub(super) tokens: Vec<(Token, Range<usize>)>,
    pub(super) next: usize,
    pub(super) end: usize,
    pub(super) depth: usize,
}

impl Parser {
    pub(super) fn new(text: &str) -> Result<Self> {
        Ok(Self { tokens: tokens(text)?, next: 0, end: text.len(), depth: 0 })
    }

    pub(super) fn deeper(&mut self) -> Result<()> {
        self.depth += 1;
        if self.depth > DEEPEST {
            let expected = format!("expected at most {DEEPEST} parentheses in each other");
            return Err(ExprError::new(self.place(self.next), expected));
        }
        Ok(())
    }

    pub(super) fn word(&self) -> Option<&str> {
        if let (Token::Word(word), _) = self.tokens.get(self.next)? { Some(word) } else { None }
    }

    pub(super) fn sign(&self) -> Option<&'static str> {
        if let (Token::Sign(sign), _) = self.tokens.get(self.next)? { Some(sign) } else { None }
    }

    pub(super) fn is_word(&self, word: &str) -> bool {
        self.word() == Some(word)
    }

    pub(super) fn is_sign(&self, sign: &str) -> bool {
        self.sign() == Some(sign)
    }

    pub(super) fn is_call(&self) -> bool {
        matches!(self.tokens.get(self.next + 1), Some((Token::Sign("("), _)))
    }

    pub(super) fn takes_word(&mut self, word: &str) -> bool {
        let takes = self.is_word(word);
        self.next += usize::from(takes);
        takes
    }

    pub(super) fn takes(&mut self, sign: &str) -> bool {
        let takes = self.is_sign(sign);
        self.next += usize::from(takes);
        takes
    }

    pub(super) fn expect(&mut self, sign: &str) -> Result<()> {
        if self.takes(sign) { Ok(()) } else { Err(self.expected(&format!("`{sign}`"))) }
    }

    /// Where a piece stands; past the last the end.
    pub(super) fn place(&self, number: usize) -> Range<usize> {
        self.tokens.get(number).map_or(self.end..self.end, |(_, at)| at.clone())
    }

    pub(super) fn expected(&self, what: &str) -> ExprError {
        let got = match self.tokens.get(self.next) {
            None => "the end".to_owned(),
            Some((Token::Word(word), _)) => format!("`{word}`"),
            Some((Token::Number(number), _)) => format!("`{number}`"),
            Some((Token::Span(span), _)) => format!("`{}`", humantime::format_duration(*span)),
            Some((Token::Text(text), _)) => format!("{text:?}"),
            Some((Token::Sign(sign), _)) => format!("`{sign}`"),
        };
        ExprError::new(self.place(self.next), format!("expected {what}, got {got}"))
    }
}
