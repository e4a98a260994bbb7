//! What words may make: tags, attributes and where these may lead.

/// What may be an element. Nothing that runs or loads anything.
pub(super) const TAGS: [&str; 38] = [
    "a", "b", "button", "code", "dd", "details", "div", "dl", "dt", "fieldset", "form", "h2", "h3", "i", "input",
    "label", "legend", "li", "nav", "ol", "output", "p", "path", "pre", "section", "span", "summary", "svg", "table",
    "tbody", "td", "textarea", "th", "thead", "time", "tr", "ul", "use",
];

/// What may be an attribute.
pub(super) const ATTRIBUTES: [&str; 32] = [
    "action",
    "aria-current",
    "aria-hidden",
    "aria-label",
    "autocomplete",
    "checked",
    "class",
    "colspan",
    "d",
    "data-client",
    "data-method",
    "data-zone",
    "datetime",
    "for",
    "hidden",
    "href",
    "id",
    "maxlength",
    "method",
    "name",
    "open",
    "placeholder",
    "preserveAspectRatio",
    "required",
    "role",
    "rows",
    "scope",
    "tabindex",
    "title",
    "type",
    "value",
    "viewBox",
];

/// An icon is one of this document's, a link leads to a place of this origin, a form to a call of it, and a drawing is
/// nothing but a path.
pub(super) fn is_allowed(name: &str, value: &str) -> bool {
    match name {
        "href" => value.starts_with("#icon-") || is_path(value),
        "action" => is_path(value),
        "d" => value.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b' ' | b'.' | b'-')),
        _ => true,
    }
}

/// A link to another place, which is shown in a tab of its own that knows nothing of this one.
pub(super) fn is_elsewhere(value: &str) -> bool {
    (value.starts_with("https://") || value.starts_with("http://")) && value.bytes().all(|b| b > b' ')
}

/// A path of this origin: two slashes would begin another, and browsers take a backslash for one and leave out tabs and
/// line ends.
fn is_path(value: &str) -> bool {
    let bytes = value.as_bytes();
    bytes.first() == Some(&b'/') && !matches!(bytes.get(1), Some(b'/' | b'\\')) && bytes.iter().all(|&b| b > b' ')
}
