//! `opsglass logs`: log lines that a server keeps, found and shown once.

use std::ffi::OsString;
use std::process::ExitCode;
use std::time::SystemTime;

use app::model::{Cursor, LogPage, Timestamp};
use clap::Parser;
use serde_json::Value;
use url::Url;

use super::connection::{self, Broken, Failure};
use super::event::Event;
use super::line::{Setting, line};
use super::output::{Output, notice};
use super::{Ended, address, complete};
use crate::client::{Endpoint, Login, Trust};

/// Find log lines that a server keeps, and show them
///
/// The newest that match, or with --since the first ones after that; oldest first, with their time in UTC. What is said
/// about them goes to standard error.
///
/// Exit codes: 0 when the server has answered, whether or not it has found any; 1 when it has not, or refuses; 2 when
/// called wrongly.
#[derive(Debug, Clone, Parser)]
#[command(name = "logs", bin_name = "opsglass logs", max_term_width = 100)]
pub struct Options {
    /// The server
    #[arg(value_name = "URL", default_value = "http://127.0.0.1:3000", value_parser = address::parse)]
    url: Endpoint,

    /// Trust a server whose certificate is from those in this PEM file, and no other; for https://
    #[arg(long, value_name = "FILE", value_parser = address::trust)]
    ca_file: Option<Trust>,

    /// Show the server the token in this file
    #[arg(long, value_name = "FILE", env = "OPSGLASS_TOKEN_FILE", value_parser = address::token)]
    token_file: Option<Login>,

    /// Lines after this cursor, from this time on (2026-01-31T23:59:59Z), or of this last while (10m)
    #[arg(long, value_name = "WHEN", value_parser = when)]
    since: Option<String>,

    /// Lines before this cursor, this time, or this while ago
    #[arg(long, value_name = "WHEN", value_parser = when)]
    until: Option<String>,

    /// As many lines before this cursor as from it on
    #[arg(long, value_name = "CURSOR", conflicts_with_all = ["since", "until"])]
    around: Option<Cursor>,

    /// Lines at least this loud
    #[arg(long, value_parser = ["trace", "debug", "info", "warn", "error"])]
    level: Option<String>,

    /// Lines from this source; may be given several times
    #[arg(long, value_name = "NAME")]
    source: Vec<String>,

    /// Words that must be there, -words that must not, "phrases"
    #[arg(short, long, value_name = "TEXT", allow_hyphen_values = true)]
    query: Option<String>,

    /// Take the text for a regular expression
    #[arg(long, requires = "query")]
    regex: bool,

    /// So many at most
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    limit: u32,

    /// Show each line as a line of JSON: {"id": ..., "event": "log", "data": ...}
    #[arg(long)]
    json: bool,
}

impl Options {
    /// Reads the command line if it is one of `opsglass logs`.
    pub fn read(args: &[OsString]) -> Option<Result<Self, clap::Error>> {
        let args = args.get(1..).filter(|args| args.first().is_some_and(|first| first == "logs"))?;
        Some(Self::try_parse_from(args))
    }

    fn address(&self) -> Endpoint {
        let trust = self.ca_file.clone().unwrap_or_default();
        self.url.at(|url| self.ask(url)).trusting(trust).logged_in(self.token_file.clone())
    }

    /// Makes of the address of a server that of the lines that are asked for.
    fn ask(&self, url: &mut Url) {
        url.set_path(&format!("{}/api/logs", url.path().trim_end_matches('/')));
        let mut query = url.query_pairs_mut();
        query.clear().append_pair("limit", &self.limit.to_string());
        let around = self.around.map(|cursor| cursor.to_string());
        let given = [
            ("since", &self.since),
            ("until", &self.until),
            ("around", &around),
            ("level", &self.level),
            ("q", &self.query),
        ];
        for (name, value) in given {
            query.extend_pairs(value.iter().map(|value| (name, value)));
        }
        query.extend_pairs(self.source.iter().map(|source| ("source", source)));
        if self.regex {
            query.append_pair("regex", "true");
        }
    }
}

