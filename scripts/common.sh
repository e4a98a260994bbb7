# shellcheck shell=bash
# What the set-up scripts share: how they speak, how they become root, how they install a package. Source it.

. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$OPSGLASS_ROOT" || exit

say() { echo "set-up: $*"; }

die() {
    echo "set-up: $*" >&2
    exit 1
}

has() { command -v "$1" >/dev/null; }

# at_least HAVE WANT: compares dotted versions.
at_least() { [ "$(printf '%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif has sudo; then
        sudo "$@"
    else
        die "this needs root, and there is no sudo. Run as root, then try again: $*"
    fi
}

apt_installed() { [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

apt_offers() { apt-cache show "$1" >/dev/null 2>&1; }

# apt_install PACKAGE...: installs those that are missing, and never removes any.
apt_install() {
    local package absent=()
    for package in "$@"; do
        apt_installed "$package" || absent+=("$package")
    done
    [ ${#absent[@]} -gt 0 ] || return 0

    has apt-get || die "there is no apt-get here. Install by hand, then try again: ${absent[*]}"
    for package in "${absent[@]}"; do
        apt_offers "$package" && continue
        say "refreshing the list of packages, for $package"
        as_root apt-get update -qq
        break
    done
    for package in "${absent[@]}"; do
        apt_offers "$package" || die "this system has no package $package"
    done
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install --yes --quiet --no-install-recommends --no-remove "${absent[@]}"
}

# apt_install_stopped UNITS PACKAGE...: the same for packages that bring services, of which none is started, now or at the
# next boot.
apt_install_stopped() {
    local units=$1 package absent=0 policy=/usr/sbin/policy-rc.d
    shift
    for package in "$@"; do
        apt_installed "$package" || absent=1
    done
    [ "$absent" = 1 ] || return 0

    # Debian starts a service as it installs it, unless this file says no.
    if [ ! -e "$policy" ]; then
        # shellcheck disable=SC2064
        trap "as_root rm -f '$policy'" EXIT
        printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
        as_root chmod 755 "$policy"
    fi
    apt_install "$@"
    if [ -n "$units" ] && has systemctl; then
        # shellcheck disable=SC2086
        as_root systemctl disable --quiet $units || say "$units could not be disabled: may start at the next boot"
    fi
}

# install_to_test_against PACKAGE [UNITS]: installs it without starting them, or else its service of that name; where that
# can't be, says so.
install_to_test_against() {
    if apt_installed "$1"; then
        return
    elif ! has apt-get; then
        say "there is no package $1 here: what is tested against it is skipped"
    elif [ "$(id -u)" != 0 ] && ! has sudo; then
        say "installing $1 needs root: what is tested against it is skipped"
    elif ! apt_offers "$1" && ! { as_root apt-get update -qq && apt_offers "$1"; }; then
        say "this system has no package $1: what is tested against it is skipped"
    else
        say "installing $1 to test against; no service of it is started"
        apt_install_stopped "${2-$1.service}" "$1"
    fi
}

# cargo_install CRATE ARGUMENT...: builds a tool into the cache, optimized a little and quickly: its own release profile
# (with link-time optimization) would cost several times as much.
cargo_install() {
    local crate=$1 scratch
    shift
    scratch=$(mktemp -d)
    # shellcheck disable=SC2064
    trap "rm -rf '$scratch'" EXIT
    # Called outside the workspace, so that none of its settings reach the build.
    (
        cd "$scratch" || exit
        CARGO_TARGET_DIR=$scratch/target \
            CARGO_PROFILE_RELEASE_LTO=off \
            CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
            CARGO_PROFILE_RELEASE_OPT_LEVEL=1 \
            CARGO_RESOLVER_INCOMPATIBLE_RUST_VERSIONS=fallback \
            cargo install "$crate" --root "$OPSGLASS_CACHE/tools" "$@"
    )
}
