use std::fmt;

/// Why a line failed, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Failure {
    Unreachable,
    NoStream,
    Silent,
    Bye(String),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable => f.write_str("the server can't be reached"),
            Self::NoStream => f.write_str("the server doesn't answer with a stream"),
            Self::Silent => f.write_str("the server has fallen silent"),
            Self::Bye(reason) => write!(f, "the server closed the stream: {reason}"),
        }
    }
}
