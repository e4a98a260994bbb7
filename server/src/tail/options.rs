use std::ffi::OsString;
use std::num::NonZeroU64;

use app::model::Cursor;
use clap::error::ErrorKind;
use clap::{CommandFactory as _, Parser};

use super::address;
use crate::client::{Endpoint, Login, Trust};
use crate::hub::Name;

/// Follow a server's stream in this terminal
///
/// One line an event, with its time in UTC. When the line drops it is tried again, and goes on with exactly the next
/// event, or says how many are lost. What concerns the connection goes to standard error.
///
/// Exit codes: 0 when ended by a signal, by --max-events or because nobody reads on; 1 when the server refuses for good;
/// 2 when called wrongly.
#[derive(Debug, Clone, Parser)]
#[command(name = "tail", bin_name = "opsglass tail", max_term_width = 100)]
pub struct Options {
    /// The server, or with a path that does not end in '/' a whole stream
    #[arg(value_name = "URL", default_value = "http://127.0.0.1:3000", value_parser = address::parse)]
    url: Endpoint,

    /// Trust a server whose certificate is from those in this PEM file, and no other; for https://
    #[arg(long, value_name = "FILE", value_parser = address::trust)]
    ca_file: Option<Trust>,

    /// Show the server the token in this file
    #[arg(long, value_name = "FILE", env = "OPSGLASS_TOKEN_FILE", value_parser = address::token)]
    token_file: Option<Login>,

    /// Follow this channel instead of the dashboard's; may be given several times
    #[arg(long, value_name = "NAME", value_parser = Name::new)]
    channel: Vec<Name>,

    /// Show events of this name only; may be given several times
    #[arg(long, value_name = "NAME", value_parser = Name::new)]
    pub(super) event: Vec<Name>,

    /// Begin with the first event after this one, as --json shows it in "id"
    #[arg(long, value_name = "CURSOR")]
    pub(super) since: Option<Cursor>,

    /// Show each event as a line of JSON: {"id": ..., "event": ..., "data": ...}
    #[arg(long)]
    pub(super) json: bool,

    /// End after showing so many events
    #[arg(long, value_name = "N")]
    pub(super) max_events: Option<NonZeroU64>,
}

impl Options {
    /// Reads the command line if it is one of `opsglass tail`. It is read apart from the others, because no flag and no
    /// variable of the server's means anything to it.
    pub fn read(args: &[OsString]) -> Option<Result<Self, clap::Error>> {
        let args = args.get(1..).filter(|args| args.first().is_some_and(|first| first == "tail"))?;
        Some(Self::try_parse_from(args).and_then(Self::check))
    }

    /// Whether the values go together.
    fn check(self) -> Result<Self, clap::Error> {
        if !self.channel.is_empty() && !address::is_base(self.url.url()) {
            let expected =
                format!("--channel: expected the address of a server with it, got a stream: {}", self.url.url());
            return Err(Self::command().error(ErrorKind::ArgumentConflict, expected));
        }
        Ok(self)
    }

    /// The stream to follow.
    pub(super) fn stream(&self) -> Endpoint {
        let stream = self.url.at(|url| address::stream(url, &self.channel));
        stream.trusting(self.ca_file.clone().unwrap_or_default()).logged_in(self.token_file.clone())
    }

    /// Whether events called `event` are shown.
    pub(super) fn shows(&self, event: &str) -> bool {
        self.event.is_empty() || self.named(event)
    }

    /// Whether events called `event` were asked for by name.
    pub(super) fn named(&self, event: &str) -> bool {
        self.event.iter().any(|name| name.as_str() == event)
    }
}
