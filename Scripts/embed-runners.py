#!/usr/bin/env python3
"""Writes the runners' texts into Swift: Sources/Sandbox/Runners/RunnerTexts*.swift.

The executable brings its runners along, so that one file is all there is to install. A test holds the texts against
the files they were made of.
"""

import pathlib

FOLDER = pathlib.Path(__file__).parents[1] / "Sources/Sandbox/Runners"
HEAD = "// swift-format-ignore-file\n\n/// Written by `Scripts/embed-runners.py` from the files beside this one: change those, then run it.\n"
# Which modules stand together in one Swift file; a test finds the one that is in none.
GROUPS = {
    "calls": ["__init__", "serve", "call", "agent", "failures"],
    "values": ["arguments", "results"],
    "types": ["annotations", "classes"],
    "schemas": ["docstrings", "schema"],
}


def literal(text):
    """A text as a raw literal of Swift; swift-format wants no blank at an end of a line."""
    assert '"""##' not in text and not any(line != line.rstrip() for line in text.split("\n"))
    lines = "".join(f"        {line}\n" if line else "\n" for line in text.split("\n"))
    return f'##"""\n{lines}        """##'


def main():
    for group, names in GROUPS.items():
        texts = [(name, (FOLDER / f"python/roost_runner/{name}.py").read_text()) for name in names]
        parts = "".join(f'        ("{name}", {literal(text)}),\n' for name, text in texts)
        body = f"extension RunnerTexts {{\n    static let {group}: [Module] = [\n{parts}    ]\n}}\n"
        (FOLDER / f"RunnerTexts+{group}.swift").write_text(HEAD + body)
    swift = HEAD + "enum RunnerTexts {\n    typealias Module = (name: String, text: String)\n\n"
    swift += f"    static let pythonModules: [Module] = {' + '.join(GROUPS)}\n\n"
    swift += f"    static let pythonStart = {literal((FOLDER / 'python/start.py').read_text())}\n\n"
    swift += f"    static let javascript = {literal((FOLDER / 'runner.mjs').read_text())}\n}}\n"
    (FOLDER / "RunnerTexts.swift").write_text(swift)


main()
