"""What a call does with arguments, values, exceptions and output."""

import pytest


@pytest.mark.parametrize(
    ("annotation", "given", "expected"),
    [
        ("int", "5", "5"),
        ("int", " 7 ", "7"),
        ("int", 5.0, "5"),
        ("float", "1.5", "1.5"),
        ("float", 2, "2.0"),
        ("bool", "true", "True"),
        ("bool", "False", "False"),
        ("bool", 1, "True"),
        ("str", 5, "'5'"),
        ("str", '{"a": 1}', "'{\"a\": 1}'"),
        ("list[int]", '["1", 2]', "[1, 2]"),
        ("List[str]", [1, "a"], "['1', 'a']"),
        ("set[int]", [1, 1], "{1}"),
        ("tuple[int, str]", [1, 2], "(1, '2')"),
        ("tuple[int, ...]", ["1"], "(1,)"),
        ("dict", '{"a": 1}', "{'a': 1}"),
        ("dict[str, int]", {"a": "1"}, "{'a': 1}"),
        ("Optional[int]", None, "None"),
        ("Optional[int]", "3", "3"),
        ("int | str", "3", "'3'"),
        ("Union[int, float]", "1.5", "1.5"),
        ("'int'", "5", "5"),
        ("Annotated[int, 'x']", "5", "5"),
        ("Literal['a', 'b']", "a", "'a'"),
        ("Literal[1, 2]", "2", "2"),
        ("Color", "red", "<Color.RED: 'red'>"),
        ("Color", "RED", "<Color.RED: 'red'>"),
        ("list[Color]", ["red"], "[<Color.RED: 'red'>]"),
        ("Point", {"x": "1"}, "Point(x=1.0, y=0.0)"),
        ("Point", '{"x": 1, "y": 2}', "Point(x=1.0, y=2.0)"),
        ("list[Point]", [{"x": 1}], "[Point(x=1.0, y=0.0)]"),
        ("Model", {"name": "n"}, "Model(name='n', size=1)"),
        ("Model", '{"name": "n", "size": "2"}', "Model(name='n', size=2)"),
        ("list[Model]", [{"name": "n"}], "[Model(name='n', size=1)]"),
        ("Optional[Model]", {"name": "n"}, "Model(name='n', size=1)"),
        ("datetime.date", "2026-01-31", "datetime.date(2026, 1, 31)"),
        (
            "datetime.datetime",
            "2026-01-31T10:00:00Z",
            "datetime.datetime(2026, 1, 31, 10, 0, tzinfo=datetime.timezone.utc)",
        ),
        ("uuid.UUID", "12345678123456781234567812345678", "UUID('12345678-1234-5678-1234-567812345678')"),
        ("Missing", 3, "3"),
        ("Any", [1], "[1]"),
    ],
)
def test_arguments_become_what_the_annotation_asks_for(call, annotation, given, expected):
    source = f"""
from __future__ import annotations
import datetime, uuid
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any, List, Literal, Optional, Union
from pydantic import BaseModel

class Color(Enum):
    RED = "red"

@dataclass
class Point:
    x: float
    y: float = 0.0

class Model(BaseModel):
    name: str
    size: int = 1

def f(x: {annotation}):
    return repr(x)
"""
    answer = call(source, "f", {"x": given})
    assert answer.get("text") == expected, answer


@pytest.mark.parametrize(
    ("annotation", "given", "words"),
    [
        ("int", "five", "The argument 'x' has to be an integer, not 'five'."),
        ("float", "five", "has to be a number"),
        ("bool", "maybe", "has to be true or false"),
        ("Literal['a', 'b']", "c", "has to be one of 'a', 'b', not 'c'."),
        ("tuple[int, int]", [1], "has to have 2 items, not 1."),
    ],
)
def test_what_does_not_fit_is_said(call, annotation, given, words):
    answer = call(f"from typing import *\ndef f(x: {annotation}):\n    return x", "f", {"x": given})
    assert (answer["ok"], answer["kind"]) == (False, "TypeError")
    assert words in answer["message"]


