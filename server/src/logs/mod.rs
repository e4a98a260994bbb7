//! Lines from the journal, from files and from opsglass itself.
