// swift-format-ignore-file

/// Written by `Scripts/embed-runners.py` from the files beside this one: change those, then run it.
extension RunnerTexts {
    static let schemas: [Module] = [
        ("docstrings", ##"""
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

        """##),
        ("schema", ##"""
        """The JSON schema of the function that a source defines. The source is read, never run."""

        import ast

        from .annotations import Types, Unsupported
        from .call import functions, parsed
        from .docstrings import Docstring

        RESERVED = ("self", "agent_state")


        class SchemaError(Exception):
            """V1's words for what is missing, and the line where it is."""

            def __init__(self, message, line=None):
                super().__init__(message)
                self.line = line


        def answer(request):
            """The answer to a request `{"do": "schema", …}`.

            Where `parameters` is true, they are described elsewhere: only the name and the description are wanted.
            """
            source = request["source"]
            try:
                schema = derived(source, has_parameters=bool(request.get("has_parameters")))
            except SyntaxError as error:
                return failure(source, "Failed to parse source code: %s" % (error.msg or "invalid syntax"), error.lineno)
            except SchemaError as error:
                return failure(source, str(error), error.line)
            except (ValueError, RecursionError, MemoryError) as error:
                return failure(source, "Failed to parse source code: %s" % error, None)
            return {"ok": True, "schema": schema}


        def failure(source, message, line):
            """An answer that names the line and shows it."""
            answer = {"ok": False, "kind": "SchemaError", "message": message, "traceback": ""}
            lines = source.splitlines()
            if line is not None and 1 <= line <= len(lines):
                answer["line"] = line
                answer["message"] = "%s (line %d: %s)" % (message, line, lines[line - 1].strip()[:200])
            return answer


        def derived(source, has_parameters=False):
            """`{"name", "description", "parameters"}` of the last function.

            Raises:
                SchemaError: Something is missing or cannot be said in a schema.
                SyntaxError: The source is not Python.
            """
            tree = parsed(source, "<source>")
            known = functions(tree.body)
            if not known:
                raise SchemaError("No functions found in source code. Define one with def at the top level.", 1)
            function = known[-1]
            text = ast.get_docstring(function, clean=False)
            if not (text or "").strip() and not has_parameters:
                raise SchemaError("Function %s missing docstring" % function.name, function.lineno)
            docstring = Docstring(text)
            schema = {"name": function.name, "description": docstring.description or "No description available"}
            if has_parameters:
                schema["description"] = docstring.description or "The %s tool" % function.name
                schema["parameters"] = {"type": "object", "properties": {}, "required": []}
            else:
                schema["parameters"] = parameters(function, docstring, Types(tree))
            return schema


        def parameters(function, docstring, types):
            properties, required = {}, []
            for argument, default in with_defaults(function):
                if argument.arg in RESERVED:
                    continue
                property, is_optional = described(argument, function, docstring, types)
                properties[argument.arg] = property
                if default is None and not is_optional:
                    required.append(argument.arg)
            return {"type": "object", "properties": properties, "required": required}


        def with_defaults(function):
            """The parameters with the expressions of their defaults."""
            given = function.args
            for many, stars in ((given.vararg, "*"), (given.kwarg, "**")):
                if many is not None:
                    raise SchemaError(
                        "Function %s takes %s%s, which a model cannot be told of. Give each parameter a name and a type, or "
                        "send json_schema with the source." % (function.name, stars, many.arg),
                        many.lineno,
                    )
            plain = given.posonlyargs + given.args
            defaults = [None] * (len(plain) - len(given.defaults)) + list(given.defaults)
            return list(zip(plain, defaults)) + list(zip(given.kwonlyargs, given.kw_defaults))


        def described(argument, function, docstring, types):
            """The schema of one parameter, and whether it may be left out for its type."""
            where = "Parameter '%s' in function '%s'" % (argument.arg, function.name)
            if argument.annotation is None:
                raise SchemaError("Type error in schema generation: %s lacks a type annotation" % where, argument.lineno)
            try:
                schema, is_optional = types.parameter(argument.annotation)
            except Unsupported as reason:
                raise SchemaError("Value error in schema generation: %s: %s" % (where, reason), argument.lineno) from None
            # The line of the docstring wins over a text beside the type (`Annotated`), and that over the type's own docstring.
            description = docstring.parameters.get(argument.arg) or types.note(argument.annotation)
            if not description:
                raise SchemaError(
                    "Value error in schema generation: %s lacks a description in the docstring" % where, argument.lineno
                )
            schema = dict(schema)
            schema["description"] = description
            return schema, is_optional

        """##),
    ]
}