@pytest.mark.parametrize(
    ("expression", "text", "value"),
    [
        ("'ü'", "ü", "ü"),
        ("None", "None", None),
        ("True", "True", True),
        ("1", "1", 1),
        ("1.5", "1.5", 1.5),
        ("[1, 'a']", "[1, 'a']", [1, "a"]),
        ("{'a': None}", "{'a': None}", {"a": None}),
        ("(1, 2)", "(1, 2)", [1, 2]),
        ("{1: 2}", "{1: 2}", {"1": 2}),
        ("{3, 1}", "{1, 3}", [1, 3]),
        ("dt.date(2026, 1, 2)", "2026-01-02", "2026-01-02"),
        ("[dt.datetime(2026, 1, 2)]", "['2026-01-02T00:00:00']", ["2026-01-02T00:00:00"]),
        ("P(1)", "{'x': 1}", {"x": 1}),
        ("[P(1)]", "[{'x': 1}]", [{"x": 1}]),
        ("M(name='n')", "{'name': 'n'}", {"name": "n"}),
        ("{'m': M(name='n')}", "{'m': {'name': 'n'}}", {"m": {"name": "n"}}),
        ("(i for i in range(2))", "[0, 1]", [0, 1]),
        ("float('nan')", "nan", ...),
        ("1 << 70", str(1 << 70), ...),
        ("b'x'", "b'x'", ...),
        ("object", "<class 'object'>", ...),
        ("loop", "[[...]]", ...),
    ],
)
def test_values(call, expression, text, value):
    source = f"""
import dataclasses, datetime as dt
from pydantic import BaseModel
@dataclasses.dataclass
class P:
    x: int
class M(BaseModel):
    name: str
loop = []
loop.append(loop)
def f():
    return {expression}
"""
    answer = call(source, "f")
    assert answer.get("text") == text, answer
    assert answer.get("value", ...) == value


def test_the_named_function_else_the_last_one(call):
    source = "def a():\n    return 'a'\n\ndef b():\n    return 'b'\n"
    assert call(source, "a")["text"] == "a"
    assert call(source, "renamed")["text"] == "b"
    nothing = call("x = 1", "f")
    assert (nothing["kind"], nothing["ok"]) == ("NameError", False)


@pytest.mark.parametrize(
    "source",
    [
        "async def f(n: int):\n    import asyncio\n    await asyncio.sleep(0)\n    return n + 1",
        "class Meta: pass\n\ndef f(self, n: int):\n    return n + 1",
        "def f(n: int, /):\n    return n + 1",
        "def f(*, n: int = 1, **others):\n    return n + 1",
        "import functools\ndef mark(g):\n    @functools.wraps(g)\n    def w(*a, **k):\n        return g(*a, **k)\n    return w\n@mark\ndef f(n: int):\n    return n + 1",
        "    def f(n: int):\n        return n + 1",
        "def f(n: Optional[int] = None) -> List[int]:\n    os.getcwd()\n    return n + 1",
        "def f(n: int):\n    return n + 1\n\nif __name__ == '__main__':\n    f('trial')",
    ],
)
def test_kinds_of_functions(call, source):
    answer = call(source, "f", {"n": "1"})
    assert answer.get("value") == 2, answer


def test_the_agent(call):
    state = {
        "id": "agent-1",
        "name": "Mo",
        "blocks": [{"label": "human", "value": "Ann", "limit": 5}],
        "tags": ["a"],
    }
    source = """
def f(agent_state: "AgentState", agent_id: str):
    block = agent_state.memory.get_block("human")
    return [agent_state.name, agent_state["id"], agent_state.blocks[0].value, block.value, block["limit"],
            agent_state.memory.list_block_labels(), agent_state.tags, agent_id, agent_state.model_dump()["name"]]
"""
    answer = call(source, "f", agent_state=state, environment={"LETTA_AGENT_ID": "agent-1"})
    assert answer.get("value") == ["Mo", "agent-1", "Ann", "Ann", 5, ["human"], ["a"], "agent-1", "Mo"], answer
    missing = call("def f(agent_state):\n    return agent_state.memory.get_block('x')", "f", agent_state=state)
    assert "Block field x does not exist (available sections = human)" in missing["message"]
    change = call(
        "def f(agent_state):\n    agent_state.memory.update_block_value('human', 'x')", "f", agent_state=state
    )
    assert change["kind"] == "PermissionError"
    assert call("def f(agent_state):\n    return agent_state", "f")["text"] == "None"


def test_an_exception_shows_the_lines_of_the_source_and_nothing_else(call):
    source = "import json\n\ndef helper(text):\n    return json.loads(text)\n\ndef boom(n: int):\n    try:\n        helper('{')\n    except ValueError as error:\n        raise KeyError(f'bad {n}') from error\n"
    answer = call(source, "boom", {"n": 1})
    assert (answer["ok"], answer["kind"], answer["message"], answer["line"]) == (False, "KeyError", "'bad 1'", 10)
    trace = answer["traceback"]
    assert 'File "<boom>", line 10, in boom' in trace
    assert "raise KeyError(f'bad {n}') from error" in trace
    assert 'File "<boom>", line 4, in helper' in trace
    assert "The above exception was the direct cause" in trace
    assert "roost_runner" not in trace and "runpy" not in trace and "<frozen" not in trace
    assert trace.startswith('Traceback (most recent call last):\n  File "<boom>", line 8, in boom')


