#!/usr/bin/env bash
# Makes a fresh Debian or Ubuntu machine ready to build and test Roost: installs the packages that are missing, as root
# or through sudo. It only looks when nothing is missing, which takes a moment.
set -euo pipefail

# Headers and archives that are linked in.
build_packages=(libsqlite3-dev zlib1g-dev libssl-dev libcurl4-openssl-dev pkg-config binutils make)
# Loaded by the running program when it is first needed: the HTTP client of commands, TLS of the server.
run_packages=(libcurl4 ca-certificates)
# Tests with the official Python SDKs.
test_packages=(python3 python3-venv)

say() { printf 'bootstrap: %s\n' "$*"; }

need_swift() {
    cat >&2 <<'TEXT'
bootstrap: Roost needs a Swift toolchain, version 6.1 or newer, which Debian does not package. Get it one of these ways:

  1. swiftly, the toolchain's own installer:
       curl -O "https://download.swift.org/swiftly/linux/swiftly-$(uname -m).tar.gz"
       tar zxf "swiftly-$(uname -m).tar.gz" && ./swiftly init && . ~/.local/share/swiftly/env.sh
       swiftly install latest
  2. a tar file from https://www.swift.org/install/linux/ for your distribution:
       tar xzf swift-*.tar.gz -C /opt && export PATH="/opt/$(basename swift-*.tar.gz .tar.gz)/usr/bin:$PATH"

Then run this again.
TEXT
    exit 1
}

if ! command -v swift >/dev/null; then need_swift; fi
# Asking the compiler takes a second, so the answer is kept for as long as the same file is the compiler.
stamp=.build/bootstrap-swift
compiler=$(readlink -f "$(command -v swift)")
if [[ ! -f $stamp || $(<"$stamp") != "$compiler $(stat -c %Y "$compiler")" ]]; then
    version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1)
    if [[ -z $version ]] || [[ $(printf '%s\n6.1\n' "$version" | sort -V | head -n 1) != 6.1 ]]; then
        say "the Swift found, ${version:-of unknown version} at $compiler, is too old." >&2
        need_swift
    fi
    mkdir -p .build
    printf '%s %s' "$compiler" "$(stat -c %Y "$compiler")" >"$stamp"
    say "Swift $version at $compiler"
fi

if ! command -v dpkg-query >/dev/null; then
    say "this is not a Debian or Ubuntu machine. Install what is called there: ${build_packages[*]} ${run_packages[*]} ${test_packages[*]}"
    exit 0
fi

missing=()
for package in "${build_packages[@]}" "${run_packages[@]}" "${test_packages[@]}"; do
    # Some packages were renamed for 64-bit time on newer releases (libcurl4t64).
    states=$(dpkg-query -W -f '${db:Status-Status}\n' "$package" "${package}t64" 2>/dev/null || true)
    if ! grep -qx installed <<<"$states"; then
        missing+=("$package")
    fi
done
if [[ ${#missing[@]} -eq 0 ]]; then exit 0; fi

say "installing ${missing[*]}"
as_root=()
if [[ $(id -u) -ne 0 ]]; then
    if ! command -v sudo >/dev/null; then
        say "run this as root, or install by hand: apt-get install ${missing[*]}" >&2
        exit 1
    fi
    as_root=(sudo)
fi
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
say "done"
