//! Rules that are held against each sample, and the alerts that come of it.
