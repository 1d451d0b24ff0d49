"""What the schema of a function is, for many ways to write one."""

import pytest
from roost_runner.schema import answer

HEAD = '''
from __future__ import annotations
import dataclasses, datetime, enum, typing, uuid
import typing as t
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum, auto
from pathlib import Path
from typing import Annotated, Any, Dict, List, Literal, NamedTuple, NotRequired, Optional, Sequence, Tuple, TypedDict, Union
from typing import List as L
from pydantic import BaseModel, Field, constr
class Color(Enum):
    RED = "red"
    BLUE = "blue"
class Level(IntEnum):
    LOW = 1
    HIGH = 2
class Mode(StrEnum):
    FAST = auto()
    SLOW = auto()
class Step(BaseModel):
    """One step."""
    name: str = Field(..., description="Its name.")
    weight: float = Field(1.0, ge=0, description="Its weight.")
class Plan(BaseModel):
    steps: list[Step] = Field(description="The steps.")
    owner: Optional[str] = None
    """Who does it."""
class Node(BaseModel):
    value: int
    children: list["Node"] = []
class Named(Step):
    alias_of: str = Field(alias="aliasOf")
@dataclass
class Point:
    """A point.

    Attributes:
        x: To the right.
    """
    x: float
    y: float = field(default=0.0, metadata={"description": "Up."})
    tags: list[str] = field(default_factory=list)
    count: typing.ClassVar[int] = 0
class Options(TypedDict, total=False):
    depth: typing.Required[int]
    wide: bool
class Movie(TypedDict):
    name: str
    year: NotRequired[int]
class Pair(NamedTuple):
    left: int
    right: int = 0
Ids = List[int]
Name = typing.NewType("Name", str)
T = typing.TypeVar("T")
Flags = TypedDict("Flags", {"a": bool})
'''

STRING, INTEGER = {"type": "string"}, {"type": "integer"}
NUMBER, BOOLEAN = {"type": "number"}, {"type": "boolean"}
STEP = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "description": "Its name."},
        "weight": {"type": "number", "minimum": 0, "description": "Its weight."},
    },
    "required": ["name"],
    "description": "One step.",
}


def array(items, **more):
    return {"type": "array", "items": items, **more}


# The annotation, what it becomes, and whether the argument is required.
TYPES = [
    ("str", STRING, True),
    ("int", INTEGER, True),
    ("float", NUMBER, True),
    ("bool", BOOLEAN, True),
    ("None", {"type": "null"}, False),
    ("Any", {}, True),
    ("typing.Any", {}, True),
    ("object", {}, True),
    ("bytes", STRING, True),
    ("list", array(STRING), True),
    ("List", array(STRING), True),
    ("list[int]", array(INTEGER), True),
    ("List[str]", array(STRING), True),
    ("L[str]", array(STRING), True),
    ("t.List[float]", array(NUMBER), True),
    ("typing.Sequence[bool]", array(BOOLEAN), True),
    ("list[list[int]]", array(array(INTEGER)), True),
    ("list[Any]", array({}), True),
    ("set[str]", array(STRING, uniqueItems=True), True),
    ("frozenset[int]", array(INTEGER, uniqueItems=True), True),
    ("tuple[int, ...]", array(INTEGER), True),
    ("tuple", array(STRING), True),
    ("Tuple[int, int]", array(INTEGER, prefixItems=[INTEGER, INTEGER], minItems=2, maxItems=2), True),
    ("dict", {"type": "object"}, True),
    ("Dict", {"type": "object"}, True),
    ("dict[str, Any]", {"type": "object"}, True),
    ("dict[str, int]", {"type": "object", "additionalProperties": INTEGER}, True),
    ("Dict[str, list[str]]", {"type": "object", "additionalProperties": array(STRING)}, True),
    ("typing.Mapping[str, float]", {"type": "object", "additionalProperties": NUMBER}, True),
    ('Literal["a", "b"]', {"type": "string", "enum": ["a", "b"]}, True),
    ("Literal[1, 2]", {"type": "integer", "enum": [1, 2]}, True),
    ('Literal["a", 1]', {"enum": ["a", 1]}, True),
    ('Literal["only"]', {"type": "string", "enum": ["only"]}, True),
    ("Literal[Color.RED]", {"type": "string", "enum": ["red"]}, True),
    ('Literal["a"] | Literal["b"]', {"type": "string", "enum": ["a", "b"]}, True),
    ("Color", {"type": "string", "enum": ["red", "blue"]}, True),
    ("Level", {"type": "integer", "enum": [1, 2]}, True),
    ("Mode", {"type": "string", "enum": ["fast", "slow"]}, True),
    ("list[Color]", array({"type": "string", "enum": ["red", "blue"]}), True),
    ("Optional[int]", INTEGER, False),
    ("typing.Optional[list[str]]", array(STRING), False),
    ("int | None", INTEGER, False),
    ("None | str", STRING, False),
    ("Union[int, None]", INTEGER, False),
    ("Union[int, str]", {"anyOf": [INTEGER, STRING]}, True),
    ("int | str | None", {"anyOf": [INTEGER, STRING]}, False),
    ("list[int | None]", array(INTEGER), True),
    ("Union[str, list[str]]", {"anyOf": [STRING, array(STRING)]}, True),
    ('"int"', INTEGER, True),
    ('"Optional[Step]"', STEP, False),
    ("Annotated[int, Field(ge=1, le=9)]", {"type": "integer", "minimum": 1, "maximum": 9}, True),
    ("Annotated[Optional[int], 'x']", INTEGER, False),
    ("constr(min_length=1, max_length=3)", {"type": "string", "minLength": 1, "maxLength": 3}, True),
    ("datetime.datetime", {"type": "string", "format": "date-time"}, True),
    ("date", {"type": "string", "format": "date"}, True),
    ("datetime.time", {"type": "string", "format": "time"}, True),
    ("uuid.UUID", {"type": "string", "format": "uuid"}, True),
    ("Decimal", NUMBER, True),
    ("Path", STRING, True),
    ("Ids", array(INTEGER), True),
    ("Name", STRING, True),
    ("T", {}, True),
    ("Step", STEP, True),
    ("list[Step]", array(STEP), True),
    ("Optional[Step]", STEP, False),
    (
        "Plan",
        {
            "type": "object",
            "properties": {
                "steps": array(STEP, description="The steps."),
                "owner": {"type": "string", "description": "Who does it."},
            },
            "required": ["steps"],
        },
        True,
    ),
    (
        "Node",
        {
            "type": "object",
            "properties": {"value": INTEGER, "children": array({"type": "object"})},
            "required": ["value"],
        },
        True,
    ),
    (
        "Named",
        {"type": "object", "properties": {**STEP["properties"], "aliasOf": STRING}, "required": ["name", "aliasOf"]},
        True,
    ),
    (
        "Point",
        {
            "type": "object",
            "properties": {
                "x": {"type": "number", "description": "To the right."},
                "y": {"type": "number", "description": "Up."},
                "tags": array(STRING),
            },
            "required": ["x"],
            "description": "A point.",
        },
        True,
    ),
    ("Options", {"type": "object", "properties": {"depth": INTEGER, "wide": BOOLEAN}, "required": ["depth"]}, True),
    ("Movie", {"type": "object", "properties": {"name": STRING, "year": INTEGER}, "required": ["name"]}, True),
    ("Pair", {"type": "object", "properties": {"left": INTEGER, "right": INTEGER}, "required": ["left"]}, True),
    ("Flags", {"type": "object", "properties": {"a": BOOLEAN}, "required": ["a"]}, True),
]


