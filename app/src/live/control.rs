//! What a page may ask of its stream. On the server none of it does anything but keep the signals.

use super::Live;
use crate::model::{Cursor, ProcessQuery};
use crate::range::Range;

#[cfg(feature = "hydrate")]
thread_local! {
    /// Of this page: there is one to a document.
    static DRIVER: std::cell::OnceCell<std::rc::Rc<super::driver::Driver>> = const { std::cell::OnceCell::new() };
}

impl Live {
    /// Connects, to hear of all after `cursor`, and keeps connecting as long as the page is there. Begins when the page has been taken over: until then
    /// nothing may differ from what the server has drawn.
    #[cfg_attr(not(feature = "hydrate"), expect(unused_variables, reason = "on the server nothing is heard"))]
    pub fn start(self, cursor: Cursor) {
        #[cfg(feature = "hydrate")]
        wasm_bindgen_futures::spawn_local(async move {
            let driver = super::driver::Driver::new(self, cursor);
            driver.start();
            DRIVER.with(|of_page| drop(of_page.set(driver)));
        });
    }

    /// Shows what the server has drawn.
    pub(super) fn show_parts(self, parts: Vec<Vec<String>>) {
        #[cfg(feature = "hydrate")]
        Self::with_driver(|driver| driver.show(parts));
        #[cfg(not(feature = "hydrate"))]
        self.parts.set(parts);
    }

    /// Tries again at once, after the line was given up.
    pub fn retry(self) {
        #[cfg(feature = "hydrate")]
        Self::with_driver(super::driver::Driver::retry);
    }

    /// Stops the view, or lets it go on with all that has come meanwhile.
    pub fn toggle_pause(self) {
        self.paused.set(!self.paused.get_untracked());
        #[cfg(feature = "hydrate")]
        Self::with_driver(|driver| driver.pause(self.paused.get_untracked()));
    }

    /// The reader has stopped the view.
    pub fn is_paused(self) -> bool {
        self.paused.get()
    }

    /// Lets the charts look back as far as `range`, in the address bar too.
    pub fn set_range(self, range: Range) {
        if self.view.get_untracked().range == range {
            return;
        }
        self.view.update(|view| view.range = range);
        #[cfg(feature = "hydrate")]
        {
            // A browser may refuse after too many changes; the charts don't depend on it.
            let _ = super::choices::show_in_address("range", range.as_str());
            Self::with_driver(super::driver::Driver::refine);
        }
    }

    /// Looks for other processes or followers, or for them in another order, in the address bar too.
    pub fn look_for(self, query: ProcessQuery) {
        #[cfg(feature = "hydrate")]
        {
            let sort = if query.sort == Default::default() { "" } else { query.sort.as_str() };
            let _ = super::choices::show_in_address("sort", sort);
            let _ = super::choices::show_in_address("q", &query.filter);
        }
        self.query.set(query);
    }

    /// Asks for what is looked for, as it is now.
    pub fn search(self) {
        #[cfg(feature = "hydrate")]
        super::search::find(self);
    }

    #[cfg(feature = "hydrate")]
    fn with_driver(act: impl FnOnce(&super::driver::Driver)) {
        DRIVER.with(|of_page| of_page.get().map(|driver| act(driver)));
    }
}
