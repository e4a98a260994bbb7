//! Elements as plain values: what pages are made of.
//!
//! A Leptos view has a type for each combination of elements, attributes and children, and the browser loads code for
//! each of them: a hundred kilobytes for a page like this. An [`El`] is one type. It is a Leptos view all the same: on the
//! server it becomes HTML, in the browser it takes over the element that the server wrote and keeps what moves in step
//! with the signals that it reads.
//!
//! Text is always text: it is escaped on the server and set as a text node in the browser. Only [`El::markup`] is HTML,
//! and only for what this program writes itself.

#[cfg(feature = "hydrate")]
mod dom;
#[cfg(feature = "hydrate")]
mod forms;
mod html;
#[cfg(feature = "hydrate")]
mod rows;
mod view;
mod words;

#[cfg(feature = "hydrate")]
pub(crate) use dom::{follow, listen};
#[cfg(feature = "hydrate")]
pub(crate) use forms::submit;

pub use words::{Reader, elements};
#[cfg(feature = "ssr")]
pub use words::{time, words};

use std::borrow::Cow;
use std::fmt;

use leptos::web_sys::Event;

/// Something that is asked again whenever a signal that it reads changes.
type Moving<T> = Box<dyn Fn() -> T + Send + Sync>;

/// The value of an attribute, or the text in an element.
pub enum Text {
    /// It stays as it is.
    Fixed(Cow<'static, str>),
    /// It follows signals; `None` is no attribute, or no text.
    Moving(Moving<Option<String>>),
}

/// What is in an element. One of these: text has an element to itself.
enum Content {
    Text(Text),
    Markup(Text),
    Elements(Vec<El>),
    Rows(Moving<Vec<El>>),
}

/// What is done when an event comes.
type Handler = Box<dyn Fn(Event) + Send + Sync>;

/// An element with its attributes and what is in it.
pub struct El {
    tag: &'static str,
    key: u64,
    attributes: Vec<(&'static str, Text)>,
    handlers: Vec<(&'static str, Handler)>,
    content: Content,
}

/// An element called `tag`, with nothing in it.
pub fn el(tag: &'static str) -> El {
    El { tag, key: 0, attributes: Vec::new(), handlers: Vec::new(), content: Content::Elements(Vec::new()) }
}

/// Text that follows the signals that `text` reads.
pub fn moving(text: impl Fn() -> String + Send + Sync + 'static) -> Text {
    Text::Moving(Box::new(move || Some(text())))
}

/// An attribute that is there, without a value, while `holds`.
pub fn given(holds: impl Fn() -> bool + Send + Sync + 'static) -> Text {
    Text::Moving(Box::new(move || holds().then(String::new)))
}

impl El {
    /// Sets an attribute.
    pub fn attr(mut self, name: &'static str, value: impl Into<Text>) -> Self {
        self.attributes.push((name, value.into()));
        self
    }

    /// Sets the classes.
    pub fn class(self, classes: impl Into<Text>) -> Self {
        self.attr("class", classes)
    }

    /// Adds what never changes of an element that is there from the first: the server writes it, and the browser, which
    /// finds it there, need not know of it. Not for rows, which the browser makes too.
    #[must_use]
    pub fn fixed(self, add: impl FnOnce(Self) -> Self) -> Self {
        if cfg!(feature = "hydrate") { self } else { add(self) }
    }

    /// Calls `handler` when an event called `name` comes.
    pub fn on(mut self, name: &'static str, handler: impl Fn(Event) + Send + Sync + 'static) -> Self {
        self.handlers.push((name, Box::new(handler)));
        self
    }

    /// Names a row among its siblings, so that it stays the same element while those before it go.
    pub fn key(mut self, key: u64) -> Self {
        self.key = key;
        self
    }

    /// Holds `text`.
    pub fn text(self, text: impl Into<Text>) -> Self {
        self.with(Content::Text(text.into()))
    }

    /// Holds HTML. Nothing that a machine or a person has sent may be in it.
    pub fn markup(self, html: impl Into<Text>) -> Self {
        self.with(Content::Markup(html.into()))
    }

    /// Holds `elements`.
    pub fn of(self, elements: impl Into<Vec<Self>>) -> Self {
        self.with(Content::Elements(elements.into()))
    }

    /// Holds as many elements as there are at the moment. Nothing in them moves by itself.
    pub fn rows(self, rows: impl Fn() -> Vec<Self> + Send + Sync + 'static) -> Self {
        self.with(Content::Rows(Box::new(rows)))
    }

    fn with(mut self, content: Content) -> Self {
        self.content = content;
        self
    }
}

impl Text {
    fn now(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Fixed(text) => Some(Cow::Borrowed(text)),
            Self::Moving(text) => text().map(Cow::Owned),
        }
    }
}

impl From<&'static str> for Text {
    fn from(text: &'static str) -> Self {
        Self::Fixed(Cow::Borrowed(text))
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::Fixed(Cow::Owned(text))
    }
}

impl fmt::Debug for El {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}>", self.tag)
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Fixed(text) => text,
            Self::Moving(_) => "(moving)",
        })
    }
}

#[cfg(test)]
mod tests;