def schema(source):
    reply = answer({"do": "schema", "source": source})
    assert reply["ok"], reply
    return reply["schema"]


@pytest.mark.parametrize(("annotation", "expected", "required"), TYPES, ids=[case[0] for case in TYPES])
def test_type(annotation, expected, required):
    source = HEAD + f'def f(x: {annotation}):\n    """Does it.\n\n    Args:\n        x: The thing.\n    """\n'
    parameters = schema(source)["parameters"]
    assert parameters["properties"] == {"x": {**expected, "description": "The thing."}}
    assert parameters["required"] == (["x"] if required else [])


# The source, what V1's words say, and the line.
BROKEN = [
    ("def q(): pass", "Function q missing docstring", 1),
    ("\n\ndef q():\n    return 1", "Function q missing docstring", 3),
    ('def q():\n    """ """', "Function q missing docstring", 1),
    ("async def q(): pass", "Function q missing docstring", 1),
    ('def q(x):\n    """D."""', "Parameter 'x' in function 'q' lacks a type annotation", 1),
    ('def q(x: int):\n    """D."""', "Parameter 'x' in function 'q' lacks a description in the docstring", 1),
    (
        'def q(\n    a: int,\n    b: int,\n):\n    """D.\n\n    Args:\n        a: A.\n    """',
        "Parameter 'b' in function 'q' lacks a description in the docstring",
        3,
    ),
    ('def q(*args):\n    """D."""', "Function q takes *args", 1),
    ('def q(**kwargs):\n    """D."""', "Function q takes **kwargs", 1),
    ('def q(x: Frame):\n    """D.\n\n    Args:\n        x: X.\n    """', "Python type Frame has no corresponding", 1),
    ('def q(x: "a b"):\n    """D.\n\n    Args:\n        x: X.\n    """', "'a b' is not a type.", 1),
    ('class C: pass\ndef q(x: C):\n    """D.\n\n    Args:\n        x: X.\n    """', "the class C has no schema", 2),
    ("x = 1", "No functions found in source code", 1),
    ("", "No functions found in source code", None),
    ("class A:\n    def f(self): pass", "No functions found in source code", 1),
    ("def q(:\n    pass", "Failed to parse source code: invalid syntax", 1),
    ("def q():\n    x = (\n", "Failed to parse source code: '(' was never closed", 2),
    ("def q():\nreturn 1", "Failed to parse source code: expected an indented block", 2),
    ("def q(): pass\0", "Failed to parse source code", None),
]


