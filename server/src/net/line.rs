use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use super::patience::{Answers, Patience};
use super::progress::Progress;

/// A socket whose other end must ask in time and take what it asked for.
#[derive(Debug)]
pub(super) struct Line<S> {
    socket: S,
    patience: Patience,
    progress: Progress,
    answers: Answers,
    /// Bytes that may wait in the system for the reader of a stream; 0 once the system has been told.
    stream_buffer: usize,
}

/// Why a line was cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum TooSlow {
    #[error("no request came in time")]
    Asking,
    #[error("what waited was not taken in time")]
    Taking,
}

/// What holds bytes for its reader.
pub(super) trait Buffer {
    /// From now on, at most about `bytes` wait in the system.
    fn narrow(&self, bytes: usize);

    /// From now on, closing throws away what was not sent: nobody takes it, and the system would keep it for minutes.
    fn discard(&self);
}

impl Buffer for TcpStream {
    fn narrow(&self, bytes: usize) {
        // Where that fails, lag is noticed later.
        drop(SockRef::from(self).set_send_buffer_size(bytes));
    }

    fn discard(&self) {
        // Where that fails, the system gives up by itself, later.
        drop(self.set_zero_linger());
    }
}

impl<S: Buffer> Line<S> {
    pub(super) fn new(
        socket: S,
        patience: Patience,
        progress: Progress,
        answers: Answers,
        stream_buffer: usize,
    ) -> Self {
        Self { socket, patience, progress, answers, stream_buffer }
    }

    /// A page may fill the line. What waits for the reader of a stream grows old, so there it is kept short.
    fn begin(&mut self) {
        self.answers.flush(false);
        if self.stream_buffer > 0 && self.answers.is_stream() {
            self.socket.narrow(self.stream_buffer);
            self.stream_buffer = 0;
        }
    }

    fn wrote(&mut self, context: &mut Context<'_>, polled: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        match &polled {
            Poll::Ready(Ok(bytes)) => self.progress.took(*bytes),
            Poll::Ready(Err(_)) => {}
            Poll::Pending => {
                if !self.answers.is_hurried() {
                    ready!(self.progress.poll_wait(context));
                }
                self.socket.discard();
                return Poll::Ready(Err(TooSlow::Taking.into()));
            }
        }
        polled
    }
}

impl From<TooSlow> for io::Error {
    fn from(error: TooSlow) -> Self {
        Self::new(io::ErrorKind::TimedOut, error)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Line<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.socket).poll_read(context, buffer);
        let came = buffer.filled().len() > before;
        if self.patience.poll(context, came).is_ready() {
            return Poll::Ready(Err(TooSlow::Asking.into()));
        }
        polled
    }
}

impl<S: AsyncWrite + Buffer + Unpin> AsyncWrite for Line<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.begin();
        let polled = Pin::new(&mut self.socket).poll_write(context, bytes);
        self.wrote(context, polled)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.begin();
        let polled = Pin::new(&mut self.socket).poll_write_vectored(context, pieces);
        self.wrote(context, polled)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.socket).poll_flush(context))?;
        self.answers.flush(true);
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests;
