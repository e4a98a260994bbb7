//! The text format of Prometheus, version 0.0.4: the samples of a metric in one block below its help and type.

use std::fmt::{self, Display, Formatter, Write as _};

/// What a metric is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Only goes up, until it starts anew.
    Counter,
    /// Goes up and down.
    Gauge,
    /// One or the other: the kernel knows.
    Untyped,
}

impl Display for Kind {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Untyped => "untyped",
        })
    }
}

/// A label with its value, which is any text.
pub(super) type Label<'a> = (&'a str, &'a str);

/// Text that grows metric by metric.
#[derive(Debug, Default)]
pub(super) struct Text(String);

impl Text {
    /// Begins a metric. Nothing is written until it has a sample.
    pub(super) fn metric<'a>(&'a mut self, name: &'a str, kind: Kind, help: &'a str) -> Metric<'a> {
        Metric { text: &mut self.0, name, kind, help, begun: false }
    }

    /// A counter without labels, where it is known.
    pub(super) fn counter(&mut self, name: &str, help: &str, value: Option<impl Number>) {
        self.metric(name, Kind::Counter, help).all(value.map(|value| (vec![], value)));
    }

    /// A gauge without labels, where it is known.
    pub(super) fn gauge(&mut self, name: &str, help: &str, value: Option<impl Number>) {
        self.metric(name, Kind::Gauge, help).all(value.map(|value| (vec![], value)));
    }

    /// All of it.
    pub(super) fn finish(self) -> String {
        self.0
    }
}

/// One metric, to which samples are added.
#[derive(Debug)]
pub(super) struct Metric<'a> {
    text: &'a mut String,
    name: &'a str,
    kind: Kind,
    help: &'a str,
    begun: bool,
}

impl Metric<'_> {
    /// Adds a sample.
    pub(super) fn add(&mut self, labels: &[Label<'_>], value: impl Number) {
        if !self.begun {
            self.begun = true;
            let help = Escaped { text: self.help, quotes: false };
            let (name, kind) = (self.name, self.kind);
            self.write(format_args!("# HELP {name} {help}\n# TYPE {name} {kind}\n"));
        }
        self.text.push_str(self.name);
        for (n, (label, value)) in labels.iter().enumerate() {
            let value = Escaped { text: value, quotes: true };
            self.write(format_args!("{}{label}=\"{value}\"", if n == 0 { '{' } else { ',' }));
        }
        self.write(format_args!("{} {}\n", if labels.is_empty() { "" } else { "}" }, Shown(value)));
    }

    /// Adds samples, each with its labels.
    pub(super) fn all<'b, N: Number>(mut self, samples: impl IntoIterator<Item = (Vec<Label<'b>>, N)>) {
        for (labels, value) in samples {
            self.add(&labels, value);
        }
    }

    fn write(&mut self, what: fmt::Arguments<'_>) {
        // A String takes all.
        let _ = self.text.write_fmt(what);
    }
}

/// A value of a sample.
pub(super) trait Number {
    fn show(&self, f: &mut Formatter<'_>) -> fmt::Result;
}

impl Number for f64 {
    fn show(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.is_infinite() {
            return f.write_str(if *self > 0.0 { "+Inf" } else { "-Inf" });
        }
        write!(f, "{self}")
    }
}

impl Number for u64 {
    fn show(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl Number for i64 {
    fn show(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl Number for bool {
    fn show(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(if *self { "1" } else { "0" })
    }
}

struct Shown<N>(N);

impl<N: Number> Display for Shown<N> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.0.show(f)
    }
}

/// Text of which a line end, a backslash and, where it stands in quotes, a quote are escaped.
struct Escaped<'a> {
    text: &'a str,
    quotes: bool,
}

impl Display for Escaped<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut rest = self.text;
        while let Some(at) = rest.find(|c| c == '\\' || c == '\n' || (self.quotes && c == '"')) {
            let (before, from) = rest.split_at(at);
            f.write_str(before)?;
            f.write_str(match from.as_bytes().first() {
                Some(b'\n') => "\\n",
                Some(b'"') => "\\\"",
                _ => "\\\\",
            })?;
            rest = &from[1..];
        }
        f.write_str(rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn metrics_with_and_without_labels() {
        let mut text = Text::default();
        text.gauge("a_seconds", "With \\ and\nline.", Some(1.5));
        text.counter("b_total", "Never seen.", None::<u64>);
        let mut metric = text.metric("c_total", Kind::Counter, "Quotes \" stay.");
        metric.add(&[("device", "a\"b\\c\nd"), ("kind", "")], u64::MAX);
        metric.add(&[], true);
        text.metric("d", Kind::Untyped, "Odd values.")
            .all([f64::NAN, f64::INFINITY, -f64::INFINITY].map(|v| (vec![], v)));
        let expected = "# HELP a_seconds With \\\\ and\\nline.\n# TYPE a_seconds gauge\na_seconds 1.5\n\
            # HELP c_total Quotes \" stay.\n# TYPE c_total counter\n\
            c_total{device=\"a\\\"b\\\\c\\nd\",kind=\"\"} 18446744073709551615\nc_total 1\n\
            # HELP d Odd values.\n# TYPE d untyped\nd NaN\nd +Inf\nd -Inf\n";
        assert_eq!(text.finish(), expected);
    }

    proptest! {
        #[test]
        fn any_text_stays_on_its_line_and_in_its_quotes(value in any::<String>()) {
            let escaped = Escaped { text: &value, quotes: true }.to_string();
            prop_assert!(!escaped.contains('\n'));
            let mut back = String::new();
            let mut chars = escaped.chars();
            while let Some(c) = chars.next() {
                prop_assert_ne!(c, '"');
                back.push(match c {
                    '\\' => match chars.next() {
                        Some('n') => '\n',
                        other => other.unwrap(),
                    },
                    other => other,
                });
            }
            prop_assert_eq!(back, value);
        }
    }
}
