//! `opsglass tail`, a server's stream in a terminal, and `opsglass logs`, the lines that it keeps. Clients like any other:
//! they know the wire and nothing of the server.
//!
//! - `options`, `address`: what it is told, and which stream that means
//! - `follow`, `backoff`: one stream over all its connections
//! - [`logs`]: finding lines
//! - `connection`, `blocks`: one connection: request, answer, the blocks it brings
//! - `event`, `line`, `printable`, `output`: how an event is shown

mod address;
mod backoff;
mod blocks;
mod connection;
mod event;
mod follow;
mod line;
pub mod logs;
mod options;
mod output;
mod printable;

use std::process::ExitCode;
use std::time::Duration;

pub use options::Options;

use crate::shutdown;
use output::notice;

/// Why following ends.
#[derive(Debug)]
enum Ended {
    /// All is done, or nobody reads on.
    Done,
    /// It can't go on.
    Failed(String),
}

/// Follows as `options` say until a signal comes, the reader is gone or the server refuses for good.
pub fn run(options: &Options) -> ExitCode {
    complete(follow::follow(options))
}

/// Does `work` to its end or to a signal.
fn complete(work: impl Future<Output = Ended>) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error.to_string()),
    };
    let ended = runtime.block_on(async {
        match shutdown::on_signal() {
            Ok(signal) => tokio::select! {
                biased;
                () = signal.cancelled() => Ended::Done,
                ended = work => ended,
            },
            Err(error) => Ended::Failed(error.to_string()),
        }
    });
    // A reader that has stopped reading must not keep the process.
    runtime.shutdown_timeout(Duration::from_millis(50));
    match ended {
        Ended::Done => ExitCode::SUCCESS,
        Ended::Failed(reason) => failed(&reason),
    }
}

fn failed(reason: &str) -> ExitCode {
    notice(reason);
    ExitCode::FAILURE
}
