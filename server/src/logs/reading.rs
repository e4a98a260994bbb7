use std::path::Path;

use super::encoding::Charset;
use super::file::{Follower, Place, Sink};
use super::outlet::Outlet;
use super::places::Places;

/// Before the path in the name of a file's place.
const PREFIX: &str = "file ";

/// How files are read, and where what is read goes.
#[derive(Debug, Clone)]
pub(super) struct Reading {
    pub(super) outlet: Outlet,
    pub(super) places: Places,
    pub(super) charset: Charset,
    /// Bytes of a line that are kept.
    pub(super) max_line: usize,
    /// Bytes of a file that are read at most of what came while nobody read it.
    pub(super) catch_up: u64,
}

impl Reading {
    /// Goes on where the file at `path` was read up to, under whatever name.
    pub(super) fn follower(&self, path: &Path, source: String) -> Follower {
        let place = self.places.get(&name(path)).or_else(|| self.place_under_another_name(path));
        let follower = Follower::new(path, source, self.max_line);
        follower.written_in(self.charset, self.catch_up).read_up_to(place)
    }

    pub(super) fn sink(&self, path: &Path) -> Sink {
        Sink { outlet: self.outlet.clone(), places: self.places.clone(), name: name(path) }
    }

    fn place_under_another_name(&self, path: &Path) -> Option<Place> {
        let (mut file, metadata) = super::regular::open(path).ok()?;
        let places = self.places.all::<Place>(PREFIX).into_iter().map(|(_, place)| place);
        places.into_iter().find(|place| matches!(place, Place::At(at) if at.is_of(&mut file, &metadata)))
    }
}

fn name(path: &Path) -> String {
    format!("{PREFIX}{}", path.display())
}
