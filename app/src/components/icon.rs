//! The icons: a 16 grid, strokes of 1.5, drawn in the colour of the text.

use crate::element::{El, Text, el};

/// A drawing. Never alone: a word stands beside it, or the control that holds it has a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say what is drawn")]
pub enum Icon {
    ArrowDown,
    Bell,
    Chart,
    Check,
    Clock,
    Copy,
    Critical,
    Gap,
    Info,
    Lines,
    Logo,
    Moon,
    Normal,
    Overview,
    Pause,
    Pending,
    Person,
    Play,
    Retry,
    Search,
    Silenced,
    Struck,
    Sun,
    Table,
    Talk,
    Unknown,
    Warning,
    Waves,
    Wrap,
}

impl Icon {
    #[cfg(feature = "ssr")]
    const ALL: [Self; 29] = [
        Self::ArrowDown,
        Self::Bell,
        Self::Chart,
        Self::Check,
        Self::Clock,
        Self::Copy,
        Self::Critical,
        Self::Gap,
        Self::Info,
        Self::Lines,
        Self::Logo,
        Self::Moon,
        Self::Normal,
        Self::Overview,
        Self::Pause,
        Self::Pending,
        Self::Person,
        Self::Play,
        Self::Retry,
        Self::Search,
        Self::Silenced,
        Self::Struck,
        Self::Sun,
        Self::Table,
        Self::Talk,
        Self::Unknown,
        Self::Warning,
        Self::Waves,
        Self::Wrap,
    ];

