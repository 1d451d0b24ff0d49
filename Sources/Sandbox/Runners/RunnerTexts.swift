// swift-format-ignore-file

/// Written by `Scripts/embed-runners.py` from the files beside this one: change those, then run it.
enum RunnerTexts {
    static let pythonStart = ##"""
        """The beginning of the runner's script. `SOURCES`, the modules beside this file, stand above it."""

        import importlib.abc
        import importlib.util
        import sys

        PACKAGE = "roost_runner"


        class Bundle(importlib.abc.MetaPathFinder, importlib.abc.Loader):
            """Finds the runner's modules in the script itself: in the sandbox there is no folder of them."""

            def find_spec(self, name, path=None, target=None):
                part = "__init__" if name == PACKAGE else name[len(PACKAGE) + 1 :]
                if name.split(".")[0] != PACKAGE or part not in SOURCES:  # noqa: F821
                    return None
                return importlib.util.spec_from_loader(name, self, is_package=name == PACKAGE)

            def create_module(self, spec):
                return None

            def exec_module(self, module):
                part = "__init__" if module.__name__ == PACKAGE else module.__name__[len(PACKAGE) + 1 :]
                code = compile(SOURCES[part], "<roost_runner>/%s.py" % part, "exec", dont_inherit=True)  # noqa: F821
                exec(code, module.__dict__)


        sys.meta_path.insert(0, Bundle())
        # The script's own folder is none of the code's.
        sys.path[:] = [folder for folder in sys.path if folder not in ("", "/run/roost") and folder != sys.argv[0].rpartition("/")[0]]

        from roost_runner.serve import main  # noqa: E402

        main()

