/// Why another try would be in vain, as the status of the answer says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// It isn't known who asks.
    SignedOut,
    /// Who asks may not see this.
    Forbidden,
    /// Nothing more will come.
    Over,
}

impl Refusal {
    /// What a status says. `None` for one after which trying again makes sense.
    pub const fn of(status: u16) -> Option<Self> {
        match status {
            401 => Some(Self::SignedOut),
            403 => Some(Self::Forbidden),
            204 => Some(Self::Over),
            _ => None,
        }
    }

    /// In a word, and in a sentence, for people.
    pub const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::SignedOut => ("Signed out", "sign in to go on"),
            Self::Forbidden => ("Refused", "this page is not open to you"),
            Self::Over => ("Ended", "the server has ended this stream"),
        }
    }
}
