//! What the kernel says of itself.

use std::path::Path;

use super::container::{container, machine};
use crate::collect::readings::Host;

/// Kernel and virtualisation.
pub(super) fn host() -> Host {
    let name = rustix::system::uname();
    let text = |text: &std::ffi::CStr| text.to_string_lossy().into_owned();
    let root = Path::new("/");
    Host {
        system: text(name.sysname()),
        release: text(name.release()),
        version: text(name.version()),
        machine: text(name.machine()),
        name: text(name.nodename()),
        domain: text(name.domainname()),
        container: container(root),
        machine_kind: machine(root),
    }
}
