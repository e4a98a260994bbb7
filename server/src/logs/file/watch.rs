use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

use super::Follower;
use crate::logs::outlet::Outlet;

/// How often a file is looked at.
const EVERY: Duration = Duration::from_millis(200);

/// Looks at the file again and again until `shutdown` is cancelled.
pub(in crate::logs) async fn follow(mut follower: Follower, outlet: Outlet, shutdown: CancellationToken) {
    loop {
        let to = outlet.clone();
        // Publishing goes along: a chunk can be thousands of lines.
        let look = tokio::task::spawn_blocking(move || {
            let look = follower.look(Instant::now());
            look.entries.into_iter().for_each(|entry| to.publish(entry));
            (follower, look.more, look.gone)
        });
        // A look that does not come back is one that the runtime gave up at its end.
        let Ok((returned, more, gone)) = look.await else { return };
        if gone {
            return;
        }
        follower = returned;
        if more && !shutdown.is_cancelled() {
            tokio::task::yield_now().await;
            continue;
        }
        if shutdown.run_until_cancelled(tokio::time::sleep(EVERY)).await.is_none() {
            follower.finish().into_iter().for_each(|entry| outlet.publish(entry));
            return;
        }
    }
}
