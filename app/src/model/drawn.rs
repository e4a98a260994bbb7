use super::{Alert, Timestamp};

/// The moving parts of a page, drawn by the server: the same for all its readers, so they are drawn and encoded once. The
/// browser need not know what is in them.
#[derive(Debug, Clone, PartialEq, miniserde::Deserialize)]
#[cfg_attr(any(feature = "ssr", test), derive(serde::Serialize))]
pub struct Drawn {
    /// When the figures were measured.
    pub at: Timestamp,
    /// The newest point of the page's charts, a value a series.
    pub point: Vec<Option<f32>>,
    /// Use of each core at that point, percent.
    pub cores: Vec<u8>,
    /// Alerts that fire.
    pub alerts: Vec<Alert>,
    /// The parts, in the order that the page knows, each as the words of its elements.
    pub parts: Vec<Vec<String>>,
}
