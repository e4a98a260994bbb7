use std::time::Duration;

use axum::body::Body as Answer;
use futures_util::stream::{self, StreamExt as _};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};

use super::*;
use crate::net::patience::{Answers, Patience};
use crate::net::progress::Progress;

const LONG: Duration = Duration::from_secs(30);

/// An answer of `pieces` on its way over a line with room for `size` bytes, with the line's other end. Without `end`, it
/// goes on in silence.
fn outflow(size: usize, pieces: Vec<Bytes>, end: bool, talks: bool) -> (Outflow<DuplexStream, Answer>, DuplexStream) {
    let (near, far) = duplex(size);
    let answers = Answers::default();
    // Never done: so is its answer.
    std::mem::forget(answers.begin());
    let line = Line::new(near, Patience::new(LONG, LONG, answers.clone()), Progress::new(LONG), answers, 0);
    let pieces = stream::iter(pieces.into_iter().map(Ok::<_, io::Error>));
    let body = if end { Answer::from_stream(pieces) } else { Answer::from_stream(pieces.chain(stream::pending())) };
    let response = Response::builder().header("content-type", "text/event-stream").body(body).unwrap();
    (Outflow::new(line, response, talks), far)
}

fn text(pieces: &[&'static str]) -> Vec<Bytes> {
    pieces.iter().map(|piece| Bytes::from_static(piece.as_bytes())).collect()
}

#[tokio::test]
async fn all_of_it_arrives_however_little_the_line_takes() {
    let pieces: Vec<Bytes> = (0..100_u8).map(|n| Bytes::from(vec![n; usize::from(n)])).collect();
    for size in [1, 7, 100_000] {
        let (outflow, mut far) = outflow(size, pieces.clone(), true, false);
        let mut read = Vec::new();
        let (wrote, _) = tokio::join!(outflow, far.read_to_end(&mut read));
        wrote.unwrap();
        let end = read.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
        let head = String::from_utf8(read[..end].to_vec()).unwrap();
        assert!(
            head.starts_with("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\ndate: "),
            "{head}"
        );
        assert_eq!(read[end..], pieces.concat());
    }
}

#[tokio::test]
async fn an_answer_of_nothing_has_a_head() {
    let (outflow, mut far) = outflow(1_000, Vec::new(), true, false);
    outflow.await.unwrap();
    let mut read = String::new();
    far.read_to_string(&mut read).await.unwrap();
    assert!(read.starts_with("HTTP/1.1 200 OK\r\n") && read.ends_with("\r\n\r\n"), "{read}");
}

#[tokio::test]
async fn it_ends_when_the_reader_goes_though_there_is_nothing_to_write() {
    let (outflow, far) = outflow(1_000, text(&["hello"]), false, false);
    let flowing = tokio::spawn(outflow);
    drop(far);
    flowing.await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn what_the_reader_says_is_left_unread() {
    for (said_before, said) in [(true, &b""[..]), (false, b"GET / HTTP/1.1\r\n\r\n")] {
        let (outflow, mut far) = outflow(1_000, text(&["hello"]), false, said_before);
        far.write_all(said).await.unwrap();
        assert!(tokio::time::timeout(LONG, outflow).await.is_err(), "it goes on");
        let mut read = vec![0; 1_000];
        let length = far.read(&mut read).await.unwrap();
        assert!(read[..length].ends_with(b"\r\n\r\nhello"));
    }
}

#[tokio::test]
async fn what_has_been_written_is_not_kept() {
    struct Watched {
        _alive: tokio::sync::mpsc::Sender<()>,
    }
    impl AsRef<[u8]> for Watched {
        fn as_ref(&self) -> &[u8] {
            b"an event"
        }
    }
    let (sender, mut kept) = tokio::sync::mpsc::channel(1);
    let pieces = vec![Bytes::from_static(b"opening"), Bytes::from_owner(Watched { _alive: sender })];
    let (outflow, far) = outflow(1_000, pieces, false, false);
    let flowing = tokio::spawn(outflow);
    assert_eq!(kept.recv().await, None);
    assert!(!flowing.is_finished());
    drop(far);
    flowing.await.unwrap().unwrap();
}
