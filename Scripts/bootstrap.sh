#!/usr/bin/env bash
# Makes a fresh Debian or Ubuntu machine ready to build and test Roost: installs the packages that are missing, as root
# or through sudo, and looks for the one thing Debian does not package, a Swift toolchain. It only looks when nothing
# is missing, which takes a moment.
set -euo pipefail
cd "$(dirname "$0")/.."

# What every Swift toolchain needs itself: the C and C++ headers and libraries, and what its executables load.
toolchain_packages=(g++ git libncurses-dev libedit-dev libxml2-dev)
# Headers and archives that are linked in.
build_packages=(libsqlite3-dev zlib1g-dev libseccomp-dev libssl-dev libcurl4-openssl-dev pkg-config binutils make)
# Used by the running program when it is first needed: the HTTP client of commands, TLS of the server, encryption of
# stored keys, the time zones of agents, the sandbox of tools, pages of the web. curl itself is for the tour of the README.
run_packages=(libcurl4 libsodium23 libxml2 ca-certificates tzdata bubblewrap curl)
# Tests with the official Python SDKs.
test_packages=(python3 python3-venv)
# The toolchain's installer checks signatures.
swiftly_packages=(gpg)
# make SWIFT=/path/to/swift names another toolchain than the one in PATH.
swift=${SWIFT:-swift}

say() { printf 'bootstrap: %s\n' "$*"; }

how_to_get_swift() {
    cat >&2 <<'TEXT'
bootstrap: Roost needs a Swift toolchain, version 6.1 or newer, which Debian does not package. Get it one of these ways:

  1. swiftly, the toolchain's own installer, into your home folder:
       curl -O "https://download.swift.org/swiftly/linux/swiftly-$(uname -m).tar.gz"
       tar zxf "swiftly-$(uname -m).tar.gz"
       ./swiftly init
       . ~/.local/share/swiftly/env.sh
  2. a tar file for your distribution from https://www.swift.org/install/linux/tarball/, for everybody:
       sudo mkdir -p /opt/swift
       sudo tar xzf swift-*-RELEASE-*.tar.gz -C /opt/swift --strip-components=1
       export PATH="/opt/swift/usr/bin:$PATH"

Then run this again.
TEXT
}

# Prints the packages of its arguments that are not installed.
missing_of() {
    local package states
    for package in "$@"; do
        # Some packages were renamed for 64-bit time on newer releases (libcurl4t64).
        states=$(dpkg-query -W -f '${db:Status-Status}\n' "$package" "${package}t64" 2>/dev/null || true)
        if ! grep -qx installed <<<"$states"; then printf '%s\n' "$package"; fi
    done
}

install_packages() {
    local wanted=("${toolchain_packages[@]}" "${build_packages[@]}" "${run_packages[@]}" "${test_packages[@]}") missing as_root=()
    if ! command -v "$swift" >/dev/null; then wanted+=("${swiftly_packages[@]}"); fi
    if ! command -v dpkg-query >/dev/null; then
        # Said once: there is no cheap way to see what is there.
        if [[ ! -f .build/bootstrap-swift ]]; then
            say "this is not a Debian or Ubuntu machine. Install what is called there: ${wanted[*]}"
        fi
        return 0
    fi
    mapfile -t missing < <(missing_of "${wanted[@]}")
    if [[ ${#missing[@]} -eq 0 ]]; then return 0; fi
    if [[ $(id -u) -ne 0 ]]; then
        if ! command -v sudo >/dev/null; then
            say "packages are missing, and there is no sudo. As root: apt-get update && apt-get install ${missing[*]}" >&2
            return 1
        fi
        as_root=(sudo)
    fi
    say "installing ${missing[*]}"
    if ! "${as_root[@]}" apt-get update -qq ||
        ! "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
            "${missing[@]}" >/dev/null; then
        say "apt-get could not install them; what it says is above." >&2
        return 1
    fi
    say "installed"
}

check_swift() {
    local stamp=.build/bootstrap-swift compiler answer version
    if ! command -v "$swift" >/dev/null; then
        how_to_get_swift
        return 1
    fi
    # Asking the compiler takes a second, so the answer is kept for as long as the same file is the compiler.
    compiler=$(readlink -f "$(command -v "$swift")")
    if [[ -f $stamp && $(<"$stamp") == "$compiler $(stat -c %Y "$compiler")" ]]; then return 0; fi
    if ! answer=$("$swift" --version 2>&1); then
        say "$compiler is there but does not start:" >&2
        printf '    %s\n' "$answer" >&2
        say "a library it needs is missing, or it was built for another distribution (https://www.swift.org/install/linux/)." >&2
        return 1
    fi
    version=$(sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' <<<"$answer" | head -n 1)
    if [[ -z $version ]] || [[ $(printf '%s\n6.1\n' "$version" | sort -V | head -n 1) != 6.1 ]]; then
        say "the Swift found, ${version:-of unknown version} at $compiler, is too old." >&2
        how_to_get_swift
        return 1
    fi
    mkdir -p .build
    printf '%s %s' "$compiler" "$(stat -c %Y "$compiler")" >"$stamp"
    say "Swift $version at $compiler"
}

status=0
install_packages || status=1
check_swift || status=1
if ! Scripts/model.sh; then
    say "the embedding model could not be installed (the reason is above). Roost works without it, with text search alone." >&2
    say "Try again with Scripts/model.sh, or give it the wheel: Scripts/model.sh FILE. ROOST_MODEL_DOWNLOAD=no skips this." >&2
fi
exit $status
