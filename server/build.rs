//! The site is part of the binary: build again when it has changed.

fn main() {
    println!("cargo::rerun-if-changed=../target/site");
}
