use super::Selector;
use crate::alerts::metrics::Series;
use crate::pattern::matches;

/// A condition on a label: `mount="/var*"`, where `*` stands for any characters, or `mount!="/boot"`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::alerts) struct Matcher {
    pub(in crate::alerts) label: String,
    pub(in crate::alerts) pattern: String,
    /// Written with `=`, not with `!=`.
    pub(in crate::alerts) is_equal: bool,
}

impl Matcher {
    /// Whether a label of this value is meant. A label that is not there is empty.
    pub(in crate::alerts) fn matches(&self, value: &str) -> bool {
        matches(&self.pattern, value) == self.is_equal
    }

    fn takes(&self, series: &Series<'_>) -> bool {
        self.matches(series.label(&self.label).unwrap_or_default())
    }
}

impl Selector {
    /// Whether it means this one.
    pub(in crate::alerts) fn takes(&self, series: &Series<'_>) -> bool {
        self.matchers.iter().all(|matcher| matcher.takes(series))
    }
}
