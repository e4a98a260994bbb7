//! Asks what may never answer: each question is put on another thread, and who asks goes on without the answer.

use std::fmt;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender, TryRecvError};
use std::thread;
use std::time::Duration;

/// How to get an answer.
type Probe<K, A> = dyn Fn(&K) -> A + Send + Sync;

/// What came of a question.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer<A> {
    /// It was answered in time.
    InTime(A),
    /// It wasn't, but the question before it has been answered since.
    Late(A),
    /// There is no answer.
    Missing,
}

/// Puts questions one after the other to a thread, and to another one when it hangs. What hangs isn't asked again before
/// that answer is there, so a thing that is dead costs one thread.
pub(super) struct Prober<K, A> {
    probe: Arc<Probe<K, A>>,
    worker: Option<Worker<K, A>>,
    hanging: Vec<(K, Receiver<A>)>,
    most: usize,
}

struct Worker<K, A> {
    questions: Sender<K>,
    answers: Receiver<A>,
}

impl<K: Clone + PartialEq + Send + 'static, A: Send + 'static> Prober<K, A> {
    /// At most `most` threads hang; what would be asked then is taken to hang too.
    pub(super) fn new(most: usize, probe: impl Fn(&K) -> A + Send + Sync + 'static) -> Self {
        Self { probe: Arc::new(probe), worker: None, hanging: Vec::new(), most }
    }

    /// Asks, and waits for `patience`. Not while an earlier question to the same is without an answer.
    pub(super) fn ask(&mut self, key: &K, patience: Duration) -> Answer<A> {
        let mut late = None;
        if let Some(at) = self.hanging.iter().position(|(known, _)| known == key) {
            match self.hanging[at].1.try_recv() {
                Err(TryRecvError::Empty) => return Answer::Missing,
                answer => late = answer.ok(),
            }
            self.hanging.swap_remove(at);
        }
        match self.put(key, patience) {
            Some(answer) => Answer::InTime(answer),
            None => late.map_or(Answer::Missing, Answer::Late),
        }
    }

    fn put(&mut self, key: &K, patience: Duration) -> Option<A> {
        if self.hanging.len() >= self.most {
            // What nobody asks for any more may have answered since.
            self.hanging.retain(|(_, answers)| matches!(answers.try_recv(), Err(TryRecvError::Empty)));
        }
        if self.hanging.len() >= self.most {
            return None;
        }
        let worker = match self.worker.take() {
            Some(worker) => worker,
            None => self.start()?,
        };
        worker.questions.send(key.clone()).ok()?;
        match worker.answers.recv_timeout(patience) {
            Ok(answer) => {
                self.worker = Some(worker);
                Some(answer)
            }
            Err(RecvTimeoutError::Timeout) => {
                self.hanging.push((key.clone(), worker.answers));
                None
            }
            Err(RecvTimeoutError::Disconnected) => None,
        }
    }

    /// Waits until all that hang have answered.
    #[cfg(test)]
    pub(super) fn wait(&self) {
        // Their threads end with that.
        while Arc::strong_count(&self.probe) > 1 + usize::from(self.worker.is_some()) {
            thread::yield_now();
        }
    }

    /// None where the system has no thread for it. It ends with its questions: when this is dropped, or it has hung.
    fn start(&self) -> Option<Worker<K, A>> {
        let (questions, asked) = mpsc::channel::<K>();
        let (answer, answers) = mpsc::channel();
        let probe = Arc::clone(&self.probe);
        let run = move || while asked.recv().is_ok_and(|key| answer.send(probe(&key)).is_ok()) {};
        thread::Builder::new().name("collect-probe".to_owned()).spawn(run).ok()?;
        Some(Worker { questions, answers })
    }
}

