// swift-format-ignore-file

/// Written by `Scripts/embed-runners.py` from the files beside this one: change those, then run it.
extension RunnerTexts {
    static let types: [Module] = [
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
                text = description(line.value) or types.note(line.annotation) or text_below(node, index) or notes.get(name)
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
    ]
}
