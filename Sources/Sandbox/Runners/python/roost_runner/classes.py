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
