use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::super::sample::{outgoing, receiver};
use super::*;
use crate::client::Endpoint;

/// An Alertmanager that gives these answers.
async fn manager(answers: &'static [&'static str]) -> Queue {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        for answer in answers {
            let (mut socket, _) = listener.accept().await.unwrap();
            let mut asked = Vec::new();
            while !asked.ends_with(b"]") {
                assert!(socket.read_buf(&mut asked).await.unwrap() > 0);
            }
            socket.write_all(format!("HTTP/1.1 {answer}\r\ncontent-length: 0\r\n\r\n").as_bytes()).await.unwrap();
        }
    });
    Queue::new(receiver(Kind::Alertmanager(url.parse().ok().and_then(Endpoint::new).unwrap())))
}

#[tokio::test]
async fn an_alertmanager_that_is_back_is_well_again() {
    let queue = manager(&["500 Oh", "200 OK", "500 Oh", "200 OK"]).await;
    queue.set_current(vec![outgoing(1, 100).alert]);
    assert!(!again(&queue, "host").await);
    let status = queue.status();
    assert!(status.not_delivered_since.is_some() && status.last_error.as_deref() == Some("answered 500"));
    assert!(again(&queue, "host").await);
    let status = queue.status();
    assert_eq!((status.not_delivered_since, status.last_error), (None, None));

    queue.extend([outgoing(2, 100)]);
    assert!(!again(&queue, "host").await && again(&queue, "host").await);
    assert!(queue.status().not_delivered_since.is_some(), "what waits is not delivered by that");
}

#[tokio::test(start_paused = true)]
async fn what_is_given_up_is_told_with_the_reason() {
    let queue = Queue::new(receiver(Kind::Command(Vec::new())));
    queue.extend([outgoing(1, 100)]);
    let (done, mut settled) = mpsc::unbounded_channel();
    let shutdown = CancellationToken::new();
    drop(spawn(queue.clone(), "host".to_owned(), done, shutdown.clone()));
    let given_up = Some("no program is named".to_owned());
    assert_eq!(settled.recv().await, Some(Settled { numbers: vec![1], given_up }));
    let status = queue.status();
    assert_eq!((status.failed, status.dropped, status.waiting), (5, 1, 0));
    shutdown.cancel();
}