        """##

    static let pythonModules: [(name: String, text: String)] = [
        ("__init__", ##"""
        """What runs inside the sandbox: one request in, one answer out (docs/design/sandbox.md)."""

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
        ("annotations", ##"""
        """Annotations as JSON schemas."""

        import ast

        from . import classes

        PLAIN = {
            "str": {"type": "string"},
            "int": {"type": "integer"},
            "float": {"type": "number"},
            "bool": {"type": "boolean"},
            "complex": None,
            "bytes": {"type": "string"},
            "None": {"type": "null"},
            "NoneType": {"type": "null"},
            "Any": {},
            "object": {},
            "Decimal": {"type": "number"},
            "datetime": {"type": "string", "format": "date-time"},
            "date": {"type": "string", "format": "date"},
            "time": {"type": "string", "format": "time"},
            "UUID": {"type": "string", "format": "uuid"},
            "Path": {"type": "string"},
            "PurePath": {"type": "string"},
            "AnyStr": {"type": "string"},
            "LiteralString": {"type": "string"},
            "EmailStr": {"type": "string", "format": "email"},
            "HttpUrl": {"type": "string", "format": "uri"},
            "AnyUrl": {"type": "string", "format": "uri"},
            "AnyHttpUrl": {"type": "string", "format": "uri"},
            "StrictStr": {"type": "string"},
            "StrictInt": {"type": "integer"},
            "StrictFloat": {"type": "number"},
            "StrictBool": {"type": "boolean"},
            "PositiveInt": {"type": "integer", "exclusiveMinimum": 0},
            "NonNegativeInt": {"type": "integer", "minimum": 0},
            "PositiveFloat": {"type": "number", "exclusiveMinimum": 0},
            "NonNegativeFloat": {"type": "number", "minimum": 0},
            "JsonValue": {},
        }
        LISTS = "list List Sequence MutableSequence Iterable Collection Iterator deque conlist".split()
        SETS = "set Set frozenset FrozenSet AbstractSet MutableSet conset".split()
        DICTS = "dict Dict Mapping MutableMapping defaultdict DefaultDict OrderedDict Counter".split()
        TUPLES = ("tuple", "Tuple")
        CALLS = {"constr": "str", "conint": "int", "confloat": "float", "conlist": "list", "conset": "set", "NewType": None}
        WRAPPERS = ("Required", "NotRequired", "ReadOnly", "Final")


        class Unsupported(Exception):
            """No schema says what an annotation says."""


        class Types:
            """The types that a source may name."""

            def __init__(self, tree):
                self.classes, self.aliases, self.imported = {}, {}, {}
                self.open = []  # classes whose schema is being made
                for node in ast.walk(tree):
                    if isinstance(node, ast.ClassDef):
                        self.classes[node.name] = node
                    elif isinstance(node, (ast.Import, ast.ImportFrom)):
                        for name in node.names:
                            self.imported[name.asname or name.name] = name.name
                    elif type(node).__name__ == "TypeAlias":  # `type X = …`, Python 3.12
                        self.aliases[node.name.id] = node.value
                for node in tree.body:
                    if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
                        self.aliases[node.targets[0].id] = node.value
                    elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
                        self.aliases[node.target.id] = node.value

            def parameter(self, annotation):
                """The schema of an annotation, and whether it takes None."""
                options = self.options(annotation)
                plain = [option for option in options if not is_none(option)]
                schema = self.union(plain) if plain else {"type": "null"}
                return schema, len(plain) < len(options)

            def schema(self, annotation):
                """The schema of a type inside of another. One that takes None is shown as what it is otherwise."""
                return self.parameter(annotation)[0]

            def union(self, options):
                schemas = []
                for option in options:
                    schema = self.single(option)
                    if schema not in schemas:
                        schemas.append(schema)
                if len(schemas) == 1:
                    return schemas[0]
                if all(set(schema) == {"type", "enum"} for schema in schemas) and len({s["type"] for s in schemas}) == 1:
                    return {"type": schemas[0]["type"], "enum": [word for schema in schemas for word in schema["enum"]]}
                return {} if {} in schemas else {"anyOf": schemas}

            # What an annotation is made of

            def options(self, node, depth=0):
                """The members of a union, whichever way it is written."""
                node = self.resolved(node, depth)
                if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
                    return self.options(node.left, depth + 1) + self.options(node.right, depth + 1)
                name, inner = self.parts(node)
                if name == "Optional" and len(inner) == 1:
                    return self.options(inner[0], depth + 1) + [ast.Constant(None)]
                if name == "Union" and inner:
                    return [option for part in inner for option in self.options(part, depth + 1)]
                if name == "Annotated" and inner:
                    # What stands beside the type narrows it; a None inside makes it optional.
                    options = self.options(inner[0], depth + 1)
                    plain = [option for option in options if not is_none(option)]
                    return [node] + [ast.Constant(None)] if len(plain) < len(options) else [node]
                if name in WRAPPERS and len(inner) == 1:
                    return self.options(inner[0], depth + 1)
                return [node]

            def resolved(self, node, depth=0):
                """What an alias or a text stands for."""
                if depth > 50:
                    raise Unsupported("its type is nested too deeply.")
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    try:
                        return self.resolved(ast.parse(node.value.strip(), mode="eval").body, depth + 1)
                    except SyntaxError:
                        raise Unsupported("'%s' is not a type." % node.value[:100]) from None
                if isinstance(node, ast.Name) and node.id in self.aliases and node.id not in self.classes:
                    value = self.aliases[node.id]
                    if isinstance(value, (ast.Name, ast.Attribute, ast.Subscript, ast.BinOp, ast.Constant, ast.Call)):
                        return self.resolved(value, depth + 1)
                return node

            def name(self, node):
                """The name of a type without its module, as it was before it was imported under another one."""
                if isinstance(node, ast.Constant) and node.value is None:
                    return "None"
                if isinstance(node, ast.Name):
                    return node.id if node.id in self.classes else self.imported.get(node.id, node.id).split(".")[-1]
                return node.attr if isinstance(node, ast.Attribute) else None

            def parts(self, node):
                """`X[a, b]` is `("X", [a, b])`."""
                if not isinstance(node, ast.Subscript):
                    return self.name(node), []
                inner = node.slice
                if type(inner).__name__ == "Index":  # Python 3.8
                    inner = inner.value
                return self.name(node.value), list(inner.elts) if isinstance(inner, ast.Tuple) else [inner]

            def single(self, node):
                node = self.resolved(node)
                if isinstance(node, ast.Call):
                    return self.called(node)
                name, inner = self.parts(node)
                if name in self.classes:
                    return classes.schema(self, self.classes[name])
                if name == "Annotated" and inner:
                    schema = dict(self.schema(inner[0]))
                    for note in inner[1:]:
                        schema.update(classes.constraints(note, schema.get("type")))
                    return schema
                if name == "Literal":
                    return words([self.word(part) for part in inner])
                if name in LISTS or name in SETS:
                    schema = {"type": "array", "items": self.schema(inner[0]) if inner else {"type": "string"}}
                    return dict(schema, uniqueItems=True) if name in SETS else schema
                if name in TUPLES:
                    return self.tuple(inner)
                if name in DICTS:
                    return self.dictionary(name, inner)
                schema = PLAIN.get(name)
                if schema is None:
                    raise Unsupported(
                        "Python type %s has no corresponding JSON schema type. Use str, int, float, bool, list, dict, Literal, an "
                        "Enum, or a BaseModel, dataclass or TypedDict that the source defines." % ast.unparse(node)
                    )
                return dict(schema)

            def called(self, node):
                """`constr(max_length=3)`, `NewType("Id", int)`, `TypedDict("T", {…})`, `Enum("E", "a b")`."""
                name = self.name(node.func)
                if name == "NewType" and len(node.args) == 2:
                    return self.schema(node.args[1])
                if name in ("TypeVar", "ParamSpec"):
                    return {}
                if name == "TypedDict" and len(node.args) == 2 and isinstance(node.args[1], ast.Dict):
                    pairs = zip(node.args[1].keys, node.args[1].values)
                    properties = {key.value: self.schema(value) for key, value in pairs if isinstance(key, ast.Constant)}
                    return {"type": "object", "properties": properties, "required": list(properties)}
                if name in CALLS:
                    base = ast.Subscript(ast.Name(CALLS[name]), node.args[0]) if node.args else ast.Name(CALLS[name])
                    schema = dict(self.single(base))
                    schema.update(classes.constraints(node, schema.get("type")))
                    return schema
                raise Unsupported("%s is not a type that a schema can say." % ast.unparse(node))

            def tuple(self, inner):
                if not inner:
                    return {"type": "array", "items": {"type": "string"}}
                if len(inner) == 2 and isinstance(inner[1], ast.Constant) and inner[1].value is Ellipsis:
                    return {"type": "array", "items": self.schema(inner[0])}
                items = [self.schema(part) for part in inner]
                schema = {"type": "array", "prefixItems": items, "minItems": len(items), "maxItems": len(items)}
                # Some services of models want `items` of every array.
                schema["items"] = self.union(inner)
                return schema

            def dictionary(self, name, inner):
                if name == "Counter":
                    return {"type": "object", "additionalProperties": {"type": "integer"}}
                value = self.schema(inner[1]) if len(inner) == 2 else {}
                return {"type": "object", "additionalProperties": value} if value else {"type": "object"}

            def word(self, node):
                """One word of a `Literal`: a text, a number, or a member of an Enum of the source."""
                try:
                    return ast.literal_eval(node)
                except ValueError:
                    pass
                if isinstance(node, ast.Attribute) and self.name(node.value) in self.classes:
                    values = classes.members(self.classes[self.name(node.value)])
                    if node.attr in values:
                        return values[node.attr]
                raise Unsupported("%s is not a word of a Literal." % ast.unparse(node))

            def note(self, annotation):
                """The text that stands beside a type: `Annotated[str, "A city."]`."""
                for option in self.options(annotation):
                    name, inner = self.parts(option)
                    if name == "Annotated":
                        for note in inner[1:]:
                            text = classes.description(note)
                            if text:
                                return text
                return None


        def is_none(node):
            return isinstance(node, ast.Constant) and node.value is None


        def words(values):
            kinds = {bool: "boolean", str: "string", int: "integer", float: "number"}
            values = [value for value in values if value is not None]
            named = {kinds.get(type(value)) for value in values}
            if len(named) == 1 and None not in named:
                return {"type": named.pop(), "enum": values}
            return {"enum": values}

        """##),
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
        ("classes", ##"""
        """Classes that a source defines, as JSON schemas: models, dataclasses, typed dictionaries, enumerations."""

        import ast

        from .docstrings import Docstring

        ENUMS = ("Enum", "StrEnum", "IntEnum", "Flag", "IntFlag")
        RECORDS = ("BaseModel", "TypedDict", "NamedTuple", "SQLModel", "BaseSettings")
        LIMITS = {
            "ge": {"*": "minimum"},
            "gt": {"*": "exclusiveMinimum"},
            "le": {"*": "maximum"},
            "lt": {"*": "exclusiveMaximum"},
            "multiple_of": {"*": "multipleOf"},
            "min_length": {"string": "minLength", "array": "minItems"},
            "max_length": {"string": "maxLength", "array": "maxItems"},
            "min_items": {"array": "minItems"},
            "max_items": {"array": "maxItems"},
            "pattern": {"string": "pattern"},
            "regex": {"string": "pattern"},
        }


        def schema(types, node):
            """The schema of a class; a class inside of itself is any object."""
            from .annotations import Unsupported, words

            if node.name in types.open:
                return {"type": "object"}
            if derives(types, node, ENUMS):
                values = list(members(node).values())
                if not values:
                    raise Unsupported("the Enum %s has no members whose values can be read from the source." % node.name)
                return words(values)
            if not (is_dataclass(node) or derives(types, node, RECORDS)):
                raise Unsupported(
                    "the class %s has no schema. Make it a BaseModel, a dataclass, a TypedDict or an Enum." % node.name
                )
            types.open.append(node.name)
            try:
                return record(types, node)
            finally:
                types.open.pop()


        def bases(types, node):
            """The names of the classes it is made of."""
            return [types.parts(base)[0] for base in node.bases]


        def derives(types, node, names, depth=0):
            return depth < 20 and any(
                base in names or (base in types.classes and derives(types, types.classes[base], names, depth + 1))
                for base in bases(types, node)
            )


        def is_dataclass(node):
            named = [ast.unparse(mark.func if isinstance(mark, ast.Call) else mark) for mark in node.decorator_list]
            return any(name.split(".")[-1] in ("dataclass", "define", "frozen") for name in named)


        def members(node):
            """The names and values of an enumeration; `auto()` counts from 1, in a StrEnum it is the name."""
            values, is_text = {}, any("StrEnum" in ast.unparse(base) for base in node.bases)
            for line in node.body:
                if not (isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name)):
                    continue
                name = line.targets[0].id
                if name.startswith("_"):
                    continue
                try:
                    values[name] = ast.literal_eval(line.value)
                except ValueError:
                    if isinstance(line.value, ast.Call) and ast.unparse(line.value.func).split(".")[-1] == "auto":
                        values[name] = name.lower() if is_text else len(values) + 1
            return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


