//! What a reader of the page of alerts asks for: the address bar holds it.

use url::form_urlencoded;

/// As much of what was typed as is looked at, in characters.
const LONGEST: usize = 200;

/// Which list is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Show {
    /// What is pending or firing.
    #[default]
    Open,
    /// What has fired and is over.
    Resolved,
    /// The silences.
    Silenced,
    /// What is watched.
    Rules,
}

impl Show {
    /// All of them, in their order.
    pub const ALL: [Self; 4] = [Self::Open, Self::Resolved, Self::Silenced, Self::Rules];

    /// As the address has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Resolved => "resolved",
            Self::Silenced => "silenced",
            Self::Rules => "rules",
        }
    }

    /// Its name, for people.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "Open",
            Self::Resolved => "Resolved",
            Self::Silenced => "Silenced",
            Self::Rules => "Rules",
        }
    }
}

/// What is asked for, and what the reader may do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Asked {
    /// Which list.
    pub show: Show,
    /// The id of the alert, or the name of the rule, that is opened.
    pub alert: Option<String>,
    /// Which of its changes, where it is over.
    pub change: Option<u64>,
    /// What names and rules must contain.
    pub filter: String,
    /// The reader may acknowledge and silence.
    pub operates: bool,
    /// Who the reader is, is known: they need not say it.
    pub named: bool,
    /// What is said above all, where something was refused.
    pub notice: Option<String>,
}

impl Asked {
    /// Reads a query. What can't be read is as if it weren't there: a page is better than an error.
    pub fn new(query: &[(String, String)], operates: bool, named: bool) -> Self {
        let value = |name: &str| {
            let value = query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
            value.filter(|value| !value.is_empty())
        };
        let show = value("show").and_then(|text| Show::ALL.into_iter().find(|show| show.as_str() == text));
        Self {
            show: show.unwrap_or_default(),
            alert: value("alert").map(str::to_owned),
            change: value("change").and_then(|text| text.parse().ok()),
            filter: value("q").unwrap_or_default().chars().take(LONGEST).collect(),
            operates,
            named,
            notice: None,
        }
    }

    /// The address of another list.
    pub fn of_list(&self, show: Show) -> String {
        self.address(show, None, None)
    }

    /// The address of an alert in this list; of the list, where it is the one that is open.
    pub fn of_alert(&self, id: &str, change: Option<u64>, is_open: bool) -> String {
        self.address(self.show, (!is_open).then_some(id), change.filter(|_| !is_open))
    }

    /// The address of what is known of an alert that is open or over.
    pub fn of_one(id: &str, is_over: bool) -> String {
        Self::default().address(if is_over { Show::Resolved } else { Show::Open }, Some(id), None)
    }

    /// The address of an alert by itself, to be handed on: it leads to it wherever it stands by then.
    pub fn to_alert(id: &str, change: Option<u64>) -> String {
        let show = if change.is_some() { Show::Resolved } else { Show::default() };
        Self::default().address(show, Some(id), change)
    }

    fn address(&self, show: Show, alert: Option<&str>, change: Option<u64>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if show != Show::default() {
            query.append_pair("show", show.as_str());
        }
        if !self.filter.is_empty() {
            query.append_pair("q", &self.filter);
        }
        if let Some(alert) = alert {
            query.append_pair("alert", alert);
        }
        if let Some(change) = change {
            query.append_pair("change", &change.to_string());
        }
        let query = query.finish();
        if query.is_empty() { "/alerts".to_owned() } else { format!("/alerts?{query}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn asked(query: &[(&str, &str)]) -> Asked {
        let query: Vec<_> = query.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect();
        Asked::new(&query, false, false)
    }

    #[test]
    fn what_cannot_be_read_is_not_there() {
        assert_eq!(asked(&[("show", "x"), ("alert", ""), ("change", "-1"), ("y", "z")]), Asked::default());
        assert_eq!(asked(&[("show", "rules")]).show, Show::Rules);
        assert_eq!(asked(&[("q", &"é".repeat(300))]).filter.chars().count(), LONGEST);
    }

    #[test]
    fn the_open_one_leads_back() {
        let page = asked(&[("show", "resolved"), ("q", "a b"), ("alert", "fs:/var"), ("change", "7")]);
        assert_eq!(page.of_list(Show::Open), "/alerts?q=a+b");
        assert_eq!(page.of_alert("fs:/var", Some(7), true), "/alerts?show=resolved&q=a+b");
        assert_eq!(page.of_alert("fs:/var", Some(8), false), "/alerts?show=resolved&q=a+b&alert=fs%3A%2Fvar&change=8");
        assert_eq!(Asked::to_alert("fs:/var", None), "/alerts?alert=fs%3A%2Fvar");
        assert_eq!(Asked::to_alert("cpu", Some(8)), "/alerts?show=resolved&alert=cpu&change=8");
        assert_eq!(Asked::of_one("fs:/var", true), "/alerts?show=resolved&alert=fs%3A%2Fvar");
        assert_eq!(Asked::default().of_list(Show::Open), "/alerts");
    }

    proptest! {
        #[test]
        fn an_address_leads_to_the_same(alert in "\\PC{1,20}", filter in "\\PC{0,20}", change: Option<u64>) {
            let page = Asked { filter, ..Asked::default() };
            let address = page.address(Show::Rules, Some(&alert), change);
            let query = address.strip_prefix("/alerts?").unwrap();
            let query: Vec<_> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
            let read = Asked::new(&query, false, false);
            prop_assert_eq!((read.alert.as_deref(), read.change, read.filter), (Some(&*alert), change, page.filter));
        }
    }
}
