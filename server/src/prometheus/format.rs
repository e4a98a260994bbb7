/// How what there is to say is written down.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Format {
    /// Prometheus' text, version 0.0.4, which everything reads.
    #[default]
    Plain,
    /// OpenMetrics 1.0.
    OpenMetrics,
}

impl Format {
    /// What the values of `Accept` ask for. OpenMetrics only for who names it, and at least as much as text.
    pub fn asked<'a>(accept: impl IntoIterator<Item = &'a str>) -> Self {
        let ranges: Vec<Range<'_>> =
            accept.into_iter().flat_map(|value| value.split(',')).filter_map(Range::read).collect();
        let of = |kind: &str, versions: &[&str]| {
            let matching = ranges.iter().filter(|range| range.kind.eq_ignore_ascii_case(kind));
            let matching = matching.filter(|range| range.version.is_none_or(|version| versions.contains(&version)));
            matching.map(|range| range.quality).reduce(f32::max)
        };
        let open = of("application/openmetrics-text", &["1.0.0"]).unwrap_or(0.0);
        let plain =
            of("text/plain", &["0.0.4"]).or_else(|| of("text/*", &[])).or_else(|| of("*/*", &[])).unwrap_or(0.0);
        if open > 0.0 && open >= plain { Self::OpenMetrics } else { Self::Plain }
    }

    /// The media type of text in this format.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Plain => "text/plain; version=0.0.4; charset=utf-8",
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
        }
    }
}

/// One of the things that are accepted.
#[derive(Debug)]
struct Range<'a> {
    kind: &'a str,
    version: Option<&'a str>,
    quality: f32,
}

impl<'a> Range<'a> {
    /// None for what can't be read.
    fn read(text: &'a str) -> Option<Self> {
        let mut parts = text.split(';').map(str::trim);
        let mut range = Self { kind: parts.next()?, version: None, quality: 1.0 };
        for (name, value) in parts.filter_map(|part| part.split_once('=')) {
            match name.trim_end().to_ascii_lowercase().as_str() {
                "version" => range.version = Some(value.trim().trim_matches('"')),
                "q" => range.quality = value.trim().parse().ok().filter(|quality| (0.0..=1.0).contains(quality))?,
                _ => {}
            }
        }
        Some(range)
    }
}

#[cfg(test)]
mod tests {
    use super::Format::{OpenMetrics, Plain};
    use super::*;

    #[test]
    fn openmetrics_is_for_who_asks_for_it() {
        let prometheus = "application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,\
            text/plain;version=0.0.4;q=0.3,*/*;q=0.2";
        for (accept, format) in [
            (prometheus, OpenMetrics),
            ("application/openmetrics-text; version=1.0.0; escaping=allow-utf-8", OpenMetrics),
            ("application/openmetrics-text", OpenMetrics),
            ("Application/OpenMetrics-Text; Version=\"1.0.0\", */*", OpenMetrics),
            ("application/openmetrics-text;q=0.5, text/plain;q=0.6", Plain),
            ("application/openmetrics-text;q=0.5, text/*;q=0.6", Plain),
            ("application/openmetrics-text;q=0.5, text/plain;version=1.0.0;q=0.6", OpenMetrics),
            ("application/openmetrics-text;q=0", Plain),
            ("application/openmetrics-text;q=2", Plain),
            ("application/openmetrics-text;q=x", Plain),
            ("application/openmetrics-text;version=2.0.0", Plain),
            ("text/html,application/xhtml+xml,*/*;q=0.8", Plain),
            ("*/*", Plain),
            (";;,,=;q=", Plain),
            ("", Plain),
        ] {
            assert_eq!(Format::asked([accept]), format, "{accept}");
        }
        assert_eq!(Format::asked(["text/plain;q=0.1", "application/openmetrics-text"]), OpenMetrics, "in two lines");
        assert_eq!(Format::asked([]), Plain);
    }
}
