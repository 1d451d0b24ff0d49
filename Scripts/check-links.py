#!/usr/bin/env python3
"""Looks for links in the Markdown files of this repository that lead nowhere: to a file that is not there, or to a
heading that a file does not have. Addresses on the web are not asked for. Ends with 1 when it finds one.

Scripts/check-links.py          every file that git knows
Scripts/check-links.py FILE...  these
"""

import pathlib
import re
import subprocess
import sys
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[1]
LINK = re.compile(r"!?\[[^\]]*\]\(\s*<?([^)\s>]+)>?[^)]*\)")
# Text in them is meant letter by letter: it holds no links and no headings.
FENCE, CODE = re.compile(r"^(```|~~~).*?^\1", re.M | re.S), re.compile(r"`[^`\n]*`")
OUTSIDE = ("http:", "https:", "mailto:")


def anchors(text):
    """The names of a file's headings as GitHub makes them: lower case, no signs, hyphens for spaces, numbered twins."""
    found, seen = set(), {}
    for heading in re.findall(r"^#{1,6}\s+(.+?)\s*#*$", FENCE.sub("", text), re.M):
        name = re.sub(r"[^\w\- ]", "", re.sub(r"\]\([^)]*\)", "", heading).lower()).replace(" ", "-")
        seen[name] = seen.get(name, -1) + 1
        found.add(f"{name}-{seen[name]}" if seen[name] else name)
    return found


def broken(path):
    """The links of a file that lead nowhere, each with its line."""
    text = path.read_text(encoding="utf-8")
    # Emptied, not removed: lines keep their numbers.
    plain = CODE.sub("", FENCE.sub(lambda m: "\n" * m[0].count("\n"), text))
    for match in LINK.finditer(plain):
        target, _, anchor = urllib.parse.unquote(match[1]).partition("#")
        if target.startswith(OUTSIDE):
            continue
        file = (path.parent / target).resolve() if target else path
        line = plain.count("\n", 0, match.start()) + 1
        if not file.exists() or not file.is_relative_to(ROOT):
            yield f"{path.relative_to(ROOT)}:{line}: there is no {target}"
        elif anchor and file.suffix == ".md" and anchor not in anchors(file.read_text(encoding="utf-8")):
            yield f"{path.relative_to(ROOT)}:{line}: {file.relative_to(ROOT)} has no heading #{anchor}"


def main():
    names = sys.argv[1:]
    if not names:
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.md"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        names = [str(ROOT / name) for name in listed.stdout.split("\0") if name]
    files = [pathlib.Path(name).resolve() for name in names]
    problems = [problem for file in files if file.exists() for problem in broken(file)]
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
