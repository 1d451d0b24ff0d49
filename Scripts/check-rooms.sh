#!/usr/bin/env bash
# Rules of the house that the compiler does not check: no Foundation in the product, no public API, no stubs left, files
# that can be read at one sitting.
set -euo pipefail
cd "$(dirname "$0")/.."
failed=0

complain() {
    printf 'check-rooms: %s\n' "$1" >&2
    printf '%s\n' "$2" | sed 's/^/    /' >&2
    failed=1
}

found=$(grep -rnE '^ *(package |public |@testable )?import Foundation' Sources --include='*.swift' || true)
[[ -z $found ]] || complain "Foundation is not used in the product (docs/design/dependencies.md):" "$found"

found=$(grep -rnE '^ *(public|open) ' Sources --include='*.swift' || true)
[[ -z $found ]] || complain "write package for what crosses a target:" "$found"

found=$(grep -rnE '(class|struct|enum|actor|protocol) [A-Za-z]*(Manager|Helper|Utils?|Service|Common|Impl)\b' Sources --include='*.swift' || true)
[[ -z $found ]] || complain "name it by what it is:" "$found"

found=$(grep -rnE 'fatalError\(|TODO|FIXME|\bXXX\b' Sources --include='*.swift' || true)
[[ -z $found ]] || complain "finish it:" "$found"

found=$(find Sources Tests -name '*.swift' -exec awk 'END { if (NR > 600) print FILENAME ": " NR " lines" }' {} \;)
[[ -z $found ]] || complain "split files of more than 600 lines by concept:" "$found"

exit $failed
