//! What Linux says of itself in `/proc` and `/sys`, read with the crate `procfs` where it has what is wanted.
//!
//! A parser takes text, so that it can be tried on any; what is not there, or not understood, is absent.

mod cgroup;
mod clock;
mod connections;
mod container;
mod cpu;
mod disks;
mod frequency;
mod host;
mod interfaces;
mod live;
mod memory;
mod mounts;
mod power;
mod pressure;
mod protocols;
mod sensors;
mod sessions;
mod slow;
mod sockets;
mod standing;
mod table;
mod text;
mod units;

pub(super) use live::LiveReader;
pub(super) use mounts::MountReader;
pub(super) use slow::slow;
pub(super) use table::Table;
pub(super) use units::UnitReader;
