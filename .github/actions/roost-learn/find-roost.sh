#!/usr/bin/env bash
# Says in GITHUB_OUTPUT which roost program the action runs: bin=PATH, or bin= when there is none. Installs only what the
# input `install` asks for.
set -euo pipefail

give_up() {
    if [[ ${STRICT:-false} == true ]]; then
        echo "::error title=Roost::$1"
        exit 1
    fi
    echo "::warning title=Roost::$1"
    echo "bin=" >> "$GITHUB_OUTPUT"
    exit 0
}

if [[ -z ${BASE_URL:-} ]]; then
    echo "::notice title=Roost::base-url is empty (secrets are, in pull requests from forks): nothing is stored."
    echo "bin=" >> "$GITHUB_OUTPUT"
    exit 0
fi

case ${INSTALL:-path} in
    path)
        bin=${ROOST_BIN:-roost}
        bin=$(command -v -- "$bin") || give_up "There is no roost program. Name it with roost-bin, or set install."
        ;;
    build)
        root=$(cd "$ACTION_FOLDER/../../.." && pwd)
        command -v swift > /dev/null || give_up "install: build needs Swift on this machine."
        make -C "$root" release >&2 || give_up "roost could not be built; the log says why."
        bin=$root/.build/release/roost
        ;;
    download)
        [[ ${DOWNLOAD_URL:-} == https://* ]] || give_up "install: download needs download-url, an https address."
        [[ ${DOWNLOAD_SHA256:-} =~ ^[0-9a-fA-F]{64}$ ]] || give_up "install: download needs download-sha256."
        folder=$(mktemp -d "${RUNNER_TEMP:-/tmp}/roost.XXXXXX")
        bin=$folder/roost
        curl --fail --silent --show-error --location --proto '=https' --max-time 300 --output "$bin" -- "$DOWNLOAD_URL" \
            || give_up "The program could not be downloaded."
        echo "$(tr '[:upper:]' '[:lower:]' <<< "$DOWNLOAD_SHA256")  $bin" | sha256sum --check --quiet >&2 \
            || give_up "The downloaded program is not the one that download-sha256 names."
        chmod +x "$bin"
        ;;
    *) give_up "install is path, build or download." ;;
esac

# A line end in a path would begin a second output.
[[ $bin != *$'\n'* ]] || give_up "The program's path cannot be used."
echo "bin=$bin" >> "$GITHUB_OUTPUT"
