"""Runs a function of a source, or a source as a script."""

import ast
import asyncio
import inspect
import linecache
import os
import sys
import textwrap
import types
import typing

from . import failures
from .agent import AgentState
from .arguments import bound
from .results import result


def answer(request):
    """The answer to a request `{"do": "call", …}`."""
    os.environ.update(request.get("environment") or {})
    name = request.get("function")
    file_name = "<%s>" % (name or "script")
    try:
        source = request["source"]
        linecache.cache[file_name] = (len(source), None, source.splitlines(True), file_name)
        if name is None:
            value = run_script(source, file_name)
        else:
            value = call_function(source, file_name, name, request)
    except SystemExit as exit:
        if name is None and exit.code in (None, 0):
            return {"ok": True, "text": "", "value": None}
        return failures.failure(exit, file_name)
    except BaseException as error:
        return failures.failure(error, file_name)
    try:
        return result(value, is_script=name is None)
    except BaseException as error:  # Its own __str__ is the code's too.
        return failures.failure(error, file_name)


def parsed(source, file_name):
    """The tree of a source; one that is indented as a whole is taken as it was meant."""
    try:
        return ast.parse(source, file_name)
    except IndentationError:
        return ast.parse(textwrap.dedent(source), file_name)


def new_module(name):
    """A module for the code, known by its name: dataclasses and pickles look it up."""
    module = types.ModuleType(name)
    module.__dict__.update({known: getattr(typing, known) for known in typing.__all__})
    # V1 has these at hand, and tools came to count on it.
    module.__dict__.update({"os": os, "sys": sys, "Letta": None, "client": None})
    sys.modules[name] = module
    return module


# Functions


def call_function(source, file_name, name, request):
    # Not "__main__": a source may end with a trial run of its own.
    module = new_module("tool")
    if request.get("agent_state") is not None:
        module.agent_state = AgentState(request["agent_state"])
    tree = parsed(source, file_name)
    exec(compile(tree, file_name, "exec", dont_inherit=True), module.__dict__)
    function = found(tree, module, name)
    positional, named = bound(function, request.get("arguments") or {}, module)
    return awaited(function(*positional, **named))


def found(tree, module, name):
    """The function of that name, else the last one of the source."""
    function = getattr(module, name, None)
    if callable(function) and not isinstance(function, type(os)) and name not in typing.__all__:
        return function
    for last in reversed(functions(tree.body)):
        if callable(getattr(module, last.name, None)):
            return getattr(module, last.name)
    raise NameError("The source defines no function named '%s'." % name)


def functions(body):
    """The functions of a module in their order, also those under an `if` or a `try`."""
    found = []
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            found.append(node)
        for part in ("body", "orelse", "finalbody") if isinstance(node, (ast.If, ast.Try, ast.With)) else ():
            found += functions(getattr(node, part, []))
    return found


def awaited(value):
    if inspect.isawaitable(value):

        async def wait():
            return await value

        value = asyncio.run(wait())
    if inspect.isasyncgen(value):

        async def collect():
            return [item async for item in value]

        return asyncio.run(collect())
    return list(value) if inspect.isgenerator(value) else value


# Scripts


def run_script(source, file_name):
    """The value of the last expression, None without one."""
    module = new_module("__main__")
    tree = parsed(source, file_name)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    evaluate(tree, file_name, "exec", module)
    return None if last is None else evaluate(ast.Expression(last.value), file_name, "eval", module)


def evaluate(tree, file_name, mode, module):
    """`await` is allowed outside of functions, as in a notebook."""
    code = compile(tree, file_name, mode, flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    value = eval(code, module.__dict__)
    return asyncio.run(value) if code.co_flags & inspect.CO_COROUTINE else value
