use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};
use tokio::time::{Instant, sleep};

use super::*;
use crate::net::patience::Answers;

impl Buffer for DuplexStream {
    fn narrow(&self, _: usize) {}

    fn discard(&self) {}
}

const DEADLINE: Duration = Duration::from_secs(30);
const HEAD: Duration = Duration::from_secs(10);
const IDLE: Duration = Duration::from_secs(60);

/// A line over a buffer of `size` bytes, with its other end.
fn line(size: usize) -> (Line<DuplexStream>, DuplexStream, Answers) {
    let (near, far) = duplex(size);
    let answers = Answers::default();
    let patience = Patience::new(HEAD, IDLE, answers.clone());
    (Line::new(near, patience, Progress::new(DEADLINE), answers.clone(), 0), far, answers)
}

fn too_slow(error: &io::Error) -> Option<TooSlow> {
    error.get_ref()?.downcast_ref().copied()
}

/// Seconds until a reader that takes `bytes` each `every` is cut off while there is always more for it; `None` when that
/// doesn't happen within an hour.
async fn cut_after(bytes: usize, every: Duration) -> Option<u64> {
    let (mut line, mut far, _) = line(64);
    let begun = Instant::now();
    tokio::spawn(async move {
        let mut taken = vec![0; bytes];
        loop {
            sleep(every).await;
            if far.read_exact(&mut taken).await.is_err() {
                break;
            }
        }
    });
    let writing = async {
        loop {
            if let Err(error) = line.write_all(&[0; 32]).await {
                return error;
            }
        }
    };
    let error = tokio::time::timeout(Duration::from_secs(3600), writing).await.ok()?;
    assert_eq!(too_slow(&error), Some(TooSlow::Taking));
    Some(begun.elapsed().as_secs())
}

#[tokio::test(start_paused = true)]
async fn who_takes_nothing_is_cut_off_at_the_deadline() {
    assert_eq!(cut_after(64, Duration::from_secs(100_000)).await, Some(30));
}

#[tokio::test(start_paused = true)]
async fn a_byte_a_second_is_no_progress() {
    assert_eq!(cut_after(1, Duration::from_secs(1)).await, Some(30));
}

#[tokio::test(start_paused = true)]
async fn who_takes_enough_however_slowly_is_kept() {
    assert_eq!(cut_after(200, Duration::from_secs(1)).await, None);
}

#[tokio::test(start_paused = true)]
async fn the_clock_stands_still_while_nothing_waits() {
    let (mut line, mut far, _) = line(8);
    for _ in 0..100 {
        // A small event each minute, taken half a second late: 50 s of waiting in all, among hours of rest.
        let reading = async {
            sleep(Duration::from_millis(500)).await;
            let mut taken = [0; 128];
            far.read_exact(&mut taken).await.map(drop)
        };
        let (wrote, read) = tokio::join!(line.write_all(&[0; 128]), reading);
        wrote.unwrap();
        read.unwrap();
        sleep(Duration::from_secs(59)).await;
    }
}

async fn read(line: &mut Line<DuplexStream>) -> Result<usize, Option<TooSlow>> {
    line.read(&mut [0; 64]).await.map_err(|error| too_slow(&error))
}

#[tokio::test(start_paused = true)]
async fn a_head_must_be_whole_in_time_however_it_drips() {
    let (mut line, mut far, _) = line(64);
    let begun = Instant::now();
    let dripping = tokio::spawn(async move {
        while far.write_all(b"x").await.is_ok() {
            sleep(Duration::from_secs(4)).await;
        }
    });
    let error = loop {
        if let Err(error) = read(&mut line).await {
            break error;
        }
    };
    assert_eq!((error, begun.elapsed()), (Some(TooSlow::Asking), HEAD));
    drop(line);
    dripping.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn between_requests_it_may_idle_and_while_it_is_answered_it_may_take_for_ever() {
    let (mut line, mut far, answers) = line(64);
    far.write_all(b"first").await.unwrap();
    assert_eq!(read(&mut line).await, Ok(5));
    let answering = answers.begin();
    let silent = tokio::time::timeout(Duration::from_secs(86_400), read(&mut line)).await;
    assert!(silent.is_err(), "a stream says nothing and is not cut");
    drop(answering);
    let begun = Instant::now();
    let second = async {
        sleep(IDLE - Duration::from_secs(1)).await;
        far.write_all(b"second").await.unwrap();
    };
    let (came, ()) = tokio::join!(read(&mut line), second);
    assert_eq!(came, Ok(6));
    assert_eq!(read(&mut line).await, Err(Some(TooSlow::Asking)), "the rest of its head is due");
    assert_eq!(begun.elapsed(), IDLE - Duration::from_secs(1) + HEAD);
}

#[tokio::test(start_paused = true)]
async fn who_asks_nothing_more_is_let_go() {
    let (mut line, _far, answers) = line(64);
    drop(answers.begin());
    let begun = Instant::now();
    assert_eq!(read(&mut line).await, Err(Some(TooSlow::Asking)));
    assert_eq!(begun.elapsed(), IDLE);
}