    /// The id of its drawing.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::ArrowDown => "icon-arrow-down",
            Self::Bell => "icon-bell",
            Self::Chart => "icon-chart",
            Self::Check => "icon-check",
            Self::Clock => "icon-clock",
            Self::Copy => "icon-copy",
            Self::Critical => "icon-critical",
            Self::Gap => "icon-gap",
            Self::Info => "icon-info",
            Self::Lines => "icon-lines",
            Self::Logo => "icon-logo",
            Self::Moon => "icon-moon",
            Self::Normal => "icon-normal",
            Self::Overview => "icon-overview",
            Self::Pause => "icon-pause",
            Self::Pending => "icon-pending",
            Self::Person => "icon-person",
            Self::Play => "icon-play",
            Self::Retry => "icon-retry",
            Self::Search => "icon-search",
            Self::Silenced => "icon-silenced",
            Self::Struck => "icon-struck",
            Self::Sun => "icon-sun",
            Self::Table => "icon-table",
            Self::Talk => "icon-talk",
            Self::Unknown => "icon-unknown",
            Self::Warning => "icon-warning",
            Self::Waves => "icon-waves",
            Self::Wrap => "icon-wrap",
        }
    }

    #[cfg(feature = "ssr")]
    const fn path(self) -> &'static str {
        match self {
            Self::ArrowDown => "M8 3v10M3.75 8.75 8 13l4.25-4.25",
            Self::Bell => "M3.5 11.5c1-1 1-2 1-4.25a3.5 3.5 0 0 1 7 0c0 2.25 0 3.25 1 4.25ZM6.75 14h2.5",
            Self::Chart => "M2 13.75h12M2.5 10l3-4 3.25 2.5L13.5 3",
            Self::Check => "M3 8.5 6.5 12 13 4.5",
            Self::Clock => "M8 1.75a6.25 6.25 0 1 0 0 12.5a6.25 6.25 0 1 0 0-12.5ZM8 4.5V8l2.25 1.5",
            Self::Copy => "M5.75 5.75h8v8h-8ZM10.25 5.5V2.25h-8v8H5.5",
            Self::Critical => "M5.4 1.75h5.2l3.65 3.65v5.2l-3.65 3.65H5.4L1.75 10.6V5.4ZM8 4.75V8.5M8 11.2v.05",
            Self::Gap => "M2 4h12M2 12h12M2 8h2.5M6.75 8h2.5M11.5 8H14",
            Self::Info => "M8 1.75a6.25 6.25 0 1 0 0 12.5a6.25 6.25 0 1 0 0-12.5ZM8 7.5V11M8 4.95V5",
            Self::Lines => "M2 4h12M2 8h12M2 12h8",
            Self::Logo => "M8 1.25a6.75 6.75 0 1 0 0 13.5a6.75 6.75 0 1 0 0-13.5ZM3.5 8.5h2L7 4.75l2.1 6.5 1.4-2.75h2",
            Self::Moon => "M13.75 9.5A6.1 6.1 0 1 1 6.5 2.25a4.8 4.8 0 0 0 7.25 7.25Z",
            Self::Normal => "M8 1.75a6.25 6.25 0 1 0 0 12.5a6.25 6.25 0 1 0 0-12.5ZM5.25 8.25l2 2L10.9 6",
            Self::Overview => "M2 2h4.75v4.75H2ZM9.25 2H14v4.75H9.25ZM2 9.25h4.75V14H2ZM9.25 9.25H14V14H9.25Z",
            Self::Pause => "M5.5 3.5v9M10.5 3.5v9",
            Self::Pending => {
                "M6.59 1.91A6.25 6.25 0 0 1 9.41 1.91M11.31 2.7A6.25 6.25 0 0 1 13.3 4.69\
                 M14.09 6.59A6.25 6.25 0 0 1 14.09 9.41M13.3 11.31A6.25 6.25 0 0 1 11.31 13.3\
                 M9.41 14.09A6.25 6.25 0 0 1 6.59 14.09M4.69 13.3A6.25 6.25 0 0 1 2.7 11.31\
                 M1.91 9.41A6.25 6.25 0 0 1 1.91 6.59M2.7 4.69A6.25 6.25 0 0 1 4.69 2.7M8 4.75V8l2 1.5"
            }
            Self::Person => "M8 2a2.75 2.75 0 1 0 0 5.5a2.75 2.75 0 1 0 0-5.5ZM3 14c0-2.75 2-4 5-4s5 1.25 5 4",
            Self::Play => "M5 3.25 12.5 8 5 12.75Z",
            Self::Retry => "M13.1 9.2A5.25 5.25 0 1 1 11.9 4.5L13.25 6M13.25 2.5V6h-3.5",
            Self::Search => "M7 2.25a4.75 4.75 0 1 0 0 9.5a4.75 4.75 0 1 0 0-9.5ZM10.5 10.5 14 14",
            Self::Silenced => {
                "M2 2l12 12M4.9 5.2A3.5 3.5 0 0 0 4.5 7.25c0 2.25 0 3.25-1 4.25H11M6.5 4.1A3.5 3.5 0 0 1 11.5 7.25\
                 c0 1 0 1.7.1 2.3M6.75 14h2.5"
            }
            Self::Struck => {
                "M2 2l12 12M6 1.75v2.5M10 1.75V5M4 6v1a4 4 0 0 0 5.9 3.5M11.8 8.3A4 4 0 0 0 12 7V5H9M8 11v3.25"
            }
            Self::Sun => {
                "M8 5.25a2.75 2.75 0 1 0 0 5.5a2.75 2.75 0 1 0 0-5.5ZM8 1.25v1.5M8 13.25v1.5M1.25 8h1.5M13.25 8h1.5\
                 M3.25 3.25l1.05 1.05M11.7 11.7l1.05 1.05M12.75 3.25 11.7 4.3M4.3 11.7l-1.05 1.05"
            }
            Self::Table => "M2 2.75h12v10.5H2ZM2 6.25h12M6.25 6.25v7",
            Self::Talk => "M2 2.75h12v8.5H7.5L4.5 14v-2.75H2Z",
            Self::Unknown => {
                "M8 1.75a6.25 6.25 0 1 0 0 12.5a6.25 6.25 0 1 0 0-12.5ZM6.2 6.2a1.8 1.8 0 1 1 2.7 1.6\
                 c-.6.35-.9.7-.9 1.3M8 11.2v.05"
            }
            Self::Warning => "M8 2.25 14.5 13.5h-13ZM8 6.5v3M8 11.45v.05",
            Self::Waves => {
                "M8 7.95v.1M5.6 5.4a3.6 3.6 0 0 0 0 5.2M10.4 5.4a3.6 3.6 0 0 1 0 5.2\
                 M3.3 3.2a6.7 6.7 0 0 0 0 9.6M12.7 3.2a6.7 6.7 0 0 1 0 9.6"
            }
            Self::Wrap => "M2 4h12M2 8h9.5a2.25 2.25 0 0 1 0 4.5H8M10 10.5l-2 2 2 2M2 12.5h3",
        }
    }
}

/// Draws `icon`, hidden from assistive technology. What is drawn stands once in the document, see [`drawings`].
pub fn icon(icon: Icon, class: impl Into<Text>) -> El {
    let shown = el("use").attr("href", format!("#{}", icon.name()));
    el("svg").class(class).attr("viewBox", "0 0 16 16").attr("aria-hidden", "true").of([shown])
}

/// All drawings, for a document to hold once: the browser need not know how they look.
#[cfg(feature = "ssr")]
pub fn drawings() -> El {
    let symbol = |icon: Icon| {
        format!("<symbol id=\"{}\" viewBox=\"0 0 16 16\"><path d=\"{}\"/></symbol>", icon.name(), icon.path())
    };
    let pen =
        "fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.5\" stroke-linecap=\"round\" stroke-linejoin=\"round\"";
    let symbols: String = Icon::ALL.into_iter().map(symbol).collect();
    el("svg").attr("hidden", "").attr("aria-hidden", "true").markup(symbols.replace("<path", &format!("<path {pen}")))
}
