# shellcheck shell=bash
# The environment of every build. Source it: `. scripts/env.sh`.
#
# - cargo-leptos takes its tools from PATH: Tailwind and wasm-opt from npm come first, because Debian's wasm-opt is too
#   old for what rustc emits. Tailwind finds its own style sheet through NODE_PATH.
# - Tools that the set-up builds live in a cache of their own, so nobody's ~/.cargo/bin is touched.
# - Rust is the one on PATH. Debian's takes its place when the set-up had to fall back to it, see
#   scripts/setup-rust-target, or when OPSGLASS_TOOLCHAIN=debian asks for it.

OPSGLASS_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
OPSGLASS_CACHE=${OPSGLASS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/opsglass}
# Links to Debian's Rust, made by scripts/setup-rust-target once its wasm32 standard library is in place.
OPSGLASS_DEBIAN_RUST=$OPSGLASS_CACHE/debian-rust

# Tells whether that rustc can compile for the browser.
has_wasm_std() {
    compgen -G "$("$1" --print sysroot 2>/dev/null)/lib/rustlib/wasm32-unknown-unknown/lib/libstd-*.rlib" >/dev/null
}

uses_debian_rust() {
    case ${OPSGLASS_TOOLCHAIN:-} in
        debian) return 0 ;;
        "") [ -x "$OPSGLASS_DEBIAN_RUST/rustc" ] && ! has_wasm_std rustc ;;
        *) return 1 ;;
    esac
}

# rustup's proxies put this folder in front of PATH when it is missing from it.
case :$PATH: in
    *:"${CARGO_HOME:-$HOME/.cargo}/bin":*) ;;
    *) PATH=$PATH:${CARGO_HOME:-$HOME/.cargo}/bin ;;
esac

if uses_debian_rust; then
    PATH=$OPSGLASS_DEBIAN_RUST:$PATH
    export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=wasm-ld-22
fi

PATH=$OPSGLASS_ROOT/scripts/tools:$OPSGLASS_ROOT/end2end/node_modules/.bin:$OPSGLASS_CACHE/tools/bin:$PATH
export PATH
export NODE_PATH=$OPSGLASS_ROOT/end2end/node_modules
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1
