//! Whether this is a container, or a virtual machine, and of which kind: by the marks that systemd-detect-virt knows too.

use std::path::Path;

use super::text::{text, words};

/// The kind of container, of whose files `root` (`/`) is the root.
pub(super) fn container(root: &Path) -> Option<String> {
    let has = |file: &str| root.join(file).exists();
    // Written by systemd, from what the manager of the container said.
    if let Some(kind) = words(root.join("run/systemd/container")) {
        return Some(kind);
    }
    if has("var/run/secrets/kubernetes.io") {
        return Some("kubernetes".into());
    }
    if has("run/.containerenv") {
        return Some("podman".into());
    }
    if has(".dockerenv") {
        return Some("docker".into());
    }
    let release = text(root.join("proc/sys/kernel/osrelease"))?;
    release.to_lowercase().contains("microsoft").then(|| "wsl".into())
}

/// The kind of virtual machine.
pub(super) fn machine(root: &Path) -> Option<String> {
    const MAKERS: [(&str, &str); 12] = [
        ("Amazon EC2", "amazon"),
        ("KVM", "kvm"),
        ("QEMU", "qemu"),
        ("OpenStack", "kvm"),
        ("Google", "google"),
        ("VMware", "vmware"),
        ("innotek GmbH", "oracle"),
        ("VirtualBox", "oracle"),
        ("Xen", "xen"),
        ("Bochs", "bochs"),
        ("Parallels", "parallels"),
        ("Microsoft Corporation", "microsoft"),
    ];
    if let Some(kind) = words(root.join("sys/hypervisor/type")) {
        return Some(kind);
    }
    // Makers of virtual machines make real ones too: the processor tells which it is.
    let cpuinfo = text(root.join("proc/cpuinfo")).unwrap_or_default();
    let flags = cpuinfo.lines().find(|line| line.starts_with("flags"))?;
    if !flags.split_ascii_whitespace().any(|flag| flag == "hypervisor") {
        return None;
    }
    let known = ["product_name", "sys_vendor", "board_vendor", "bios_vendor"].iter().find_map(|file| {
        let name = words(root.join("sys/class/dmi/id").join(file))?;
        MAKERS.iter().find(|(maker, _)| name.starts_with(maker)).map(|&(_, kind)| kind)
    });
    Some(known.unwrap_or("unknown").into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::linux::text::tree;

    #[test]
    fn containers_by_their_marks() {
        for (files, kind) in [
            (&[("run/systemd/container", "lxc\n"), (".dockerenv", "")][..], Some("lxc")),
            (&[(".dockerenv", "")], Some("docker")),
            (&[("run/.containerenv", "engine=podman")], Some("podman")),
            (&[("proc/sys/kernel/osrelease", "5.15.90.1-Microsoft-standard-WSL2\n")], Some("wsl")),
            (&[("proc/sys/kernel/osrelease", "6.1.0-28-amd64\n")], None),
        ] {
            assert_eq!(container(tree(files).path()).as_deref(), kind, "{files:?}");
        }
    }

    #[test]
    fn virtual_machines_by_processor_and_maker() {
        let guest = ("proc/cpuinfo", "processor : 0\nflags : fpu hypervisor sse\n");
        let host = ("proc/cpuinfo", "processor : 0\nflags : fpu sse\n");
        let vendor = |name| ("sys/class/dmi/id/sys_vendor", name);
        for (files, kind) in [
            (vec![guest, vendor("QEMU\n")], Some("qemu")),
            (vec![guest], Some("unknown")),
            (vec![host, vendor("Microsoft Corporation\n")], None),
            (vec![("sys/hypervisor/type", "xen\n")], Some("xen")),
        ] {
            assert_eq!(machine(tree(&files).path()).as_deref(), kind, "{files:?}");
        }
    }
}
