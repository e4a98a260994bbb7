//! Asks what may never answer: each question is put on another thread, and who asks goes on without the answer.

use std::fmt;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender, TryRecvError};
use std::thread;
use std::time::Duration;

/// How to get an answer.
type Probe<K, A> = dyn Fn(&K) -> A + Send + Sync;

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

    /// The answer, if it comes within `patience`; one that came since the last question counts too.
    pub(super) fn ask(&mut self, key: &K, patience: Duration) -> Option<A> {
        if let Some(at) = self.hanging.iter().position(|(known, _)| known == key) {
            match self.hanging[at].1.try_recv() {
                Err(TryRecvError::Empty) => return None,
                answer => {
                    self.hanging.swap_remove(at);
                    if let Ok(answer) = answer {
                        return Some(answer);
                    }
                }
            }
        }
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

    #[test]
    fn one_that_hangs_costs_its_own_answer_only() {
        let (mut prober, allow) = prober(8);
        let (_, first) = prober.ask(&2, LONG).unwrap();
        assert_eq!(prober.ask(&4, LONG), Some((4, first)), "one thread does, while all answer");
        assert_eq!(prober.ask(&1, SHORT), None);
        let (four, second) = prober.ask(&4, LONG).unwrap();
        assert_eq!((four, second == first), (4, false));
        assert_eq!(prober.ask(&1, LONG), None, "not asked again, nor waited for");
        assert_eq!(prober.ask(&6, LONG), Some((6, second)));

        allow.send(()).unwrap();
        let late = loop {
            match prober.ask(&1, LONG) {
                Some(late) => break late,
                None => thread::yield_now(),
            }
        };
        assert_eq!(late, (1, first), "its answer counts when it comes");
        allow.send(()).unwrap();
        assert_eq!(prober.ask(&1, LONG), Some((1, second)), "and then it is asked like the others");
    }

    #[test]
    fn threads_that_hang_are_limited() {
        let (mut prober, allow) = prober(2);
        assert_eq!((prober.ask(&1, SHORT), prober.ask(&3, SHORT)), (None, None));
        assert_eq!(prober.ask(&2, LONG), None, "there is no thread left for it");
        drop(allow);
        while prober.ask(&1, LONG).is_none() {
            thread::yield_now();
        }
        assert!(prober.ask(&2, LONG).is_some());
    }

    #[test]
    fn what_is_asked_for_no_more_takes_no_place_once_it_has_answered() {
        let (mut prober, allow) = prober(2);
        assert_eq!((prober.ask(&1, SHORT), prober.ask(&3, SHORT)), (None, None));
        drop(allow);
        while prober.ask(&2, LONG).is_none() {
            thread::yield_now();
        }
    }

    #[test]
    fn a_probe_that_fails_is_asked_anew() {
        let mut prober = Prober::new(1, |&key: &bool| assert!(key, "as it should"));
        assert_eq!((prober.ask(&false, LONG), prober.ask(&true, LONG)), (None, Some(())));
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
        assert_eq!(prober.ask(&pipe, SHORT), None);
        assert_eq!(prober.ask(&file, LONG), Some(true));
        std::fs::File::options().write(true).open(&pipe).unwrap();
        while prober.ask(&pipe, LONG).is_none() {
            thread::yield_now();
        }
    }
}
