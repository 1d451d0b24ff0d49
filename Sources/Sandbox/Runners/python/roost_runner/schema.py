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
