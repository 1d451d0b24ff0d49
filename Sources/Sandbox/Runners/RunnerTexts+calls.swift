// swift-format-ignore-file

/// Written by `Scripts/embed-runners.py` from the files beside this one: change those, then run it.
extension RunnerTexts {
    static let calls: [Module] = [
        ("__init__", ##"""
        """What runs inside the sandbox: one request in, one answer out (docs/design/sandbox.md)."""

        """##),
        ("serve", ##"""
        """Reads the one request of this process and answers it."""

        import json
        import os
        import sys

        ANSWER_DESCRIPTOR = 3
        # The host reads 8 MiB and no more; a longer answer would be half a line of JSON.
        LONGEST_ANSWER = 7 << 20
        LONGEST_TEXT = 1 << 20


        class Answers:
            """The way back to the host. The code that is run is not told of it, and its children do not have it."""

            def __init__(self):
                self.descriptor = os.dup(ANSWER_DESCRIPTOR)
                os.close(ANSWER_DESCRIPTOR)
                os.set_inheritable(self.descriptor, False)
                os.register_at_fork(after_in_child=self.forget)

            def forget(self):
                if self.descriptor is not None:
                    os.close(self.descriptor)
                    self.descriptor = None

            def send(self, answer):
                if self.descriptor is None:
                    return
                data = encoded(answer)
                while data:
                    data = data[os.write(self.descriptor, data) :]


        def encoded(answer):
            """One line of ASCII; what is too long loses its value, then the end of its text."""
            data = json.dumps(answer).encode("ascii")
            if len(data) > LONGEST_ANSWER and "value" in answer:
                answer = {name: member for name, member in answer.items() if name != "value"}
                data = json.dumps(answer).encode("ascii")
            if len(data) > LONGEST_ANSWER:
                short = {
                    name: member[:LONGEST_TEXT] + "… [cut: the result is too long]"
                    if isinstance(member, str) and len(member) > LONGEST_TEXT
                    else member
                    for name, member in answer.items()
                }
                data = json.dumps(short).encode("ascii")
            return data + b"\n"


        def read_request():
            """The line on standard input, which is empty from then on."""
            parts = []
            while True:
                part = os.read(0, 1 << 16)
                parts.append(part)
                if not part or part.endswith(b"\n"):
                    break
            nothing = os.open(os.devnull, os.O_RDONLY)
            os.dup2(nothing, 0)
            os.close(nothing)
            return json.loads(b"".join(parts))


        def answer_to(request):
            if request["do"] == "schema":
                from . import schema

                return schema.answer(request)
            from . import call

            return call.answer(request)


        def flush():
            for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
                try:
                    stream.flush()
                except BaseException:  # The code may have closed it or put anything in its place.
                    pass


        def load_ahead():
            """What the code will need, while nobody waits yet: our own modules, and those that the host names."""
            from . import call  # noqa: F401

            for name in sys.argv[1:]:
                try:
                    __import__(name)
                except Exception:  # One that is not installed is not missed before the code asks for it.
                    continue


        def main():
            answers = Answers()
            # What was printed before the code was killed is not lost.
            sys.stdout.reconfigure(line_buffering=True)
            load_ahead()
            owner = os.getpid()
            try:
                answer = answer_to(read_request())
            except BaseException as error:  # What is left is a fault of the request or of this program.
                answer = {"ok": False, "kind": type(error).__name__, "message": str(error), "traceback": ""}
            if os.getpid() != owner:
                os._exit(0)  # The code forked and came back in the child.
            flush()
            answers.send(answer)
            # Threads that the code left behind do not keep the call waiting.
            os._exit(0)

        """##),
        ("call", ##"""
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

        """##),
        ("agent", ##"""
        """What a function's parameter `agent_state` is given: a copy of the agent as it was when the call began."""

        import json


        class Record(dict):
            """An object of JSON whose members are attributes too."""

            def __getattr__(self, name):
                try:
                    return self[name]
                except KeyError:
                    raise AttributeError("There is no '%s' here, only %s." % (name, ", ".join(self))) from None

            def __setattr__(self, name, value):
                self[name] = value

            def model_dump(self, **_):
                return json.loads(json.dumps(self))

            dict = model_dump

            def model_dump_json(self, **_):
                return json.dumps(self)


        def record(value):
            if isinstance(value, dict):
                return Record((name, record(member)) for name, member in value.items())
            return [record(item) for item in value] if isinstance(value, list) else value


        class Memory(Record):
            """The blocks of an agent. They are a copy: a tool changes memory through the API, not here."""

            def get_block(self, label):
                for block in self["blocks"]:
                    if block.get("label") == label:
                        return block
                raise KeyError(
                    "Block field %s does not exist (available sections = %s)" % (label, ", ".join(self.list_block_labels()))
                )

            def get_blocks(self):
                return self["blocks"]

            def list_block_labels(self):
                return [block.get("label") for block in self["blocks"]]

            def update_block_value(self, label, value):
                raise PermissionError(
                    "Memory cannot be changed from a tool's code. Let the agent use a memory tool with what this one returns."
                )

            def compile(self, *_, **__):
                return "\n".join(
                    "<%s>\n%s\n</%s>" % (block.get("label"), block.get("value"), block.get("label")) for block in self["blocks"]
                )


        class AgentState(Record):
            def __init__(self, state):
                super().__init__(record(state))
                memory = Memory(self.get("memory") or {})
                memory["blocks"] = memory.get("blocks") or self.get("blocks") or []
                self["memory"] = memory
                self.setdefault("blocks", memory["blocks"])

        """##),
        ("failures", ##"""
        """Exceptions of the code that was run, as the host is told of them."""

        import traceback

        # Of this program's own frames nobody learns anything.
        OWN_FILES = ("<roost_runner>", "<frozen ", "/roost_runner/")
        LONGEST_MESSAGE = 100_000


        def failure(error, file_name):
            """The answer for an exception. `line` is the one of the source that was reached last."""
            answer = {
                "ok": False,
                "kind": type(error).__name__,
                "message": message(error),
                "traceback": shown(error),
            }
            line = line_in(error, file_name)
            if line is not None:
                answer["line"] = line
            return answer


        def message(error):
            if isinstance(error, SystemExit):
                return "the code ended itself with sys.exit(%s)" % ("" if error.code is None else repr(error.code))
            if isinstance(error, RecursionError):
                return "%s: a function calls itself without end" % error
            try:
                return str(error)[:LONGEST_MESSAGE]
            except BaseException:  # Its __str__ is the code's.
                return "(its message cannot be shown)"


        def is_own(frame):
            return any(name in frame.filename for name in OWN_FILES)


        def shown(error):
            try:
                summary = traceback.TracebackException.from_exception(error)
                without_own_frames(summary, set())
                return "".join(summary.format())
            except BaseException:  # An exception may be anything, also one that cannot be shown.
                return "%s: %s\n" % (type(error).__name__, message(error))


        def without_own_frames(summary, seen):
            """Cuts our frames out of an exception and of those that led to it."""
            if summary is None or id(summary) in seen:
                return
            seen.add(id(summary))
            kept = [frame for frame in summary.stack if not is_own(frame)]
            # Python's own functions stay when the code called them, not when they called the code.
            while kept and not kept[0].filename.startswith("<") and any(frame.filename.startswith("<") for frame in kept):
                kept.pop(0)
            summary.stack[:] = kept
            for other in [summary.__cause__, summary.__context__] + (getattr(summary, "exceptions", None) or []):
                without_own_frames(other, seen)


        def line_in(error, file_name):
            if isinstance(error, SyntaxError) and error.filename == file_name:
                return error.lineno
            line, step = None, error.__traceback__
            while step is not None:
                if step.tb_frame.f_code.co_filename == file_name:
                    line = step.tb_lineno
                step = step.tb_next
            return line

        """##),
    ]
}
