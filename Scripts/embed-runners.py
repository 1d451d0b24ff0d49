#!/usr/bin/env python3
"""Writes the runners' texts into Swift: Sources/Sandbox/Runners/RunnerTexts.swift.

The executable brings its runners along, so that one file is all there is to install. A test holds the texts against
the files they were made of.
"""

import pathlib

FOLDER = pathlib.Path(__file__).parents[1] / "Sources/Sandbox/Runners"
HEAD = """// swift-format-ignore-file

/// Written by `Scripts/embed-runners.py` from the files beside this one: change those, then run it.
enum RunnerTexts {
"""


def literal(text):
    """A text as a raw literal of Swift; swift-format wants no blank at an end of a line."""
    assert '"""##' not in text and not any(line != line.rstrip() for line in text.split("\n"))
    lines = "".join(f"        {line}\n" if line else "\n" for line in text.split("\n"))
    return f'##"""\n{lines}        """##'


def main():
    modules = sorted((FOLDER / "python/roost_runner").glob("*.py"))
    parts = [f'        ("{module.stem}", {literal(module.read_text())}),\n' for module in modules]
    swift = HEAD
    swift += f"    static let pythonStart = {literal((FOLDER / 'python/start.py').read_text())}\n\n"
    swift += f"    static let pythonModules: [(name: String, text: String)] = [\n{''.join(parts)}    ]\n\n"
    swift += f"    static let javascript = {literal((FOLDER / 'runner.mjs').read_text())}\n}}\n"
    (FOLDER / "RunnerTexts.swift").write_text(swift)


main()
