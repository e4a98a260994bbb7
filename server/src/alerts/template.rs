use std::collections::BTreeMap;

/// A text with values to be filled in: `{instance} is {value}`. `{{` is a brace.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Template(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Filled(String),
}

/// What is filled in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Filling<'a> {
    pub(super) value: &'a str,
    pub(super) threshold: &'a str,
    pub(super) instance: &'a str,
    /// Of the alert, the rule's and the metric's.
    pub(super) labels: &'a BTreeMap<String, String>,
}

/// The longest text that comes of a template, in bytes.
const LONGEST: usize = 4_096;
const KNOWN: [&str; 3] = ["value", "threshold", "instance"];

impl Template {
    /// Reads `text`; `labels` are those that can be filled in besides `{value}`, `{threshold}` and `{instance}`.
    pub(super) fn parse(text: &str, labels: &[&str]) -> Result<Self, String> {
        if text.len() > LONGEST {
            return Err(format!("expected at most {LONGEST} bytes, got {}", text.len()));
        }
        let mut parts = vec![];
        let mut rest = text;
        while let Some(open) = rest.find('{') {
            let (before, after) = (&rest[..open], &rest[open + 1..]);
            parts.push(Part::Text(before.to_owned()));
            if let Some(after) = after.strip_prefix('{') {
                parts.push(Part::Text("{".to_owned()));
                rest = after;
                continue;
            }
            let Some((name, after)) = after.split_once('}') else {
                return Err(format!("expected a closing brace after {{{after} (a brace itself is {{{{)"));
            };
            if !KNOWN.contains(&name) && !labels.contains(&name) {
                let known = KNOWN.iter().chain(labels).map(|name| format!("{{{name}}}")).collect::<Vec<_>>();
                return Err(format!("expected one of {}, got {{{name}}}", known.join(", ")));
            }
            parts.push(Part::Filled(name.to_owned()));
            rest = after;
        }
        parts.push(Part::Text(rest.to_owned()));
        parts.retain(|part| *part != Part::Text(String::new()));
        Ok(Self(parts))
    }

    pub(super) fn fill(&self, with: Filling<'_>) -> String {
        let mut text = String::new();
        for part in &self.0 {
            text += match part {
                Part::Text(part) => part,
                Part::Filled(name) => match name.as_str() {
                    "value" => with.value,
                    "threshold" => with.threshold,
                    "instance" => with.instance,
                    label => with.labels.get(label).map(String::as_str).unwrap_or_default(),
                },
            };
        }
        text.truncate(text.floor_char_boundary(LONGEST));
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn fills_in() {
        let labels = BTreeMap::from([("device".to_owned(), "sda".to_owned())]);
        let with = Filling { value: "93 %", threshold: "90 %", instance: "/var", labels: &labels };
        let template = Template::parse("{{{instance} on {device}: {value} > {threshold}", &["device"]).unwrap();
        assert_eq!(template.fill(with), "{/var on sda: 93 % > 90 %");
    }

    #[test]
    fn what_is_not_known_is_named() {
        assert_eq!(
            Template::parse("{valeu}", &["mount"]),
            Err("expected one of {value}, {threshold}, {instance}, {mount}, got {valeu}".into())
        );
        assert!(Template::parse("{value", &[]).unwrap_err().contains("closing brace"));
    }

    proptest! {
        #[test]
        fn what_is_filled_in_is_not_read_again(value in "\\PC{0,20}") {
            let labels = BTreeMap::new();
            let with = Filling { value: &value, threshold: "", instance: &value, labels: &labels };
            prop_assert_eq!(Template::parse("{value}{instance}", &[]).unwrap().fill(with), format!("{value}{value}"));
        }

        #[test]
        fn never_panics(text in "[{}a-z ]{0,30}") {
            let _ = Template::parse(&text, &["a"]);
        }
    }
}
