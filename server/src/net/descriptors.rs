use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Descriptors for all that is no connection: logs, the machine's own figures, the runtime.
const REST: u64 = 64;

/// Raises the number of descriptors that the process may have, so that `connections` fit in, and says when it can't.
/// Systems start a service with 1,024, for the sake of old programs.
pub fn make_room(connections: usize) {
    let room = raise_limit(connections);
    if room < connections {
        tracing::info!("room for {room} connections: the system allows no more open files");
    }
}

/// How many of `connections` fit in once the limit is raised as far as it may be.
fn raise_limit(connections: usize) -> usize {
    let wanted = u64::try_from(connections).unwrap_or(u64::MAX).saturating_add(REST);
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let aim = maximum.map_or(wanted, |maximum| maximum.min(wanted));
    let mut have = current.unwrap_or(u64::MAX);
    if have < aim && setrlimit(Resource::Nofile, Rlimit { current: Some(aim), maximum }).is_ok() {
        have = aim;
    }
    usize::try_from(have.saturating_sub(REST)).unwrap_or(usize::MAX).min(connections)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_as_are_allowed_are_taken() {
        let maximum = getrlimit(Resource::Nofile).maximum;
        let most = usize::try_from(maximum.unwrap_or(u64::MAX).saturating_sub(REST)).unwrap_or(usize::MAX);
        assert_eq!(raise_limit(100), 100.min(most), "what is there already is enough");
        assert_eq!(raise_limit(2_000), 2_000.min(most));
        assert!(getrlimit(Resource::Nofile).current.is_none_or(|now| now >= REST + raise_limit(2_000) as u64));
    }
}