/// A cursor or a time as it is; a span of time as the moment that long ago.
fn when(text: &str) -> Result<String, String> {
    if text.parse::<Cursor>().is_ok() || text.parse::<Timestamp>().is_ok() {
        return Ok(text.to_owned());
    }
    let ago = humantime::parse_duration(text)
        .map_err(|_| "expected a cursor, a time like 2026-01-31T23:59:59Z, or a span like 10m".to_owned())?;
    Ok(Timestamp::from(SystemTime::now()).minus(u64::try_from(ago.as_millis()).unwrap_or(u64::MAX)).to_string())
}

/// Finds and shows what `options` ask for.
pub fn run(options: &Options) -> ExitCode {
    complete(async { show(options).await.err().unwrap_or(Ended::Done) })
}

async fn show(options: &Options) -> Result<(), Ended> {
    let endpoint = options.address();
    let failed = |reason: String| Ended::Failed(format!("{}: {reason}", options.url.url()));
    let answer = connection::fetch(&endpoint).await.map_err(|failure| match failure {
        Failure::Refused(reason) | Failure::Broken(Broken { reason, .. }) => failed(reason),
    })?;
    let strange = |_| failed("the answer is none that opsglass gives".to_owned());
    let page: LogPage = miniserde::json::from_str(&answer).map_err(|_| strange(()))?;
    // The lines as they came, for --json.
    let lines: Value = serde_json::from_str(&answer).map_err(|_| strange(()))?;
    let mut output = Output::new(None);
    let setting = Setting { now: SystemTime::now().into(), before: None, coloured: output.coloured };
    for (number, entry) in page.lines.iter().zip(lines["lines"].as_array().into_iter().flatten()) {
        let id = Cursor { epoch: page.cursor.epoch, seq: number.seq }.to_string();
        let event = Event::new(Some(id), "log", entry["entry"].to_string());
        output.write(if options.json { event.to_json() } else { line(&event, setting) }).await?;
    }
    if !page.complete {
        notice("some lines since then are no longer kept");
    }
    if page.more {
        let (direction, line) = match options.since {
            Some(_) => ("--since", page.lines.last()),
            None => ("--until", page.lines.first()),
        };
        let seq = line.map_or(0, |line| line.seq);
        let cursor = Cursor { epoch: page.cursor.epoch, seq };
        notice(&format!("there are more: {direction} {cursor} shows the next"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(args: &[&str]) -> Result<String, clap::Error> {
        let args: Vec<OsString> = ["opsglass", "logs"].iter().chain(args).map(OsString::from).collect();
        Options::read(&args).unwrap().map(|options| options.address().url().to_string())
    }

    #[test]
    fn what_is_asked_for_stands_in_the_address() {
        assert_eq!(address(&[]).unwrap(), "http://127.0.0.1:3000/api/logs?limit=200");
        let args = ["host/ops", "--since", "0000000a.7", "--level", "warn", "--source", "a b", "--source", "c"];
        let expected = "http://host/ops/api/logs?limit=200&since=0000000a.7&level=warn&source=a+b&source=c";
        assert_eq!(address(&args).unwrap(), expected);
        let args = ["-q", "-healthz \"cache hit\"", "--regex", "--limit", "5"];
        assert_eq!(
            address(&args).unwrap(),
            "http://127.0.0.1:3000/api/logs?limit=5&q=-healthz+%22cache+hit%22&regex=true"
        );
        let ago = address(&["--since", "10m"]).unwrap();
        let moment = ago.rsplit_once("since=").unwrap().1.replace("%3A", ":").parse::<Timestamp>().unwrap();
        let passed = Timestamp::from(SystemTime::now()).since(moment);
        assert!((600_000..660_000).contains(&passed), "{passed}");
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for args in [
            &["--since", "yesterday"][..],
            &["--level", "loud"],
            &["--limit", "0"],
            &["--regex"],
            &["--around", "0000000a.7", "--since", "1h"],
        ] {
            assert!(address(args).is_err(), "{args:?}");
        }
    }
}
