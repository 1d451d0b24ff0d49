"""What code returned, as text and as JSON."""

import dataclasses
import datetime
import decimal
import enum
import json
import math
import pathlib
import uuid

AS_TEXT = (datetime.timedelta, decimal.Decimal, pathlib.PurePath, uuid.UUID)
DATES = (datetime.datetime, datetime.date, datetime.time)


class NoJSON(Exception):
    pass


def result(value, is_script=False):
    """The answer for a value: a text as it is, anything else as Python shows it."""
    if is_script and value is None:
        return {"ok": True, "text": "", "value": None}
    shown = dumped(value)
    answer = {"ok": True, "text": shown if isinstance(shown, str) else str(shown)}
    try:
        answer["value"] = json_form(shown)
    except (NoJSON, RecursionError):
        pass
    return answer


def dumped(value, inside=False, depth=0):
    """Models and dataclasses as the objects they stand for, and so inside of lists and objects; dates there as text."""
    if value is None or isinstance(value, (bool, int, float, str)) and not isinstance(value, enum.Enum) or depth > 200:
        return value
    if isinstance(value, type):
        return value
    if isinstance(value, (dict, list, tuple)):
        return dumped_collection(value, depth + 1)
    for name in ("model_dump", "dict"):  # pydantic 2 and 1
        if hasattr(type(value), "__fields__") and hasattr(value, name):
            return dumped(getattr(value, name)(), True, depth + 1)
    if dataclasses.is_dataclass(value):
        fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        return dumped(fields, True, depth + 1)
    if not inside:
        return value
    if isinstance(value, enum.Enum):
        return dumped(value.value, True, depth + 1)
    if isinstance(value, DATES):
        return value.isoformat()
    return str(value) if isinstance(value, AS_TEXT) else value


def dumped_collection(value, depth):
    if isinstance(value, dict):
        items = {key: dumped(member, True, depth) for key, member in value.items()}
    else:
        items = [dumped(item, True, depth) for item in value]
    # One that holds nothing of the kind is shown as what it is: a defaultdict, a named tuple.
    if isinstance(value, dict):
        return value if all(items[key] is member for key, member in value.items()) else items
    if all(new is old for new, old in zip(items, value)):
        return value
    return tuple(items) if type(value) is tuple else items


def json_form(value, depth=0):
    """A value as JSON has it.

    Raises:
        NoJSON: It has no such form.
    """
    if depth > 200:
        raise NoJSON
    if isinstance(value, enum.Enum):
        return json_form(value.value, depth + 1)
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        if abs(value) >= 1 << 63:
            raise NoJSON
        return int(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise NoJSON
        return float(value)
    if isinstance(value, dict):
        return {json_key(key): json_form(member, depth + 1) for key, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [json_form(item, depth + 1) for item in value]
    if isinstance(value, (set, frozenset)):
        try:
            value = sorted(value)
        except TypeError:  # Of several kinds: in any order.
            pass
        return [json_form(item, depth + 1) for item in value]
    if isinstance(value, DATES):
        return value.isoformat()
    if isinstance(value, AS_TEXT):
        return str(value)
    if type(value).__module__ == "numpy" and hasattr(value, "tolist"):
        return json_form(value.tolist(), depth + 1)
    raise NoJSON


def json_key(key):
    if isinstance(key, enum.Enum):
        key = key.value
    if isinstance(key, str):
        return key
    if key is None or isinstance(key, (bool, int, float)):
        return json.dumps(key)
    if isinstance(key, DATES + AS_TEXT):
        return str(key)
    raise NoJSON
