//! One table `[[rule]]`, and the rule that it makes.

use std::collections::BTreeMap;
use std::ops::Range;
use std::time::Duration;

use app::model::AlertLevel;
use serde::{Deserialize, Deserializer, de};
use toml::Spanned;

use super::Rule;
use super::expr::{self, Condition, ExprError};
use super::file::RuleError;
use super::metrics;
use super::source::Source;
use super::template::Template;

mod labels;
mod levels;

/// The longest hold time, and the longest time to keep firing.
const LONGEST_HOLD: Duration = Duration::from_secs(24 * 60 * 60);

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
    critical_if: Option<Spanned<String>>,
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

/// A span of time, refused at its place in the file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hold(pub(super) Duration);

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
    pub(super) fn within(&self, key: &str, text: &Spanned<String>, error: &ExprError) -> RuleError {
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
            levels::set_clear(&mut condition, clear, place)?;
        }
        expr::check(&condition).map_err(|error| place.within("when", &self.when, &error))?;
        let critical = levels::critical(&condition, self.critical.as_ref(), self.critical_clear.as_ref(), place)?;
        if critical.is_some() && matches!(self.severity, Some(Severity::Critical)) {
            let at = self.critical.map_or(0..0, |level| level.span());
            return Err(place.error("critical", at, "expected none, as the rule is critical already"));
        }
        let critical_if =
            self.critical_if.map(|text| levels::critical_if(&condition, critical, &text, place)).transpose()?;
        let per = self.per.map(|per| multiplier(&per, place)).transpose()?;
        let labels = labels::read(self.labels, place)?;
        let known = labels::known(&condition, &labels);
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
            critical_if,
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

/// A metric of the whole machine.
fn multiplier(per: &Spanned<String>, place: &Place<'_>) -> Result<usize, RuleError> {
    let known = metrics::find(per.get_ref()).filter(|&metric| metrics::METRICS[metric].labels().is_empty());
    let expected = || format!("expected a metric of the whole machine like cores.load, got {:?}", per.get_ref());
    known.ok_or_else(|| place.error("per", per.span(), &expected()))
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
