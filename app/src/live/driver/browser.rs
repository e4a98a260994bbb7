use std::rc::{Rc, Weak};

use super::Driver;
use crate::live::client::World;
use crate::live::source::Source;
use crate::live::timer::{local_ms, wall_ms};

/// A worker that hasn't answered for so long, in milliseconds, isn't there.
const WORKER_MS: u64 = 2_000;

/// What the client needs of a browser.
pub(super) struct Browser(pub(super) Weak<Driver>);

impl World for Browser {
    type Source = Source;

    fn now(&self) -> u64 {
        wall_ms()
    }

    fn open(&self, names: &[&'static str]) -> Option<Source> {
        let driver = self.0.upgrade()?;
        // Samples are sent as they are made and never again.
        let page = !driver.opened.replace(true);
        if !page {
            driver.refining.set(true);
        }
        let cursor = driver.intake.borrow().inbox.cursor().to_string();
        let this = self.0.clone();
        let say = move |said| {
            if let Some(driver) = this.upgrade() {
                driver.hear(said);
            }
        };
        let source = Source::open(&driver.path(), &cursor, page, names, Rc::new(say))?;
        driver.answered.set(!source.is_shared());
        driver.patience.clear();
        driver.patience.set(local_ms(), WORKER_MS);
        Some(source)
    }

    fn wake_in(&self, ms: Option<u64>) {
        if let Some(driver) = self.0.upgrade() {
            match ms {
                Some(ms) => driver.deadline.set(local_ms(), ms),
                None => driver.deadline.clear(),
            }
        }
    }
}
