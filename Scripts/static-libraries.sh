#!/usr/bin/env bash
# Makes a folder from which the linker takes SQLite, zlib, libseccomp and the C++ library as archives, and pkg-config files that point to it: the
# release executable then needs nothing but glibc. Usage: Scripts/static-libraries.sh FOLDER
set -euo pipefail
folder=$1
mkdir -p "$folder/pkgconfig"
folder=$(cd "$folder" && pwd)

archive() {
    local name=$1 found
    for found in "/usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || gcc -print-multiarch 2>/dev/null || true)/lib$name.a" \
        "/usr/lib/$(uname -m)-linux-gnu/lib$name.a" "/usr/lib64/lib$name.a" "/usr/lib/lib$name.a"; do
        if [[ -e $found ]]; then
            ln -sf "$found" "$folder/lib$name.a"
            return
        fi
    done
    echo "static-libraries: lib$name.a was not found; the executable will need lib$name.so." >&2
}

# $1: pkg-config name, $2: library, $3: what it needs itself.
package() {
    archive "$2"
    printf 'Name: %s\nDescription: %s, linked in\nVersion: %s\nLibs: -L%s -l%s %s\nCflags:\n' \
        "$1" "$1" "$(pkg-config --modversion "$1")" "$folder" "$2" "$3" >"$folder/pkgconfig/$1.pc"
}

# Swift's runtime is linked to the C++ library of the newest gcc there is.
newest=$(find /usr/lib/gcc -name libstdc++.a 2>/dev/null | sort -V | tail -n 1)
if [[ -n $newest ]]; then ln -sf "$newest" "$folder/libstdc++.a"; fi
package sqlite3 sqlite3 -lm
package zlib z ""
package libseccomp seccomp ""
touch "$folder/stamp"
