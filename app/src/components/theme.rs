//! Dark or light: the system's choice, until the reader makes one. A cookie keeps it, so that the server draws the
//! first page in it.

use std::str::FromStr;

use super::browser;
use super::icon::{Icon, icon};
use crate::element::{El, el};

/// A theme that the reader has chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// Light on dark.
    Dark,
    /// Dark on light.
    Light,
}

/// The text is neither `dark` nor `light`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownTheme;

impl Theme {
    /// The cookie that keeps the choice.
    pub const COOKIE: &'static str = "theme";

    /// As it stands in the cookie and in `data-theme`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Dark => "dark",
            Self::Light => "light",
        }
    }

    /// The choice that a `Cookie` header carries.
    pub fn from_cookies(header: &str) -> Option<Self> {
        let pairs = header.split(';').filter_map(|pair| pair.trim().split_once('='));
        pairs.filter(|(name, _)| *name == Self::COOKIE).find_map(|(_, value)| value.parse().ok())
    }

    const fn other(self) -> Self {
        match self {
            Self::Dark => Self::Light,
            Self::Light => Self::Dark,
        }
    }
}

impl FromStr for Theme {
    type Err = UnknownTheme;

    fn from_str(text: &str) -> Result<Self, UnknownTheme> {
        [Self::Dark, Self::Light].into_iter().find(|theme| theme.as_str() == text).ok_or(UnknownTheme)
    }
}

/// Changes to the other theme.
pub(super) fn switch_theme() {
    browser::set_theme(browser::theme().other());
}

/// The control for it. Both drawings are there, and the style shows the one of the theme that a click leads to.
pub(super) fn theme_button() -> El {
    let written = |button: El| {
        let drawings = [icon(Icon::Sun, "icon only-dark"), icon(Icon::Moon, "icon only-light")];
        let name = "Switch between dark and light";
        button.attr("type", "button").class("icon-button theme").attr("aria-label", name).of(drawings)
    };
    el("button").fixed(written).on("click", |_| switch_theme())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_cookie() {
        assert_eq!(Theme::from_cookies("a=b; theme=light"), Some(Theme::Light));
        assert_eq!(Theme::from_cookies("theme=dark"), Some(Theme::Dark));
        for header in ["", "theme", "theme=", "theme=Dark", "mytheme=dark", "theme=dark\"><script>"] {
            assert_eq!(Theme::from_cookies(header), None, "{header:?}");
        }
    }
}
