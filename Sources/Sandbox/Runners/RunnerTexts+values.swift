// swift-format-ignore-file

/// Written by `Scripts/embed-runners.py` from the files beside this one: change those, then run it.
extension RunnerTexts {
    static let values: [Module] = [
        ("arguments", ##"""
        """Arguments as a model wrote them, made into what a function's annotations ask for."""

        import dataclasses
        import datetime
        import decimal
        import enum
        import inspect
        import json
        import os
        import pathlib
        import types
        import typing
        import uuid

        try:
            from typing import Annotated, Literal, is_typeddict
        except ImportError:  # Python 3.9
            from typing import Annotated, Literal

            def is_typeddict(kind):
                return isinstance(kind, type) and issubclass(kind, dict) and hasattr(kind, "__total__")


        UNIONS = tuple(filter(None, (typing.Union, getattr(types, "UnionType", None))))
        FROM_TEXT = (
            datetime.datetime,
            datetime.date,
            datetime.time,
            decimal.Decimal,
            uuid.UUID,
            pathlib.Path,
            pathlib.PurePath,
        )


        class Unfit(Exception):
            """A value cannot be what an annotation asks for."""


        def bound(function, arguments, module):
            """The positional and the named arguments of a call."""
            try:
                parameters = inspect.signature(function).parameters
            except (TypeError, ValueError):
                return [], dict(arguments)
            hints = annotations_of(function, module)
            positional, named = [], dict(arguments)
            for name, parameter in parameters.items():
                if name in named:
                    named[name] = fitted(name, named[name], hints.get(name, typing.Any))
                elif name == "self":
                    named[name] = None
                elif name == "agent_state":
                    named[name] = getattr(module, "agent_state", None)
                elif name == "agent_id" and parameter.default is parameter.empty:
                    named[name] = os.environ.get("LETTA_AGENT_ID")
                if parameter.kind is parameter.POSITIONAL_ONLY and name in named:
                    positional.append(named.pop(name))
            return positional, named


        def annotations_of(function, module):
            """What can be resolved of a function's annotations."""
            function = inspect.unwrap(function)
            try:
                return typing.get_type_hints(function, module.__dict__, include_extras=True)
            except Exception:  # A name that is only there for type checkers: the others are still good.
                hints = {}
                for name, annotation in getattr(function, "__annotations__", {}).items():
                    try:
                        hints[name] = eval(annotation, module.__dict__) if isinstance(annotation, str) else annotation
                    except Exception:
                        hints[name] = typing.Any
                return hints


        def fitted(name, value, kind):
            try:
                return fit(value, kind)
            except Unfit as reason:
                raise TypeError("The argument '%s' %s" % (name, reason)) from None


        def fit(value, kind):
            origin = typing.get_origin(kind)
            inner = typing.get_args(kind)
            if origin is Annotated:
                return fit(value, inner[0])
            if origin in UNIONS:
                return fit_union(value, inner)
            if origin is Literal:
                return fit_literal(value, inner)
            if kind in (bool, int, float, str):
                return fit_plain(value, kind)
            if kind is None or kind is type(None):
                return None if value in ("", "null", "None") else value
            if isinstance(kind, typing.NewType if isinstance(typing.NewType, type) else ()):
                return fit(value, kind.__supertype__)
            if is_typeddict(kind) or is_typeddict(origin):
                return fit_typed_dict(parsed(value, dict), kind)
            if isinstance(origin or kind, type):
                return fit_class(value, kind, origin or kind, inner)
            return value


        def fit_union(value, kinds):
            if value is None and type(None) in kinds:
                return None
            kinds = [kind for kind in kinds if kind is not type(None)]
            # As it is, when it already is one of them: "5" stays a text for `int | str`.
            for kind in kinds:
                if isinstance(kind, type) and type(value) is kind:
                    return value
            for kind in kinds:
                try:
                    return fit(value, kind)
                except Unfit as reason:
                    last = reason
            raise last


        def fit_literal(value, words):
            for word in words:
                if word == value and isinstance(word, bool) == isinstance(value, bool):
                    return word
            for word in words:
                if str(word) == value:
                    return word
            raise Unfit("has to be one of %s, not %r." % (", ".join(map(repr, words)), value))


        def fit_plain(value, kind):
            if kind is str:
                return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value
            if kind is bool:
                words = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
                if isinstance(value, str):
                    if value.strip().lower() not in words:
                        raise Unfit("has to be true or false, not %r." % value)
                    return words[value.strip().lower()]
                return bool(value) if value in (0, 1) else value
            if isinstance(value, str):
                try:
                    number = float(value) if kind is float else int(value.strip())
                except ValueError:
                    whole = "a number" if kind is float else "an integer"
                    raise Unfit("has to be %s, not %r." % (whole, value[:100])) from None
                return number
            if kind is float and type(value) is int:
                return float(value)
            return int(value) if kind is int and isinstance(value, float) and value.is_integer() else value


        def parsed(value, *kinds):
            """What a text that is JSON says, when that is of the kind."""
            if not isinstance(value, str):
                return value
            try:
                read = json.loads(value)
            except ValueError:
                return value
            return read if isinstance(read, kinds) else value


        def fit_class(value, kind, base, inner):
            if hasattr(base, "model_validate"):
                return value if isinstance(value, base) else validated(kind.model_validate, parsed(value, dict), base)
            if hasattr(base, "parse_obj"):
                return value if isinstance(value, base) else validated(kind.parse_obj, parsed(value, dict), base)
            if issubclass(base, enum.Enum):
                return fit_enum(value, base)
            if dataclasses.is_dataclass(base) or (issubclass(base, tuple) and hasattr(base, "_fields")):
                return fit_record(parsed(value, dict), base)
            if issubclass(base, FROM_TEXT):
                return from_text(value, base)
            if issubclass(base, dict) or base in MAPPINGS:
                value = parsed(value, dict)
                if isinstance(value, dict) and len(inner) == 2:
                    return {fit(key, inner[0]): fit(item, inner[1]) for key, item in value.items()}
                return value
            if issubclass(base, (list, tuple, set, frozenset)) or base in SEQUENCES:
                return fit_list(parsed(value, list), SEQUENCES.get(base, base), inner)
            return value


        MAPPINGS = {typing.get_origin(kind) for kind in (typing.Mapping, typing.MutableMapping)}
        SEQUENCES = {
            typing.get_origin(kind): list
            for kind in (typing.Sequence, typing.MutableSequence, typing.Iterable, typing.Collection)
        }
        SEQUENCES[typing.get_origin(typing.AbstractSet)] = set


        def fit_list(value, kind, inner):
            if not isinstance(value, (list, tuple)):
                return value
            if kind is tuple and inner and inner[-1] is not Ellipsis:
                if len(value) != len(inner):
                    raise Unfit("has to have %d items, not %d." % (len(inner), len(value)))
                return tuple(fit(item, of) for item, of in zip(value, inner))
            items = [fit(item, inner[0]) for item in value] if inner else list(value)
            return items if kind is list else kind(items)


        def fit_enum(value, kind):
            if isinstance(value, kind):
                return value
            for member in kind:
                if member.value == value or str(member.value) == value:
                    return member
            if isinstance(value, str) and value in kind.__members__:
                return kind[value]
            raise Unfit("has to be one of %s, not %r." % (", ".join(repr(member.value) for member in kind), value))


        def fit_record(value, kind):
            """A dataclass or a named tuple, from an object with its members."""
            if not isinstance(value, dict):
                return value
            hints = members(kind)
            try:
                return kind(**{name: fit(member, hints.get(name, typing.Any)) for name, member in value.items()})
            except TypeError as reason:
                raise Unfit("is no %s: %s" % (kind.__name__, reason)) from None


        def fit_typed_dict(value, kind):
            if not isinstance(value, dict):
                return value
            hints = members(kind)
            return {name: fit(member, hints.get(name, typing.Any)) for name, member in value.items()}


        def members(kind):
            try:
                return typing.get_type_hints(kind)
            except Exception:  # As for functions: a name that is not there.
                return {}


        def validated(validate, value, kind):
            try:
                return validate(value)
            except ValueError as reason:  # pydantic's ValidationError is one.
                raise Unfit("is no %s: %s" % (kind.__name__, reason)) from None


        def from_text(value, kind):
            if isinstance(value, kind) or not isinstance(value, (str, int, float)):
                return value
            try:
                if kind in (datetime.datetime, datetime.date, datetime.time) and isinstance(value, str):
                    # Before Python 3.11 a Z is not understood.
                    return kind.fromisoformat(value[:-1] + "+00:00" if value.endswith("Z") else value)
                return kind(str(value))
            except (ValueError, decimal.InvalidOperation, TypeError):
                raise Unfit("is no %s: %r." % (kind.__name__, str(value)[:100])) from None

        """##),
        ("results", ##"""
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

        """##),
    ]
}
