//! The text format of Prometheus, version 0.0.4, and OpenMetrics 1.0: the samples of a metric in one block below its help
//! and type. They differ in little: OpenMetrics names a counter without its `_total`, knows units, and has an end.

use std::fmt::{self, Display, Formatter, Write as _};

use super::Format;

/// Units that a name may end with.
const UNITS: [&str; 8] = ["seconds", "bytes", "ratio", "celsius", "hertz", "volts", "bits", "watts"];

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

impl Kind {
    fn word(self, format: Format) -> &'static str {
        match (self, format) {
            (Self::Counter, _) => "counter",
            (Self::Gauge, _) => "gauge",
            (Self::Untyped, Format::Plain) => "untyped",
            (Self::Untyped, Format::OpenMetrics) => "unknown",
        }
    }
}

/// A label with its value, which is any text.
pub(super) type Label<'a> = (&'a str, &'a str);

/// Text that grows metric by metric.
#[derive(Debug, Default)]
pub(super) struct Text {
    text: String,
    format: Format,
}

impl Text {
    /// Nothing yet, in `format`.
    pub(super) fn new(format: Format) -> Self {
        Self { text: String::new(), format }
    }

    /// Begins a metric. Nothing is written until it has a sample.
    pub(super) fn metric<'a>(&'a mut self, name: &'a str, kind: Kind, help: &'a str) -> Metric<'a> {
        Metric { text: &mut self.text, format: self.format, name, kind, help, begun: false }
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
    pub(super) fn finish(mut self) -> String {
        if self.format == Format::OpenMetrics {
            self.text.push_str("# EOF\n");
        }
        self.text
    }
}

/// One metric, to which samples are added.
#[derive(Debug)]
pub(super) struct Metric<'a> {
    text: &'a mut String,
    format: Format,
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
            self.begin();
        }
        self.text.push_str(self.name);
        for (n, (label, value)) in labels.iter().enumerate() {
            let value = Escaped { text: value, quotes: true };
            self.write(format_args!("{}{label}=\"{value}\"", if n == 0 { '{' } else { ',' }));
        }
        self.write(format_args!("{} {}\n", if labels.is_empty() { "" } else { "}" }, Shown(value)));
    }

    fn begin(&mut self) {
        let kind = self.kind.word(self.format);
        let open = self.format == Format::OpenMetrics;
        let help = Escaped { text: self.help, quotes: open };
        let family = match self.kind {
            Kind::Counter if open => self.name.strip_suffix("_total").unwrap_or(self.name),
            _ => self.name,
        };
        self.write(format_args!("# HELP {family} {help}\n# TYPE {family} {kind}\n"));
        let unit = family.rsplit_once('_').map_or("", |(_, unit)| unit);
        if open && UNITS.contains(&unit) {
            self.write(format_args!("# UNIT {family} {unit}\n"));
        }
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

    #[test]
    fn the_same_in_openmetrics() {
        let mut text = Text::new(Format::OpenMetrics);
        text.counter("a_seconds_total", "With a \"quote\".", Some(1.5));
        text.gauge("b_bytes", "Bytes.", Some(7_u64));
        text.gauge("c_bytes", "Never seen.", None::<u64>);
        text.metric("d", Kind::Untyped, "Who knows.").add(&[("x", "y")], -1_i64);
        let expected = "# HELP a_seconds With a \\\"quote\\\".\n# TYPE a_seconds counter\n# UNIT a_seconds seconds\n\
            a_seconds_total 1.5\n# HELP b_bytes Bytes.\n# TYPE b_bytes gauge\n# UNIT b_bytes bytes\nb_bytes 7\n\
            # HELP d Who knows.\n# TYPE d unknown\nd{x=\"y\"} -1\n# EOF\n";
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
