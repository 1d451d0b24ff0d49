"""Docstrings in Google's style, and what reST and NumPy say of parameters."""

import re
import textwrap

PARAMETERS = ("args", "arguments", "parameters", "params", "keyword args", "keyword arguments", "other parameters")
EXAMPLES = ("example", "examples")
# Nothing that a model has to know to call the function.
SILENT = ["see also"] + (
    "returns return yields yield raises raise exceptions except warns attributes references todo methods".split()
)

ENTRY = re.compile(r"^(\*{0,2}\w+)\s*(?:\(([^)]*(?:\([^)]*\)[^)]*)*)\))?\s*:(?:\s+|$)(.*)$")
FIELD = re.compile(r"^[:@](param|parameter|arg|argument|keyword|key)\s+(?:[^:]*\s)?(\w+)\s*:\s*(.*)$")
OTHER_FIELD = re.compile(r"^[:@](return|returns|rtype|raises|raise|type|yields|yield)\b[^:]*:.*$")


class Docstring:
    """The description of a function, and those of its parameters by their names."""

    def __init__(self, text):
        self.parameters = {}
        self.description = ""
        self.read(cleaned(text or ""))

    def read(self, text):
        described, examples = [], []
        for title, lines in sections(text.split("\n")):
            if title is None:
                described += self.without_fields(lines)
            elif title.lower() in PARAMETERS:
                described += self.read_entries(lines)
            elif title.lower() in EXAMPLES:
                examples.append(title + ":\n" + textwrap.indent(block(lines), "    "))
        self.description = re.sub(r"\n{3,}", "\n\n", "\n\n".join(filter(None, [block(described), *examples])))

    def read_entries(self, lines):
        """The entries of a section; gives back what stands after them and is none."""
        lines = textwrap.dedent("\n".join(lines)).split("\n")
        name, part, rest = None, [], []
        for line in lines + [None]:
            entry = ENTRY.match(line) if line and not line[0].isspace() else None
            begins = line is None or entry is not None
            if begins and name is not None:
                self.parameters[name] = joined(part)
                name, part = None, []
            if entry:
                name, part = entry[1].lstrip("*"), [entry[3]]
            elif name is not None and line is not None:
                part.append(line)
            elif line is not None:
                rest.append(line)
        return rest

    def without_fields(self, lines):
        """Reads the reST fields `:param name: …` among lines, and gives back the others."""
        rest, name, skips = [], None, False
        for line in lines:
            field = FIELD.match(line)
            if field:
                name, skips = field[2], False
                self.parameters[name] = field[3]
            elif OTHER_FIELD.match(line):
                name, skips = None, True
            elif name is not None and line[:1].isspace():
                self.parameters[name] += "\n" + line.strip()
            elif not (skips and line[:1].isspace()):
                name, skips = None, False
                rest.append(line)
        return rest


def cleaned(text):
    """Without the indentation of the source; tabs are eight columns."""
    lines = text.expandtabs().split("\n")
    rest = textwrap.dedent("\n".join(lines[1:]))
    return (lines[0].strip() + "\n" + rest).strip("\n ")


def block(lines):
    return textwrap.dedent("\n".join(lines)).strip()


def joined(part):
    """The first line stands beside the name, the others below it, indented."""
    return (part[0] + "\n" + textwrap.dedent("\n".join(part[1:]))).strip()


def sections(lines):
    """Pairs of a title, None for what has none, and the lines below it."""
    found, index = [(None, [])], 0
    while index < len(lines):
        line = lines[index]
        underlined = index + 1 < len(lines) and re.fullmatch(r"-{3,}", lines[index + 1].strip())
        title = line.strip().rstrip(":") if line.rstrip().endswith(":") or underlined else None
        known = title is not None and title.lower() in PARAMETERS + EXAMPLES + tuple(SILENT)
        if known and not line[:1].isspace():
            found.append((title, numpy_entries(lines, index + 2) if underlined else []))
            index += 2 if underlined else 1
            if underlined:
                while index < len(lines) and not is_title(lines, index):
                    index += 1
            continue
        if found[-1][0] is not None and line and not line[0].isspace() and not loose(found[-1][0], line):
            found.append((None, []))
        found[-1][1].append(line)
        index += 1
    return found


def loose(title, line):
    """An entry that was not indented below its section's title still belongs there."""
    return title.lower() in PARAMETERS and ENTRY.match(line) is not None


def is_title(lines, index):
    return index + 1 < len(lines) and re.fullmatch(r"-{3,}", lines[index + 1].strip()) is not None


def numpy_entries(lines, index):
    """A section in NumPy's style, in Google's."""
    entries = []
    while index < len(lines) and not is_title(lines, index):
        line = lines[index]
        if line and not line[0].isspace():
            entries.append("%s:" % line.split(":")[0].strip())
        else:
            entries.append(line)
        index += 1
    return entries
