use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::SystemTime;

use axum::BoxError;
use axum::http::response::Parts;
use axum::http::{HeaderValue, Response, header};
use bytes::{Buf as _, Bytes, BytesMut};
use httpdate::HttpDate;
use hyper::body::Body;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::line::{Buffer, Line};

/// Writes an answer without an end in sight to the line it was asked for on. Ready when either has ended.
///
/// The end of the answer is the end of the connection, so its bytes are sent as they are: all who are sent an event share
/// it. And there is no buffer: hyper holds 16 KiB of them for each connection, however little passes.
#[derive(Debug)]
pub(super) struct Outflow<S, B> {
    line: Line<S>,
    /// None when all of it has been taken.
    body: Option<B>,
    /// What goes out with the first piece of the body.
    head: Option<BytesMut>,
    /// What is to be written before more is asked for.
    rest: Bytes,
    /// The reader has said more than it was to. That is left unread, so its end is noticed by writing alone.
    talks: bool,
}

impl<S, B> Outflow<S, B> {
    pub(super) fn new(line: Line<S>, response: Response<B>, talks: bool) -> Self {
        let (mut parts, body) = response.into_parts();
        parts.headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        Self { line, body: Some(body), head: Some(head(&parts)), rest: Bytes::new(), talks }
    }
}

impl<S, B> Outflow<S, B>
where
    S: AsyncRead + AsyncWrite + Buffer + Unpin,
    B: Body<Data = Bytes, Error: Into<BoxError>> + Unpin,
{
    fn poll_gone(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.talks {
            return Poll::Pending;
        }
        let mut byte = [0];
        let mut read = ReadBuf::new(&mut byte);
        ready!(Pin::new(&mut self.line).poll_read(context, &mut read))?;
        self.talks = !read.filled().is_empty();
        if self.talks { Poll::Pending } else { Poll::Ready(Ok(())) }
    }

    fn poll_write(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.rest.is_empty() {
            match ready!(Pin::new(&mut self.line).poll_write(context, &self.rest))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                // Not only passed over: an event that is no longer kept must not stay in memory for who has got it.
                written if written == self.rest.len() => self.rest = Bytes::new(),
                written => self.rest.advance(written),
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl<S, B> Future for Outflow<S, B>
where
    S: AsyncRead + AsyncWrite + Buffer + Unpin,
    B: Body<Data = Bytes, Error: Into<BoxError>> + Unpin,
{
    type Output = io::Result<()>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if let Poll::Ready(gone) = this.poll_gone(context) {
            return Poll::Ready(gone);
        }
        loop {
            ready!(this.poll_write(context))?;
            let Some(body) = &mut this.body else { return Pin::new(&mut this.line).poll_shutdown(context) };
            let piece = match ready!(Pin::new(body).poll_frame(context)) {
                Some(frame) => frame.map_err(io::Error::other)?.into_data().unwrap_or_default(),
                None => {
                    this.body = None;
                    Bytes::new()
                }
            };
            this.rest = match this.head.take() {
                Some(mut head) => {
                    head.extend_from_slice(&piece);
                    head.freeze()
                }
                None => piece,
            };
        }
    }
}

fn head(parts: &Parts) -> BytesMut {
    let mut head = BytesMut::from(format!("HTTP/1.1 {}\r\n", parts.status).as_bytes());
    for (name, value) in &parts.headers {
        head.extend_from_slice(name.as_ref());
        head.extend_from_slice(b": ");
        head.extend_from_slice(value.as_bytes());
        head.extend_from_slice(b"\r\n");
    }
    let date = HttpDate::from(SystemTime::now());
    head.extend_from_slice(format!("date: {date}\r\n\r\n").as_bytes());
    head
}

#[cfg(test)]
mod tests;
