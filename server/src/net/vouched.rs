use axum::http::header::{AUTHORIZATION, CONTENT_LENGTH, COOKIE, FORWARDED, HOST, ORIGIN};
use axum::http::{HeaderName, HeaderValue};
use serde::Deserialize;

/// The name of a header in which a proxy says who has signed in with it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct PersonHeader(pub(super) HeaderName);

/// What a trusted proxy says of who asks. In the extensions of a request that it has sent on for somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Vouched {
    /// It is this person.
    Named(String),
    /// It names somebody, and nobody can say whom: the client may have written a part of it.
    Unclear,
}

impl TryFrom<String> for PersonHeader {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let expected = || format!("expected the name of a header like X-Forwarded-User, got {text:?}");
        let name: HeaderName = text.parse().map_err(|_| expected())?;
        // What has a meaning of its own is no name of a person.
        let taken = [AUTHORIZATION, CONTENT_LENGTH, COOKIE, FORWARDED, HOST, ORIGIN].contains(&name);
        if taken || name == "x-forwarded-for" { Err(expected()) } else { Ok(Self(name)) }
    }
}

impl Vouched {
    /// What the lines of the header say. Several are one list to HTTP, and whoever passes them on may join them: then one of
    /// them may be the client's.
    pub(super) fn read<'a>(lines: impl IntoIterator<Item = &'a HeaderValue>) -> Option<Self> {
        let mut lines = lines.into_iter();
        let first = lines.next()?;
        let name = str::from_utf8(first.as_bytes()).ok().filter(|name| !name.contains(','));
        match (name, lines.next()) {
            (Some(name), None) if name.trim_matches([' ', '\t']).is_empty() => None,
            (Some(name), None) => Some(Self::Named(name.to_owned())),
            _ => Some(Self::Unclear),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &[&[u8]]) -> Option<Vouched> {
        let lines: Vec<_> = lines.iter().map(|line| HeaderValue::from_bytes(line).unwrap()).collect();
        Vouched::read(&lines)
    }

    #[test]
    fn one_line_is_one_name_and_all_else_is_unclear() {
        assert_eq!(read(&[b"anna"]), Some(Vouched::Named("anna".to_owned())));
        assert_eq!(read(&["Zo\u{eb}".as_bytes()]), Some(Vouched::Named("Zo\u{eb}".to_owned())));
        let none: [&[&[u8]]; 3] = [&[], &[b""], &[b"  "]];
        assert!(none.into_iter().all(|lines| read(lines).is_none()));
        let unclear: [&[&[u8]]; 5] =
            [&[b"anna", b"ben"], &[b"anna", b"anna"], &[b"", b"anna"], &[b"anna, ben"], &[b"\xff\xfe"]];
        for lines in unclear {
            assert_eq!(read(lines), Some(Vouched::Unclear), "{lines:?}");
        }
    }

    #[test]
    fn a_header_with_a_meaning_of_its_own_names_nobody() {
        assert!(PersonHeader::try_from("Remote-User".to_owned()).is_ok());
        for text in ["", "a b", "Cookie", "authorization", "X-Forwarded-For", "h\u{e9}"] {
            let error = PersonHeader::try_from(text.to_owned()).unwrap_err();
            assert!(error.contains("X-Forwarded-User") && error.contains(&format!("{text:?}")), "{error}");
        }
    }
}
