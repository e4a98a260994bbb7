//! The blocks of a stream, read from the body that carries them.

use std::error::Error as _;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::stream::unfold;
use futures_util::{Stream, StreamExt as _};
use http_body_util::BodyExt as _;
use hyper::body::{Bytes, Incoming};
use sse_stream::{Sse, SseByteStream};
use tokio::time::timeout;

/// Silence after which a line counts as dead, until the server says how often it gives a sign of life.
const SILENCE: Duration = Duration::from_secs(300);
/// No silence shorter than this counts, however often heartbeats come.
const SHORTEST_SILENCE: Duration = Duration::from_secs(3);
/// Heartbeats that may be missed.
const HEARTBEATS: u32 = 3;
/// The most bytes that may come without completing a block: no server makes this process swell.
const LONGEST: usize = 32 * 1024 * 1024;

/// An open stream.
pub(super) struct Blocks {
    blocks: Pin<Box<dyn Stream<Item = Result<Sse, sse_stream::Error>> + Send>>,
    bounds: Arc<Bounds>,
}

/// What the stream and its bytes share.
struct Bounds {
    silence_ms: AtomicU64,
    pending: AtomicUsize,
}

#[derive(Debug, thiserror::Error)]
enum LineError {
    #[error("nothing has come for {0} s")]
    Silent(u64),
    #[error("an event of more than {} MiB", LONGEST / 1024 / 1024)]
    TooLong,
    #[error("the line broke: {0}")]
    Broken(hyper::Error),
}

impl fmt::Debug for Blocks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Blocks")
    }
}

impl Blocks {
    pub(super) fn new(body: Incoming) -> Self {
        let bounds = Arc::new(Bounds { silence_ms: AtomicU64::new(millis(SILENCE)), pending: AtomicUsize::new(0) });
        let bytes = unfold((body, Arc::clone(&bounds)), async |(mut body, bounds)| {
            let chunk = bounds.chunk(&mut body).await?;
            Some((chunk, (body, bounds)))
        });
        Self { blocks: Box::pin(SseByteStream::new(Box::pin(bytes))), bounds }
    }

    /// The server gives a sign of life this often.
    pub(super) fn heartbeat(&self, every: Duration) {
        let silence = every.saturating_mul(HEARTBEATS).max(SHORTEST_SILENCE);
        self.bounds.silence_ms.store(millis(silence), Ordering::Relaxed);
    }

    /// The next block, with or without data, or why there is none.
    pub(super) async fn next(&mut self) -> Result<Sse, String> {
        let block = self.blocks.next().await;
        self.bounds.pending.store(0, Ordering::Relaxed);
        match block {
            Some(Ok(block)) => Ok(block),
            // What the body says is clearer than that it was the body.
            Some(Err(error)) => Err(error.source().map_or_else(|| error.to_string(), ToString::to_string)),
            None => Err("the server closed the stream".to_owned()),
        }
    }
}

impl Bounds {
    async fn chunk(&self, body: &mut Incoming) -> Option<Result<Bytes, LineError>> {
        let silence = Duration::from_millis(self.silence_ms.load(Ordering::Relaxed));
        let Ok(frame) = timeout(silence, body.frame()).await else {
            return Some(Err(LineError::Silent(silence.as_secs())));
        };
        // A frame without data carries trailers, which mean nothing here.
        let chunk = frame?.map(|frame| frame.into_data().unwrap_or_default()).map_err(LineError::Broken);
        Some(chunk.and_then(|bytes| {
            let pending = self.pending.fetch_add(bytes.len(), Ordering::Relaxed);
            if pending + bytes.len() > LONGEST { Err(LineError::TooLong) } else { Ok(bytes) }
        }))
    }
}

fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}
