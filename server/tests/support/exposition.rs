//! Reads Prometheus' text format and OpenMetrics, and is strict about them.

use std::collections::{BTreeMap, BTreeSet};

/// Labels by name.
pub(crate) type Labels = BTreeMap<String, String>;

/// What was exposed.
#[derive(Debug, Default)]
pub(crate) struct Exposition {
    /// The type of each metric.
    pub(crate) types: BTreeMap<String, String>,
    /// The samples of each metric.
    pub(crate) samples: BTreeMap<String, BTreeMap<Labels, f64>>,
}

impl Exposition {
    /// Panics at whatever isn't right: a sample outside the block of its metric, a metric without help, a pair of labels
    /// that comes twice.
    pub(crate) fn read(text: &str) -> Self {
        Self::read_as(text, false)
    }

    /// The same of OpenMetrics. Types are kept by the names of samples, as in the other format.
    pub(crate) fn read_open(text: &str) -> Self {
        let text = text.strip_suffix("# EOF\n").expect("it has an end");
        Self::read_as(text, true)
    }

    fn read_as(text: &str, open: bool) -> Self {
        assert!(text.is_empty() || text.ends_with('\n'), "the last line has an end");
        let mut exposition = Self::default();
        let mut helped = BTreeSet::new();
        let mut block = String::new();
        for line in text.lines() {
            if let Some(rest) = line.strip_prefix("# HELP ") {
                let (name, help) = rest.split_once(' ').unwrap_or_else(|| panic!("{line}"));
                assert!(!help.is_empty() && helped.insert(name.to_owned()), "{line}");
                continue;
            }
            if let Some(rest) = line.strip_prefix("# TYPE ") {
                let (name, kind) = rest.split_once(' ').unwrap_or_else(|| panic!("{line}"));
                assert!(helped.contains(name), "help comes first: {line}");
                let unknown = if open { "unknown" } else { "untyped" };
                assert!(["counter", "gauge", unknown, "histogram", "summary"].contains(&kind), "{line}");
                assert!(!open || kind != "counter" || !name.ends_with("_total"), "{line}");
                block = if open && kind == "counter" { format!("{name}_total") } else { name.to_owned() };
                let kind = if kind == "unknown" { "untyped" } else { kind };
                assert_eq!(exposition.types.insert(block.clone(), kind.to_owned()), None, "{line}");
                continue;
            }
            if let Some(rest) = line.strip_prefix("# UNIT ").filter(|_| open) {
                let (name, unit) = rest.split_once(' ').unwrap_or_else(|| panic!("{line}"));
                assert!(block.starts_with(name) && name.ends_with(&format!("_{unit}")), "{line}");
                continue;
            }
            let (name, labels, value) = sample(line).unwrap_or_else(|| panic!("{line:?}"));
            let parts = ["histogram", "summary"].contains(&exposition.types[&block].as_str());
            assert!(name == block || (parts && name.starts_with(&block)), "outside its block: {line}");
            let samples = exposition.samples.entry(name).or_default();
            assert_eq!(samples.insert(labels, value), None, "twice: {line}");
        }
        exposition
    }

    /// The only sample of a metric.
    pub(crate) fn value(&self, name: &str) -> f64 {
        let samples = self.samples.get(name).unwrap_or_else(|| panic!("no {name}"));
        assert_eq!(samples.len(), 1, "{name}");
        *samples.values().next().unwrap()
    }

    /// How many samples there are.
    pub(crate) fn len(&self) -> usize {
        self.samples.values().map(BTreeMap::len).sum()
    }
}

fn sample(line: &str) -> Option<(String, Labels, f64)> {
    let end = line.find(['{', ' '])?;
    let (name, mut rest) = line.split_at(end);
    assert!(name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == ':'), "{line}");
    let mut labels = Labels::new();
    if rest.starts_with('{') {
        loop {
            let (label, after) = rest[1..].split_once("=\"")?;
            let (value, after) = quoted(after)?;
            assert_eq!(labels.insert(label.to_owned(), value), None, "{line}");
            rest = after;
            match rest.as_bytes().first()? {
                b',' => {}
                b'}' => break,
                _ => return None,
            }
        }
        rest = &rest[1..];
    }
    Some((name.to_owned(), labels, rest.strip_prefix(' ')?.parse().ok()?))
}

/// What stands before the next quote, and what comes after that.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut chars = text.char_indices();
    loop {
        let (at, c) = chars.next()?;
        match c {
            '"' => return Some((value, &text[at + 1..])),
            '\\' => value.push(match chars.next()?.1 {
                'n' => '\n',
                c @ ('\\' | '"') => c,
                _ => return None,
            }),
            c => value.push(c),
        }
    }
}