@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        ("raise ValueError('bad 1')", "ValueError", "bad 1"),
        ("import sys; sys.exit(3)", "SystemExit", "sys.exit(3)"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt", ""),
        ("return f()", "RecursionError", "without end"),
        ("import nothing_here", "ModuleNotFoundError", "No module named 'nothing_here'"),
        ("class E(Exception):\n        def __str__(self): raise OSError\n    raise E", "E", "cannot be shown"),
        ("class V:\n        def __str__(self): raise OSError('no')\n    return V()", "OSError", "no"),
        ("return input()", "EOFError", "EOF"),
        ("raise ExceptionGroup('several', [ValueError('one')])", "ExceptionGroup", "several (1 sub-exception)"),
    ],
)
def test_exceptions(call, body, kind, words):
    answer = call(f"def f():\n    {body}\n", "f")
    assert (answer["ok"], answer["kind"]) == (False, kind), answer
    assert words in answer["message"]
    assert len(answer["traceback"]) < 5000


def test_missing_and_unknown_arguments(call):
    source = "def f(a: int):\n    return a"
    assert "missing 1 required positional argument: 'a'" in call(source, "f")["message"]
    unknown = call(source, "f", {"a": 1, "b": 2})
    assert "unexpected keyword argument 'b'" in unknown["message"]
    assert unknown["traceback"] == "TypeError: f() got an unexpected keyword argument 'b'\n"


def test_a_syntax_error_names_its_line(call):
    answer = call("def f():\n    return (\n", "f")
    assert (answer["kind"], answer["line"]) == ("SyntaxError", 2)
    assert "return (" in answer["traceback"]


def test_output_goes_where_the_code_sends_it(call):
    source = "import sys, os\ndef f():\n    print('out')\n    print('err', file=sys.stderr)\n    os.write(1, b'raw')\n    sys.stdout.write('end')\n    return 'x'"
    answer = call(source, "f")
    assert answer["text"] == "x"
    assert "out\n" in answer["stdout"] and answer["stdout"].endswith("end") and "raw" in answer["stdout"]
    assert answer["stderr"] == "err\n"


@pytest.mark.parametrize(
    "body",
    [
        "sys.stdout.close()",
        "sys.stdout = None",
        "threading.Thread(target=time.sleep, args=(60,)).start()",
        "atexit.register(lambda: time.sleep(60))",
    ],
)
def test_what_is_left_behind_does_not_hold_the_answer_up(call, body):
    answer = call(f"import atexit, sys, threading, time\ndef f():\n    {body}\n    return 'x'", "f")
    assert answer.get("text") == "x", answer


def test_children_do_not_have_the_way_back(call):
    source = """
import os, subprocess, sys
def f():
    held = subprocess.run(["ls", "/proc/self/fd"], close_fds=False, capture_output=True, text=True).stdout.split()
    pid = os.fork()
    if pid == 0:
        return "the child came back"
    os.waitpid(pid, 0)
    return held
"""
    answer = call(source, "f")
    assert answer.get("value") == ["0", "1", "2", "3"], answer  # 3 is the folder that ls reads


@pytest.mark.parametrize(
    ("source", "text", "value"),
    [
        ("1 + 1", "2", 2),
        ("x = 2\nx * 3", "6", 6),
        ("x = 2", "", None),
        ("print('a')", "", None),
        ("", "", None),
        ("import asyncio\nawait asyncio.sleep(0)\n'done'", "done", "done"),
        ("async def g():\n    return 3\nawait g()", "3", 3),
        ("if True:\n    4", "", None),
        ("from dataclasses import dataclass\n@dataclass\nclass P:\n    x: 'int'\nP(1)", "{'x': 1}", {"x": 1}),
        ("import sys\nsys.exit()", "", None),
        ("__name__", "__main__", "__main__"),
        ("def f(x): return x\n[f(i) for i in range(2)]", "[0, 1]", [0, 1]),
    ],
)
def test_scripts(call, source, text, value):
    answer = call(source)
    assert (answer["ok"], answer["text"], answer["value"]) == (True, text, value)


def test_a_script_that_fails(call):
    answer = call("x = 1\n\n1 / 0\n")
    assert (answer["kind"], answer["message"], answer["line"]) == ("ZeroDivisionError", "division by zero", 3)
    assert answer["traceback"].startswith('Traceback (most recent call last):\n  File "<script>", line 3, in <module>')


def test_a_long_result_is_still_one_answer(call):
    answer = call("def f():\n    return 'x' * (20 << 20)", "f")
    assert answer["ok"] and answer["text"].endswith("[cut: the result is too long]")
    listed = call("def f():\n    return ['x'] * 3_000_000", "f")
    assert listed["ok"] and "value" not in listed
