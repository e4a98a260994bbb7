//! The container in which opsglass itself runs, if it does.

/// What an engine mounts into each of its containers, from a folder named after it: Podman's file first, as Docker's may
/// be that of a container whose network is shared.
const MOUNTED: [&str; 2] = ["/run/.containerenv", "/etc/hostname"];

/// Whether container `id` is that one.
pub(super) fn is_own(id: &str) -> bool {
    std::fs::read_to_string("/proc/self/mountinfo").is_ok_and(|mounts| is_of(id, &mounts))
}

/// Whether a process of container `id` sees these mounts. A process of the host sees mounts below folders of that name
/// too, where the engine keeps what its containers use: it is what is mounted that counts, not where.
fn is_of(id: &str, mounts: &str) -> bool {
    MOUNTED
        .iter()
        .find_map(|place| source(place, mounts))
        .is_some_and(|source| source.split('/').any(|part| part == id))
}

/// What is mounted at `place`: the path in its file system.
fn source<'a>(place: &str, mounts: &'a str) -> Option<&'a str> {
    mounts.lines().find_map(|line| {
        let mut fields = line.split(' ').skip(3);
        let source = fields.next()?;
        (fields.next()? == place).then_some(source)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "cf128bf7bdf664192ac30d1dbf2d265d888640e7de9688d0cf9c630810da93d5";

    #[test]
    fn a_process_of_the_container_is_known_by_what_the_engine_mounts() {
        let root = "100 55 0:40 / / rw,relatime - overlay overlay rw";
        let docker =
            format!("{root}\n109 100 8:1 /var/lib/docker/containers/{ID}/hostname /etc/hostname rw - ext4 /dev/vda rw");
        assert!(is_of(ID, &docker));
        let podman = format!(
            "{root}\n\
             108 100 0:24 /containers/storage/overlay-containers/{ID}/userdata/.containerenv /run/.containerenv rw - tmpfs tmpfs rw\n\
             109 100 0:24 /containers/storage/overlay-containers/other/userdata/hostname /etc/hostname rw - tmpfs tmpfs rw"
        );
        assert!(is_of(ID, &podman));
        assert!(!is_of("other", &podman) && !is_of("overlay-containers/other", &docker));
    }

    #[test]
    fn a_process_of_the_host_is_in_none_though_it_sees_their_mounts() {
        let shm = format!("/var/lib/docker/containers/{ID}/mounts/shm");
        assert!(!is_of(ID, &format!("42 27 0:39 / {shm} rw,nosuid - tmpfs shm rw,size=64000k")));
        assert!(!is_of(ID, &format!("42 27 8:1 /{ID} /host{shm} rw - tmpfs shm rw\n43 27 8:1 / / rw - ext4 a rw")));
        assert!(!is_of(ID, ""));
    }
}
