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
                "Python type %s has no corresponding JSON schema type. Use str, int, float, bool, list, dict, Literal, "
                "an Enum, or a BaseModel, dataclass or TypedDict that the source defines." % ast.unparse(node)
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