impl<K: fmt::Debug, A> fmt::Debug for Prober<K, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hanging: Vec<_> = self.hanging.iter().map(|(key, _)| key).collect();
        f.debug_struct("Prober").field("hanging", &hanging).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    const LONG: Duration = Duration::from_secs(60);
    const SHORT: Duration = Duration::from_millis(20);

    /// Answers to odd numbers only when it is let.
    fn prober(most: usize) -> (Prober<u32, (u32, thread::ThreadId)>, Sender<()>) {
        let (allow, allowed) = mpsc::channel();
        let allowed = Mutex::new(allowed);
        let probe = move |&key: &u32| {
            if key % 2 == 1 {
                let _ = allowed.lock().unwrap().recv();
            }
            (key, thread::current().id())
        };
        (Prober::new(most, probe), allow)
    }

    impl<A> Answer<A> {
        fn in_time(self) -> Option<A> {
            match self {
                Answer::InTime(answer) => Some(answer),
                Answer::Late(_) | Answer::Missing => None,
            }
        }
    }

    /// Asks until there is any answer.
    fn insist<K: Clone + PartialEq + Send + 'static, A: Send + 'static>(
        prober: &mut Prober<K, A>,
        key: &K,
        patience: Duration,
    ) -> Answer<A> {
        loop {
            match prober.ask(key, patience) {
                Answer::Missing => thread::yield_now(),
                answer => return answer,
            }
        }
    }

    #[test]
    fn one_that_hangs_costs_its_own_answer_only() {
        let (mut prober, _allow) = prober(8);
        let (_, first) = prober.ask(&2, LONG).in_time().unwrap();
        assert_eq!(prober.ask(&4, LONG), Answer::InTime((4, first)), "one thread does, while all answer");
        assert_eq!(prober.ask(&1, SHORT), Answer::Missing);
        let (four, second) = prober.ask(&4, LONG).in_time().unwrap();
        assert_eq!((four, second == first), (4, false));
        assert_eq!(prober.ask(&1, LONG), Answer::Missing, "not asked again, nor waited for");
        assert_eq!(prober.ask(&6, LONG), Answer::InTime((6, second)));
    }

    #[test]
    fn a_late_answer_is_told_from_one_in_time() {
        let (mut prober, allow) = prober(8);
        let (_, first) = prober.ask(&2, LONG).in_time().unwrap();
        assert_eq!(prober.ask(&1, SHORT), Answer::Missing);
        allow.send(()).unwrap();
        assert_eq!(insist(&mut prober, &1, SHORT), Answer::Late((1, first)), "and it is asked anew at once");
        drop(allow);
        let (one, second) = insist(&mut prober, &1, LONG).in_time().unwrap();
        assert_eq!((one, second == first), (1, false), "quick again: what came late is of no interest");
    }

    #[test]
    fn threads_that_hang_are_limited() {
        let (mut prober, allow) = prober(2);
        assert_eq!((prober.ask(&1, SHORT), prober.ask(&3, SHORT)), (Answer::Missing, Answer::Missing));
        assert_eq!(prober.ask(&2, LONG), Answer::Missing, "there is no thread left for it");
        drop(allow);
        insist(&mut prober, &1, LONG);
        assert!(prober.ask(&2, LONG).in_time().is_some());
    }

    #[test]
    fn what_is_asked_for_no_more_takes_no_place_once_it_has_answered() {
        let (mut prober, allow) = prober(2);
        assert_eq!((prober.ask(&1, SHORT), prober.ask(&3, SHORT)), (Answer::Missing, Answer::Missing));
        drop(allow);
        insist(&mut prober, &2, LONG);
    }

    #[test]
    fn a_probe_that_fails_is_asked_anew() {
        let mut prober = Prober::new(1, |&key: &bool| assert!(key, "as it should"));
        assert_eq!(prober.ask(&false, LONG), Answer::Missing);
        assert_eq!(prober.ask(&true, LONG), Answer::InTime(()));
    }

    /// The kernel itself makes this one wait: nobody writes into the pipe.
    #[cfg(unix)]
    #[test]
    fn an_open_that_the_kernel_keeps_waiting() {
        let folder = tempfile::tempdir().unwrap();
        let (pipe, file) = (folder.path().join("pipe"), folder.path().join("file"));
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        std::fs::write(&file, "").unwrap();
        let mut prober = Prober::new(8, |path: &std::path::PathBuf| std::fs::File::open(path).is_ok());
        assert_eq!(prober.ask(&pipe, SHORT), Answer::Missing);
        assert_eq!(prober.ask(&file, LONG), Answer::InTime(true));
        std::fs::File::options().write(true).open(&pipe).unwrap();
        assert_eq!(insist(&mut prober, &pipe, SHORT), Answer::Late(true), "and it waits for the next who writes");
    }
}
