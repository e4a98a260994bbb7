//! One table `[[rule]]`, and the rule that it makes.

use std::collections::BTreeMap;
use std::ops::Range;
use std::time::Duration;

use app::model::AlertLevel;
use serde::{Deserialize, Deserializer, de};
use toml::Spanned;

use super::Rule;
use super::expr::{self, Condition, ExprError, Level};
use super::file::RuleError;
use super::metrics;
use super::source::Source;
use super::template::Template;

/// The longest hold time, and the longest time to keep firing.
const LONGEST_HOLD: Duration = Duration::from_secs(24 * 60 * 60);
/// Labels of a rule.
const MOST_LABELS: usize = 32;

/// A table `[[rule]]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    pub(super) name: Spanned<String>,
    title: Option<Spanned<String>>,
    subject: Option<Spanned<String>>,
    says: Option<Spanned<String>>,
    when: Spanned<String>,
    per: Option<Spanned<String>>,
    clear: Option<Spanned<f32>>,
    critical: Option<Spanned<f32>>,
    critical_clear: Option<Spanned<f32>>,
    severity: Option<Severity>,
    #[serde(rename = "for")]
    hold: Option<Spanned<Hold>>,
    keep_firing_for: Option<Spanned<Hold>>,
    summary: Option<Spanned<String>>,
    description: Option<Spanned<String>>,
    labels: Option<Spanned<BTreeMap<String, String>>>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Severity {
    Info,
    Warning,
    Critical,
}

#[derive(Debug, Clone, Copy)]
struct Hold(Duration);

impl<'de> Deserialize<'de> for Hold {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = Hold;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a span of time like \"2m\", \"90s\" or \"0s\"")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Hold, E> {
                let parsed = humantime::parse_duration(text);
                parsed.map(Hold).map_err(|_| E::invalid_value(de::Unexpected::Str(text), &self))
            }
        }
        deserializer.deserialize_str(Visitor)
    }
}

/// Which rule is read, out of which text.
pub(super) struct Place<'a> {
    pub(super) name: String,
    pub(super) file: Option<&'a str>,
    pub(super) text: &'a str,
}

impl Place<'_> {
    pub(super) fn error(&self, key: &str, at: Range<usize>, message: &str) -> RuleError {
        RuleError { at, key: format!("rule {:?}: {key}", self.name), message: message.to_owned() }
    }

    /// An error within a text: shown in the text where it stands as it is, else at its beginning.
    fn within(&self, key: &str, text: &Spanned<String>, error: &ExprError) -> RuleError {
        let span = text.span();
        let raw = self.text.get(span.clone()).unwrap_or_default();
        let at = match raw.find(text.get_ref().as_str()) {
            Some(start) => span.start + start + error.at.start..span.start + start + error.at.end,
            None => span,
        };
        self.error(key, at, &error.message)
    }

    fn template(
        &self,
        key: &str,
        text: Option<Spanned<String>>,
        labels: &[&str],
    ) -> Result<Option<Template>, RuleError> {
        let Some(text) = text else { return Ok(None) };
        let parsed = Template::parse(text.get_ref(), labels);
        parsed.map(Some).map_err(|message| self.error(key, text.span(), &message))
    }
}

impl Entry {
    pub(super) fn rule(self, place: &Place<'_>) -> Result<Rule, RuleError> {
        let mut condition =
            expr::parse(self.when.get_ref()).map_err(|error| place.within("when", &self.when, &error))?;
        if let Some(clear) = &self.clear {
            set_clear(&mut condition, clear, place)?;
        }
        expr::check(&condition).map_err(|error| place.within("when", &self.when, &error))?;
        let critical = critical(&condition, self.critical.as_ref(), self.critical_clear.as_ref(), place)?;
        if critical.is_some() && matches!(self.severity, Some(Severity::Critical)) {
            let at = self.critical.map_or(0..0, |level| level.span());
            return Err(place.error("critical", at, "expected none, as the rule is critical already"));
        }
        let per = self.per.map(|per| multiplier(&per, place)).transpose()?;
        let labels = labels(self.labels, place)?;
        let known = known_labels(&condition, &labels);
        let title = place.template("title", self.title, &known)?;
        let (subject, says) =
            (place.template("subject", self.subject, &known)?, place.template("says", self.says, &known)?);
        let summary = place.template("summary", self.summary, &known)?;
        let description = place.template("description", self.description, &known)?;
        let title = title.unwrap_or_else(|| default_title(&place.name, &condition));
        Ok(Rule {
            name: place.name.clone(),
            title,
            subject,
            says,
            when: self.when.into_inner(),
            per,
            critical,
            severity: self.severity.map_or(AlertLevel::Warning, AlertLevel::from),
            hold: hold("for", self.hold, place)?,
            keep_firing_for: hold("keep_firing_for", self.keep_firing_for, place)?,
            summary,
            description,
            labels,
            source: Source::of(place.file, place.text, self.name.span().start),
            condition,
        })
    }
}