        def record(types, node):
            properties, required = {}, []
            collect(types, node, properties, required)
            result = {"type": "object", "properties": properties, "required": required}
            text = Docstring(ast.get_docstring(node, clean=False)).description
            if text:
                result["description"] = text
            return result


        def collect(types, node, properties, required, depth=0):
            """The members of a class, those of the classes it is made of first."""
            for base in bases(types, node):
                if base in types.classes and depth < 20:
                    collect(types, types.classes[base], properties, required, depth + 1)
            notes = Docstring(ast.get_docstring(node, clean=False)).parameters
            notes.update(attribute_section(node))
            total = not any(word.arg == "total" and is_false(word.value) for word in node.keywords)
            for index, line in enumerate(node.body):
                if not (isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name)):
                    continue
                name = line.target.id
                wrapper = types.parts(line.annotation)[0]
                if name.startswith("_") or wrapper in ("ClassVar", "InitVar"):
                    continue
                property, is_optional = types.parameter(line.annotation)
                property = dict(property)
                if isinstance(line.value, ast.Call):
                    property.update(constraints(line.value, property.get("type")))
                    name = keyword_text(line.value, "alias") or name
                text = (
                    description(line.value)
                    or types.note(line.annotation)
                    or text_below(node, index)
                    or notes.get(name)
                )
                if text:
                    property["description"] = text
                properties[name] = property
                if name in required:
                    required.remove(name)
                if not has_default(line.value) and wrapper != "NotRequired" and (total or wrapper == "Required"):
                    required.append(name)


        def attribute_section(node):
            """What an `Attributes:` section says, which is silent for functions."""
            text = ast.get_docstring(node, clean=False) or ""
            return Docstring(text.replace("Attributes:", "Args:")).parameters if "Attributes:" in text else {}


        def text_below(node, index):
            """A text on its own below a member describes it."""
            below = node.body[index + 1] if index + 1 < len(node.body) else None
            value = below.value if isinstance(below, ast.Expr) else None
            return value.value.strip() if isinstance(value, ast.Constant) and isinstance(value.value, str) else None


        def is_false(node):
            return isinstance(node, ast.Constant) and node.value is False


        def is_field(node):
            return isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in ("Field", "field")


        def has_default(value):
            if value is None or (isinstance(value, ast.Constant) and value.value is Ellipsis):
                return False
            if not is_field(value):
                return True
            if value.args:
                return has_default(value.args[0])
            given = {word.arg: word.value for word in value.keywords}
            return "default_factory" in given or ("default" in given and has_default(given["default"]))


        def keyword(call, name):
            return next((word.value for word in call.keywords if word.arg == name), None)


        def keyword_text(call, name):
            value = keyword(call, name)
            return text_of(value) if value is not None else None


        def text_of(node):
            """A text that is written out, also one in parts."""
            try:
                value = ast.literal_eval(node)
            except ValueError:
                return None
            return value.strip() if isinstance(value, str) else None


        def description(note):
            """What `Field(description=…)`, `field(metadata={…})`, `Doc("…")` or a bare text say."""
            if isinstance(note, ast.Constant):
                return text_of(note)
            if not isinstance(note, ast.Call):
                return None
            if ast.unparse(note.func).split(".")[-1] == "Doc" and note.args:
                return text_of(note.args[0])
            text = keyword_text(note, "description")
            metadata = keyword(note, "metadata")
            if text is None and isinstance(metadata, ast.Dict):
                pairs = zip(metadata.keys, metadata.values)
                text = next((text_of(value) for key, value in pairs if key and text_of(key) == "description"), None)
            return text


        def constraints(call, kind):
            """The limits that a `Field` or `constr` states, in the words of JSON schemas."""
            found = {}
            for word in call.keywords if isinstance(call, ast.Call) else ():
                names = LIMITS.get(word.arg, {})
                name = names.get(kind) or (names.get("*") if kind in ("integer", "number") else None)
                if name is None:
                    continue
                try:
                    found[name] = ast.literal_eval(word.value)
                except ValueError:  # A name or a call: what it is is not known without running it.
                    continue
            return found

        """##),
        ("docstrings", ##"""
        """Docstrings in Google's style, and what reST and NumPy say of parameters."""

        import re
        import textwrap

        PARAMETERS = ("args", "arguments", "parameters", "params", "keyword args", "keyword arguments", "other parameters")
        EXAMPLES = ("example", "examples")
        # Nothing that a model has to know to call the function.
        SILENT = (
            "returns return yields yield raises raise exceptions except warns attributes references see also todo methods".split()
        ) + ["see also"]

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
                        "Function %s takes %s%s, which a model cannot be told of. Give each parameter a name and a type, or send "
                        "json_schema with the source." % (function.name, stars, many.arg),
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
    ]

    static let javascript = ##"""
        // What runs inside the sandbox for JavaScript: one request in, one answer out (docs/design/sandbox.md).

        import fs from "node:fs";
        import module from "node:module";
        import util from "node:util";
        import vm from "node:vm";

        const ANSWER = 3;
        // The host reads 8 MiB and no more; a longer answer would be half a line of JSON.
        const LONGEST_ANSWER = 7 << 20;
        const LONGEST_TEXT = 1 << 20;
        const exit = process.reallyExit.bind(process);
        let hasAnswered = false;

        class SchemaError extends Error {}

        class Exit extends Error {
          constructor(code) {
            super(`the code ended itself with process.exit(${code ?? ""})`);
            this.name = "Exit";
            this.code = code ?? 0;
          }
        }

        // The request and the answer

        function readRequest() {
          const parts = [];
          const part = Buffer.alloc(1 << 16);
          for (;;) {
            let length = 0;
            try {
              length = fs.readSync(0, part);
            } catch (error) {
              if (error.code === "EAGAIN") continue;
              throw error;
            }
            parts.push(Buffer.from(part.subarray(0, length)));
            if (length === 0 || part[length - 1] === 10) break;
          }
          fs.closeSync(0);
          fs.openSync("/dev/null"); // takes the lowest number, which is 0
          return JSON.parse(Buffer.concat(parts).toString("utf8"));
        }

        function encoded(answer) {
          let text = JSON.stringify(answer);
          if (text.length > LONGEST_ANSWER / 3 && Buffer.byteLength(text) > LONGEST_ANSWER) {
            const short = {};
            for (const [name, member] of Object.entries(answer)) {
              if (name === "value") continue;
              const isLong = typeof member === "string" && member.length > LONGEST_TEXT;
              short[name] = isLong ? member.slice(0, LONGEST_TEXT) + "… [cut: the result is too long]" : member;
            }
            text = JSON.stringify(short);
          }
          return Buffer.from(text + "\n");
        }

        function send(answer) {
          if (hasAnswered) return;
          hasAnswered = true;
          let data = encoded(answer);
          while (data.length > 0) {
            try {
              data = data.subarray(fs.writeSync(ANSWER, data));
            } catch (error) {
              if (error.code !== "EAGAIN") break;
            }
          }
          // Timers and sockets that the code left behind do not keep the call waiting.
          exit(0);
        }

        // Values and failures

        function result(value, isScript) {
          if (isScript && value === undefined) return { ok: true, text: "", value: null };
          const answer = { ok: true, text: shown(value) };
          const json = jsonForm(value);
          if (json !== undefined) answer.value = json;
          return answer;
        }

        function jsonForm(value) {
          if (value === undefined) return null;
          try {
            const text = JSON.stringify(value, (_, member) => {
              if (member instanceof Map) return Object.fromEntries(member);
              if (member instanceof Set) return [...member];
              return member;
            });
            return text === undefined ? undefined : JSON.parse(text);
          } catch {
            return undefined; // A BigInt, or something that contains itself: there is no JSON of it.
          }
        }

        function shown(value) {
          if (typeof value === "string") return value;
          const isPlain = value !== null && typeof value === "object";
          const json = isPlain ? jsonForm(value) : undefined;
          return json === undefined ? util.inspect(value, { depth: 6 }) : JSON.stringify(json);
        }

        function failure(error, name) {
          const isError = error instanceof Error || (error && typeof error.stack === "string");
          if (!isError) return { ok: false, kind: "Error", message: shown(error), traceback: "" };
          const place = `<${name ?? "script"}>`;
          const lines = String(error.stack).replaceAll(/data:text\/javascript;base64,[\w+/=]*/g, place).split("\n");
          const kept = lines.filter((line) => !/^\s+at .*(node:|file:|runner\.mjs|\[eval|data:)/.test(line));
          const answer = {
            ok: false,
            kind: error.name || error.constructor?.name || "Error",
            message: String(error.message).slice(0, 100_000),
            traceback: kept.join("\n") + "\n",
          };
          const line = kept.join("\n").match(new RegExp(`${place.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}:(\\d+)`));
          if (line) answer.line = Number(line[1]);
          return answer;
        }

        // The source

        function withoutTypes(source) {
          if (!module.stripTypeScriptTypes) {
            throw new Error(
              `TypeScript needs Node 22.13 or newer; here is ${process.version}. Write the tool in JavaScript, or ask the ` +
                "operator for a newer Node.",
            );
          }
          try {
            return module.stripTypeScriptTypes(source); // keeps every line where it is
          } catch (error) {
            if (error.code !== "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX") throw error;
            return module.stripTypeScriptTypes(source, { mode: "transform" });
          }
        }

        const DECLARED =
          /^(?:export\s+)?(?:default\s+)?(?:(?:async\s+)?function\s*\*?\s*([\w$]+)|(?:const|let|var)\s+([\w$]+)\s*=\s*(?:async\s*)?(?:function\b|\([^]*?\)\s*=>|[\w$]+\s*=>))/gm;

        // The names of the functions that stand at the beginning of a line.
        function declared(source) {
          return [...source.matchAll(DECLARED)].map((found) => found[1] ?? found[2]);
        }

        const isModule = (source) => /^\s*(?:import\b(?!\s*\()|export\b)/m.test(source);

        function atHand() {
          globalThis.require = module.createRequire(process.cwd() + "/");
          globalThis.client = null;
        }

        // The functions of a source by their names.
        async function load(source, name) {
          const names = [...new Set(declared(source))];
          const last = names.map((each) => `${JSON.stringify(each)}: typeof ${each} === "undefined" ? undefined : ${each}`);
          if (!isModule(source)) {
            try {
              const options = { filename: `<${name}>`, importModuleDynamically: vm.constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER };
              const code = vm.compileFunction(`${source}\n;return {${last.join(", ")}};`, ["exports", "module"], options);
              const holder = { exports: {} };
              const functions = code.call(globalThis, holder.exports, holder);
              const exported = typeof holder.exports === "function" ? { [name]: holder.exports } : holder.exports;
              return { ...functions, ...exported };
            } catch (error) {
              if (!(error instanceof SyntaxError) || !/await/.test(error.message)) throw error;
            }
          }
          const text = `${source}\n;export const __functions = {${last.join(", ")}};`;
          const loaded = await import("data:text/javascript;base64," + Buffer.from(text).toString("base64"));
          const { __functions, ...exported } = loaded;
          return { ...__functions, ...exported };
        }

        function parameters(code) {
          const text = code.toString().replaceAll(/\/\*[^]*?\*\/|\/\/.*$/gm, "");
          const bare = text.match(/^(?:async\s+)?([\w$]+)\s*=>/);
          if (bare) return [bare[1]];
          const start = text.indexOf("(") + 1;
          const found = [];
          let depth = 0;
          let from = start;
          for (let index = start; index < text.length; index += 1) {
            const sign = text[index];
            if ("([{".includes(sign)) depth += 1;
            if ((sign === "," || sign === ")") && depth === 0) {
              found.push(text.slice(from, index).trim());
              from = index + 1;
              if (sign === ")") break;
            }
            if (")]}".includes(sign)) depth -= 1;
          }
          return found.filter(Boolean).map((part) => part.split("=")[0].trim());
        }

        // By the names of the parameters; one that takes them as an object gets them so.
        function bound(code, given, request) {
          const names = parameters(code);
          if (names.length === 1 && (names[0].startsWith("{") || (!(names[0] in given) && Object.keys(given).length > 0))) {
            return [given];
          }
          if (!names.some((name) => name in given) && Object.keys(given).length > 0) return Object.values(given);
          return names.map((name) => (name === "agent_state" && !(name in given) ? request.agent_state : given[name]));
        }

        async function callFunction(source, name, request) {
          const functions = await load(source, name);
          const last = declared(source).reverse().find((each) => typeof functions[each] === "function");
          const code = [functions[name], functions[last], functions.default].find((each) => typeof each === "function");
          if (!code) throw new ReferenceError(`The source defines no function named '${name}'.`);
          return await code(...bound(code, request.arguments ?? {}, request));
        }

        async function runScript(source) {
          if (!isModule(source)) {
            try {
              const options = { filename: "<script>", importModuleDynamically: vm.constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER };
              return await new vm.Script(source, options).runInThisContext();
            } catch (error) {
              // `await` outside of functions is for modules, whose last expression nobody is told.
              if (!(error instanceof SyntaxError) || !/await/.test(error.message)) throw error;
            }
          }
          await import("data:text/javascript;base64," + Buffer.from(source).toString("base64"));
          return undefined;
        }

        // The schema

        function schemaOf(source) {
          const name = declared(source).at(-1);
          if (!name) throw new SchemaError("No functions found in source code");
          const pattern = new RegExp(
            `/\\*\\*((?:(?!\\*/)[^])*)\\*/\\s*(?:export\\s+)?(?:default\\s+)?(?:async\\s+)?(?:function\\s*\\*?\\s*|const\\s+|let\\s+|var\\s+)${name.replaceAll("$", "\\$")}(?![\\w$])`,
          );
          const comment = source.match(pattern)?.[1];
          if (!comment) throw new SchemaError(`Function ${name} has no JSDoc comment. Write one, or send json_schema`);
          const [head, ...tags] = comment
            .split("\n")
            .map((line) => line.replace(/^\s*\* ?/, ""))
            .join("\n")
            .split(/^\s*(?=@\w)/m);
          const properties = {};
          const required = [];
          for (const tag of tags.filter((each) => /^@(param|arg|argument)\b/.test(each))) {
            const found = tag.match(/^@\w+\s+\{([^]+?)\}\s+(\[?)\s*([\w$.]+)[^\]\s]*\s*(?:=[^\]]*)?\]?\s*(?:-\s*)?([^]*)$/);
            const member = found?.[3].split(".").at(-1);
            if (!found) throw new SchemaError(`'${tag.trim()}' of function ${name} is not '@param {type} name - description'`);
            if (!found[3].includes(".") && /^object$/i.test(found[1]) && tags.some((each) => each.includes(`${found[3]}.`))) continue;
            if (!found[4].trim()) throw new SchemaError(`Parameter '${member}' in function '${name}' lacks a description`);
            const { schema, isOptional } = typed(found[1].trim(), name, member);
            properties[member] = { ...schema, description: found[4].trim() };
            if (!isOptional && !found[2]) required.push(member);
          }
          for (const parameter of parametersOf(source, name)) {
            if (!parameter.startsWith("{") && !(parameter in properties) && !comment.includes(`${parameter}.`)) {
              throw new SchemaError(`Parameter '${parameter}' in function '${name}' has no @param. Add it, or send json_schema`);
            }
          }
          const examples = tags.filter((each) => each.startsWith("@example")).map((each) => each.replace("@example", "Examples:").trim());
          const description = [head.trim(), ...examples].filter(Boolean).join("\n\n");
          if (!description) throw new SchemaError(`Function ${name} has no description in its JSDoc comment`);
          return { name, description, parameters: { type: "object", properties, required } };
        }

        function parametersOf(source, name) {
          const from = source.search(new RegExp(`(?:function\\s*\\*?\\s*|const\\s+|let\\s+|var\\s+)${name.replaceAll("$", "\\$")}(?![\\w$])`));
          const text = source.slice(from).replace(/^(?:const|let|var)\s+[\w$]+\s*=\s*/, "");
          return parameters(text).filter((each) => each !== "agent_state");
        }

        const TYPES = { string: "string", number: "number", integer: "integer", int: "integer", boolean: "boolean", bool: "boolean", object: "object" };

        function typed(text, name, member) {
          const parts = text.replace(/^\((.*)\)$/, "$1").split("|").map((part) => part.trim());
          const plain = parts.map((part) => part.replace(/^[?!]|=$/g, "")).filter((part) => !/^(null|undefined)$/.test(part));
          const isOptional = plain.length < parts.length || /^\?|=$/.test(text);
          if (plain.length > 0 && plain.every((part) => /^(["']).*\1$/.test(part))) {
            return { schema: { type: "string", enum: plain.map((part) => part.slice(1, -1)) }, isOptional };
          }
          const schemas = plain.map((part) => single(part, name, member));
          return { schema: schemas.length === 1 ? schemas[0] : { anyOf: schemas }, isOptional };
        }

        function single(text, name, member) {
          const list = text.match(/^Array\.?<([^]+)>$/) ?? text.match(/^\(?(.+?)\)?\[\]$/);
          if (list) return { type: "array", items: typed(list[1], name, member).schema };
          if (/^(Array|array)$/.test(text)) return { type: "array", items: {} };
          const record = text.match(/^(?:Record|Object)\.?<\s*string\s*,([^]+)>$/);
          if (record) return { type: "object", additionalProperties: typed(record[1].trim(), name, member).schema };
          if (/^(\*|any|unknown)$/.test(text)) return {};
          const type = TYPES[text.toLowerCase()];
          if (!type) throw new SchemaError(`Parameter '${member}' in function '${name}': the type {${text}} is not known. Send json_schema`);
          return { type };
        }

        function schemaAnswer(source) {
          try {
            return { ok: true, schema: schemaOf(source) };
          } catch (error) {
            if (!(error instanceof SchemaError)) throw error;
            const name = declared(source).at(-1);
            const lines = source.split("\n");
            const index = name ? lines.findIndex((line) => line.includes(name) && !/^\s*\*|^\s*\/\//.test(line)) : 0;
            const answer = { ok: false, kind: "SchemaError", message: error.message, traceback: "" };
            if (index >= 0 && lines[index].trim()) {
              answer.line = index + 1;
              answer.message += ` (line ${index + 1}: ${lines[index].trim().slice(0, 200)})`;
            }
            return answer;
          }
        }

        async function main() {
          let name;
          try {
            const request = readRequest();
            name = request.function;
            process.on("uncaughtException", (error) => send(failure(error, name)));
            process.on("unhandledRejection", (error) => send(failure(error, name)));
            process.on("beforeExit", () => send(failure(new Error("It waits for something that never comes."), name)));
            process.exit = process.reallyExit = (code) => {
              throw new Exit(code);
            };
            Object.assign(process.env, request.environment ?? {});
            atHand();
            if (request.do === "schema") return send(schemaAnswer(request.source));
            const source = process.argv.includes("typescript") ? withoutTypes(request.source) : request.source;
            const value = name == null ? await runScript(source) : await callFunction(source, name, request);
            send(result(value, name == null));
          } catch (error) {
            if (error instanceof Exit && name == null && error.code === 0) return send(result(undefined, true));
            send(failure(error, name));
          }
        }

        await main();

        """##
}
