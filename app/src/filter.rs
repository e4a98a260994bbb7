//! Which texts a filter lets through: what one types to find a line.

/// Words and phrases that must be there, and such that must not. Capitals make no difference.
///
/// `timeout -healthz "cache hit"` lets through what contains `timeout` and `cache hit`, and not `healthz`. Everything else is
/// taken as it stands: `order=88213`, `*`, a quotation mark without its fellow.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter(Vec<Term>);

/// In small letters.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Term {
    text: String,
    is_wanted: bool,
}

impl Filter {
    /// Reads what was typed. Anything is a filter; an empty one lets everything through.
    pub fn new(typed: &str) -> Self {
        let mut terms = Vec::new();
        let mut rest = typed.trim_start();
        while !rest.is_empty() {
            let unsigned =
                rest.strip_prefix('-').filter(|rest| !rest.is_empty() && !rest.starts_with(char::is_whitespace));
            let is_wanted = unsigned.is_none();
            let (text, after) = term(unsigned.unwrap_or(rest));
            if !text.is_empty() {
                terms.push(Term { text: text.to_lowercase(), is_wanted });
            }
            rest = after.trim_start();
        }
        Self(terms)
    }

    /// It lets everything through.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What must be there, in small letters: to mark it where it is.
    pub fn wanted(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter(|term| term.is_wanted).map(|term| term.text.as_str())
    }

    /// Whether `texts`, which belong together, are let through: each term is looked for in any of them.
    pub fn admits<'a>(&self, texts: &(impl Iterator<Item = &'a str> + Clone)) -> bool {
        self.0.iter().all(|term| {
            let is_there = texts.clone().any(|text| contains(text, &term.text));
            is_there == term.is_wanted
        })
    }
}

/// The first term of `typed`, and what comes after it.
fn term(typed: &str) -> (&str, &str) {
    if let Some((phrase, after)) = typed.strip_prefix('"').and_then(|rest| rest.split_once('"')) {
        return (phrase, after);
    }
    typed.split_at(typed.find(char::is_whitespace).unwrap_or(typed.len()))
}

/// Whether `text` contains `term`, which is in small letters.
fn contains(text: &str, term: &str) -> bool {
    if !(text.is_ascii() && term.is_ascii()) {
        return text.to_lowercase().contains(term);
    }
    text.as_bytes().windows(term.len()).any(|part| part.eq_ignore_ascii_case(term.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn admits(typed: &str, texts: &[&str]) -> bool {
        Filter::new(typed).admits(&texts.iter().copied())
    }

    #[test]
    fn every_term_counts() {
        let line = &["GET /api/orders 504 upstream TIMED out", "nginx", "order=88213"][..];
        let cases = [
            ("", true),
            ("  ", true),
            ("timed", true),
            ("TIMED OUT", true),
            ("\"timed out\"", true),
            ("\"out timed\"", false),
            ("out timed", true),
            ("order=88213 nginx", true),
            ("-order=88213", false),
            ("-healthz -\"cache hit\"", true),
            ("-\"upstream timed\"", false),
            ("504 -nginx", false),
            ("\"upstream", false),
            ("\"\"", true),
            ("-", false),
            ("- /api", false),
        ];
        for (typed, expected) in cases {
            assert_eq!(admits(typed, line), expected, "{typed:?}");
        }
    }

    #[test]
    fn capitals_make_no_difference_in_any_script() {
        assert!(admits("größe", &["GRÖSSE GRÖẞE Größe"]));
        assert!(admits("ОШИБКА", &["ошибка диска"]));
    }

    proptest! {
        #[test]
        fn a_phrase_finds_what_contains_it(before in ".{0,20}", phrase in "[a-zA-Z0-9äÄ=./-]{1,20}", after in ".{0,20}") {
            let text = format!("{before}{phrase}{after}");
            let wanted = format!("\"{phrase}\"");
            prop_assert!(admits(&wanted, &[&text]));
            let unwanted = format!("-{wanted}");
            prop_assert!(!admits(&unwanted, &[&text]));
        }

        #[test]
        fn anything_is_a_filter(typed in ".{0,60}", text in ".{0,60}") {
            let _ = admits(&typed, &[&text]);
        }
    }
}