fn set_clear(condition: &mut Condition, clear: &Spanned<f32>, place: &Place<'_>) -> Result<(), RuleError> {
    let several = "expected none here, as the condition is not one comparison: write `cpu > 85 clear 75` in it";
    let Some(comparison) = condition.single_mut() else {
        return Err(place.error("clear", clear.span(), several));
    };
    if comparison.hysteresis {
        return Err(place.error("clear", clear.span(), "expected none here, as the condition has a clear level"));
    }
    comparison.level.clear = *clear.get_ref();
    comparison.hysteresis = true;
    let checked = expr::check(condition);
    checked.map_err(|error| place.error("clear", clear.span(), error.message.trim_start_matches("clear: ")))
}

fn critical(
    condition: &Condition,
    enter: Option<&Spanned<f32>>,
    clear: Option<&Spanned<f32>>,
    place: &Place<'_>,
) -> Result<Option<Level>, RuleError> {
    let Some(enter) = enter else {
        let alone =
            |clear: &Spanned<f32>| Err(place.error("critical_clear", clear.span(), "expected `critical` beside it"));
        return clear.map_or(Ok(None), alone);
    };
    let refused = |key: &str, at: &Spanned<f32>, message: &str| Err(place.error(key, at.span(), message));
    let Some(comparison) = condition.single().filter(|comparison| comparison.op.has_sides()) else {
        return refused("critical", enter, "expected none, as the condition is not one comparison with <, <=, > or >=");
    };
    let level = Level { enter: *enter.get_ref(), clear: clear.map_or(*enter.get_ref(), |clear| *clear.get_ref()) };
    let base = comparison.level;
    if !level.enter.is_finite() {
        return refused("critical", enter, "expected a number");
    }
    let upward = comparison.op.is_upward();
    let worse = |a: f32, b: f32| if upward { a >= b } else { a <= b };
    let (least, most) = if upward { ("at least", "at most") } else { ("at most", "at least") };
    if !worse(level.enter, base.enter) {
        let message = format!("expected {least} the level ({}), got {}", base.enter, level.enter);
        return refused("critical", enter, &message);
    }
    let clear = clear.unwrap_or(enter);
    if !worse(level.enter, level.clear) {
        let message = format!("expected {most} critical ({}), got {}", level.enter, level.clear);
        return refused("critical_clear", clear, &message);
    }
    if !worse(level.clear, base.clear) {
        let message = format!("expected {least} the clear level ({}), got {}", base.clear, level.clear);
        return refused("critical_clear", clear, &message);
    }
    Ok(Some(level))
}

/// A metric of the whole machine.
fn multiplier(per: &Spanned<String>, place: &Place<'_>) -> Result<usize, RuleError> {
    let known = metrics::find(per.get_ref()).filter(|&metric| metrics::METRICS[metric].labels().is_empty());
    let expected = || format!("expected a metric of the whole machine like cores.load, got {:?}", per.get_ref());
    known.ok_or_else(|| place.error("per", per.span(), &expected()))
}

fn labels(
    labels: Option<Spanned<BTreeMap<String, String>>>,
    place: &Place<'_>,
) -> Result<BTreeMap<String, String>, RuleError> {
    let Some(labels) = labels else { return Ok(BTreeMap::new()) };
    let at = labels.span();
    let labels = labels.into_inner();
    if labels.len() > MOST_LABELS {
        return Err(place.error("labels", at, &format!("expected at most {MOST_LABELS}, got {}", labels.len())));
    }
    let valid = |name: &str| {
        name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
            && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
    };
    for (name, value) in &labels {
        let refused = |message: &str| Err(place.error(&format!("labels.{name}"), at.clone(), message));
        if !valid(name) {
            return refused("expected a name of letters, digits and _ that begins with a letter");
        }
        if ["alertname", "severity", "instance"].contains(&name.as_str()) {
            return refused("expected another name: opsglass sets this one itself");
        }
        if value.len() > 1_024 {
            return refused("expected at most 1024 bytes");
        }
    }
    Ok(labels)
}

fn known_labels<'a>(condition: &Condition, labels: &'a BTreeMap<String, String>) -> Vec<&'a str> {
    let of_metrics = condition.selectors().into_iter().flat_map(|(selector, _)| selector.metric().labels());
    let mut known: Vec<&str> = of_metrics.copied().chain(labels.keys().map(String::as_str)).collect();
    known.sort_unstable();
    known.dedup();
    known
}

/// The rule's name, with the instance where it has several.
fn default_title(name: &str, condition: &Condition) -> Template {
    let several = condition.selectors().iter().any(|(selector, _)| !selector.metric().labels().is_empty());
    let text = if several && !condition.is_absence() { format!("{name} {{instance}}") } else { name.to_owned() };
    Template::parse(&text, &[]).unwrap_or_default()
}

fn hold(key: &str, hold: Option<Spanned<Hold>>, place: &Place<'_>) -> Result<Duration, RuleError> {
    let Some(hold) = hold else { return Ok(Duration::ZERO) };
    let Hold(span) = *hold.get_ref();
    if span <= LONGEST_HOLD {
        return Ok(span);
    }
    let message = format!("expected at most 24h, got {}", humantime::format_duration(span));
    Err(place.error(key, hold.span(), &message))
}

impl From<Severity> for AlertLevel {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Info => Self::Info,
            Severity::Warning => Self::Warning,
            Severity::Critical => Self::Critical,
        }
    }
}
