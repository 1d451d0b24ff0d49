#!/bin/sh
# Fuzzes one reader of outside bytes:  Scripts/fuzz.sh NAME [SECONDS] [libFuzzer options]
# NAME is a folder of Fuzz/ (HTTPParser, …). New findings of the corpus stay in .build/fuzz/NAME/corpus; an input that
# crashes is kept in .build/fuzz/NAME and its path printed. Run one again:  Scripts/fuzz.sh NAME 0 PATH
set -eu
cd "$(dirname "$0")/.."

name=${1:-}
seconds=${2:-600}
if [ -z "$name" ] || [ ! -d "Fuzz/$name" ]; then
    echo "usage: Scripts/fuzz.sh NAME [SECONDS]" >&2
    echo "names: $(find Fuzz -mindepth 1 -maxdepth 1 -type d ! -name CFuzzer ! -name corpus ! -name dictionaries -printf '%f ')" >&2
    exit 2
fi
if [ $# -ge 2 ]; then shift 2; else shift 1; fi

# Its own build folder: every module is instrumented. The optimiser stays on, so that a run sees many inputs.
build=.build/fuzz/build
ROOST_FUZZ=1 swift build -c release --build-path "$build" --product "Fuzz$name" \
    -Xswiftc -sanitize=fuzzer -Xswiftc -parse-as-library -Xswiftc -enable-testing -Xcc -fsanitize=fuzzer-no-link -Xswiftc -use-ld=lld

work=.build/fuzz/$name
mkdir -p "$work/corpus"
# A crash must end the process, not start a debugger; the leaks found are those of the runtime's own start.
export SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0
set -- -artifact_prefix="$work/" -rss_limit_mb=1024 -timeout=10 -print_final_stats=1 "$@"
[ -f "Fuzz/dictionaries/$name.txt" ] && set -- -dict="Fuzz/dictionaries/$name.txt" "$@"
if [ "$seconds" -gt 0 ]; then
    set -- -max_total_time="$seconds" "$@" "$work/corpus"
    [ -d "Fuzz/corpus/$name" ] && set -- "$@" "Fuzz/corpus/$name"
fi
exec "$build/release/Fuzz$name" "$@"
