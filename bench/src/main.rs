//! A load client for event streams. It speaks to this machine only, and every run ends by itself.

mod cost;
mod crowd;
mod cycle;
mod dialect;
mod events;
mod follower;
mod hold;
mod http;
mod join;
mod ledger;
mod publisher;
mod report;
mod tally;
mod tick;
mod visits;

use std::fmt::Display;
use std::net::SocketAddr;

use anyhow::{Result, ensure};
use clap::{Parser, Subcommand};
use serde::Serialize;

use crate::cost::Server;
use crate::dialect::Dialect;

/// Holds event streams, publishes, and counts what arrives and what it costs.
#[derive(Debug, Parser)]
#[command(version)]
struct Command {
    /// What to do.
    #[command(subcommand)]
    task: Task,
    /// The kind of server.
    #[arg(long, global = true, value_enum, default_value = "opsglass")]
    kind: Dialect,
    /// Its address, a loopback one.
    #[arg(long, global = true, default_value = "127.0.0.1:3000")]
    server: SocketAddr,
    /// Its process, whose cost (and that of its children) is measured.
    #[arg(long, global = true)]
    pid: Option<i32>,
    /// Print JSON.
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Hold streams, publish, and count what arrives.
    Hold(hold::Hold),
    /// Join at random moments under load, leave, and come back to where it was.
    Join(join::Join),
    /// Connect and reset, again and again.
    Cycle(cycle::Cycle),
}

fn main() -> Result<()> {
    let Command { task, kind, server, pid, json } = Command::parse();
    ensure!(server.ip().is_loopback(), "--server is {server}: load is for this machine only, 127.0.0.1 or ::1");
    let cost = pid.map(Server::of).transpose()?;
    match task {
        Task::Hold(hold) => print(&hold.run(server, kind, cost.as_ref())?, json),
        Task::Join(join) => print(&join.run(server, kind)?, json),
        Task::Cycle(cycle) => print(&cycle.run(server, kind)?, json),
    }
}

fn print(report: &(impl Display + Serialize), json: bool) -> Result<()> {
    if json {
        println!("{}", serde_json::to_string(report)?);
    } else {
        print!("{report}");
    }
    Ok(())
}
