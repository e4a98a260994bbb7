use std::process::Stdio;
use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

use super::Failure;

/// Runs a program with `body` on its standard input, and is content when it ends with 0.
pub(super) async fn run(command: &[String], body: &[u8], timeout: Duration) -> Result<(), Failure> {
    // Ends the program when it is dropped: it does not outlive its time.
    tokio::time::timeout(timeout, ended(command, body)).await.unwrap_or(Err(Failure::TimedOut(timeout)))
}

async fn ended(command: &[String], body: &[u8]) -> Result<(), Failure> {
    let Some((program, arguments)) = command.split_first() else {
        return Err(Failure::Unsendable("no program is named"));
    };
    let failed = |error: std::io::Error| Failure::Program(error.to_string());
    let mut program = Command::new(program);
    program.args(arguments).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
    let mut child = program.spawn().map_err(failed)?;
    if let Some(mut stdin) = child.stdin.take() {
        // Who doesn't read it has been told by being started.
        drop(stdin.write_all(body).await);
    }
    let status = child.wait().await.map_err(failed)?;
    if status.success() { Ok(()) } else { Err(Failure::Program(status.to_string())) }
}
