//! The binary: reads what it is told, binds, runs.

use std::io::Write as _;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, Result};
use server::config::{Config, Request};
use server::net::listen;
use server::{alerts, run, shutdown, tail, telemetry};
use tokio::runtime::Runtime;

fn main() -> ExitCode {
    start().unwrap_or_else(|error| {
        eprintln!("opsglass: {error:#}");
        ExitCode::from(2)
    })
}

fn start() -> Result<ExitCode> {
    match Request::read(std::env::args_os())? {
        Request::Print(text) => Ok(write!(std::io::stdout(), "{text}").map(|()| ExitCode::SUCCESS)?),
        Request::Serve(config) => serve(*config).map(|()| ExitCode::SUCCESS),
        Request::TestAlert(receivers) => Ok(Runtime::new()?.block_on(alerts::notify::try_all(&receivers))),
        Request::Access { command, folder, users } => {
            command.run(folder, &users, &mut std::io::stdout())?;
            Ok(ExitCode::SUCCESS)
        }
        Request::Tail(options) => Ok(tail::run(&options)),
        Request::Logs(options) => Ok(tail::logs::run(&options)),
    }
}

fn serve(config: Config) -> Result<()> {
    let own = telemetry::start(&config.log_level)?;
    let runtime = Runtime::new()?;
    let served = runtime.block_on(async {
        let busy = || format!("cannot listen on {}", config.listen);
        let listener = listen(config.listen).with_context(busy)?;
        run(listener, config, Some(own), shutdown::on_signal()?).await.context("serving ended")
    });
    // A read that hangs in the kernel must not keep the process.
    runtime.shutdown_timeout(Duration::from_millis(50));
    served
}