@pytest.mark.parametrize(("source", "words", "line"), BROKEN)
def test_what_is_missing_is_named_with_its_line(source, words, line):
    reply = answer({"do": "schema", "source": source})
    assert reply["ok"] is False
    assert words in reply["message"]
    assert reply.get("line") == line
    if line is not None:
        assert f"(line {line}: {source.splitlines()[line - 1].strip()})" in reply["message"]


def described(docstring, signature="city: str, days: int = 1"):
    body = "\n".join("    " + line for line in docstring.split("\n"))
    return schema(f'def weather({signature}):\n    """{body.strip()}\n    """\n')


GOOGLE = """Tells the weather.

It is that of tomorrow.

Args:
    city (str): The city, in English,
        not abbreviated.
    days (int, optional): How many days.

Returns:
    str: A sentence.

Raises:
    ValueError: An unknown city.
"""
REST = """Tells the weather.

It is that of tomorrow.

:param city: The city, in English,
    not abbreviated.
:param int days: How many days.
:returns: A sentence.
:raises ValueError: An unknown city.
"""
NUMPY = """Tells the weather.

It is that of tomorrow.

Parameters
----------
city : str
    The city, in English,
    not abbreviated.
days : int
    How many days.

Returns
-------
str
    A sentence.
"""


@pytest.mark.parametrize("docstring", [GOOGLE, REST, NUMPY], ids=["google", "rest", "numpy"])
def test_styles_of_docstrings(docstring):
    found = described(docstring)
    properties = found["parameters"]["properties"]
    assert found["name"] == "weather"
    assert found["description"] == "Tells the weather.\n\nIt is that of tomorrow."
    assert properties["city"]["description"] == "The city, in English,\nnot abbreviated."
    assert properties["days"]["description"] == "How many days."
    assert found["parameters"]["required"] == ["city"]


def test_examples_are_kept_and_dedented():
    found = described(GOOGLE + '\nExamples:\n    >>> weather("Oslo")\n    rain\n')
    assert found["description"].endswith('tomorrow.\n\nExamples:\n    >>> weather("Oslo")\n    rain')


def test_an_unknown_section_and_text_below_the_arguments_stay_in_the_description():
    found = described("Tells it.\n\nNote:\n    Slow.\n\nArgs:\n    city: C.\n    days: D.\n\nUse it rarely.")
    assert found["description"] == "Tells it.\n\nNote:\n    Slow.\n\nUse it rarely."
    assert found["parameters"]["properties"]["days"]["description"] == "D."


def test_entries_that_are_not_indented_and_lists_inside_of_them():
    found = described("Tells it.\n\nArgs:\ncity: C.\ndays: D:\n    - one: 1\n    - two")
    properties = found["parameters"]["properties"]
    assert properties["city"]["description"] == "C."
    assert properties["days"]["description"] == "D:\n- one: 1\n- two"


def test_a_description_that_begins_on_the_next_line():
    found = described("Tells it.\n\nArgs:\n    city (str):\n        The city.\n    days: D.")
    assert found["parameters"]["properties"]["city"]["description"] == "The city."


def test_annotated_texts_stand_in_for_entries():
    source = (
        'from typing import Annotated\ndef f(a: Annotated[str, "A city."], agent_state=None):\n    """Does it."""\n'
    )
    assert schema(source)["parameters"]["properties"] == {"a": {"type": "string", "description": "A city."}}


@pytest.mark.parametrize(
    "head",
    [
        "@tool\ndef f",
        '@tool(name="x")\n@other\nasync def f',
        "def helper(*args): pass\n\n\ndef f",
        "class A:\n    def last(self): pass\n\n\ndef f",
        "import os\nif os.name:\n    pass\nasync def f",
    ],
)
def test_the_last_function_of_the_source_whatever_stands_before_it(head):
    found = schema(
        head
        + '(self, a: int, *, agent_state, b: str = "x"):\n    """Does it.\n\n    Args:\n        a: A.\n        b: B.\n    """\n'
    )
    assert found["name"] == "f"
    assert list(found["parameters"]["properties"]) == ["a", "b"]
    assert found["parameters"]["required"] == ["a"]


def test_a_source_that_is_indented_as_a_whole():
    assert schema('    def f():\n        """Does it."""\n')["name"] == "f"


def test_a_function_without_parameters():
    assert schema('def f():\n    """Does it."""\n') == {
        "name": "f",
        "description": "Does it.",
        "parameters": {"type": "object", "properties": {}, "required": []},
    }


def test_parameters_that_are_described_elsewhere():
    reply = answer({"do": "schema", "source": "def f(a, *b): pass", "has_parameters": True})
    assert reply["schema"]["name"] == "f"
    assert reply["schema"]["description"] == "The f tool"


def test_nothing_is_run(tmp_path):
    mark = tmp_path / "ran"
    source = f'open({str(mark)!r}, "w")\ndef f(a: int = open({str(mark)!r}, "w")):\n    """D.\n\n    Args:\n        a: A.\n    """'
    assert schema(source)["name"] == "f"
    assert not mark.exists()
