"""The runner for JavaScript, in the Node that is installed."""

import pytest


@pytest.fixture(scope="session")
def call(run_js):
    def call(source, function=None, arguments=None, **more):
        return run_js(do="call", source=source, function=function, arguments=arguments or {}, **more)

    return call


@pytest.mark.parametrize(
    "source",
    [
        "function f(a, b) { return a - b }",
        "export function f(a, b) { return a - b }",
        "export default async function f(a, b) { return a - b }",
        "async function f(b, a) { return a - b }",
        "const f = (a, b) => a - b",
        "const f = async ({a, b}) => a - b",
        "function f({ a, b = 9 }) { return a - b }",
        "function f(args) { return args.a - args.b }",
        "function f(x, y) { return x - y }",
        "module.exports = (a, b) => a - b",
        "exports.f = function (a, b) { return a - b }",
        "import os from 'node:os'\nexport const f = (a, b) => (os.EOL, a - b)",
        "const os = require('os')\nfunction f(a, b) { return a - b }",
        "const one = await Promise.resolve(1)\nfunction f(a, b) { return a - b }",
        "function helper() { return 1 }\nfunction renamed(a /* , x */, b) { return a - b }",
        "function f(a, b = [1, 2].length) { return a - b }",
    ],
)
def test_kinds_of_functions(call, source):
    answer = call(source, "f", {"a": 5, "b": 2})
    assert (answer.get("ok"), answer.get("value"), answer.get("text")) == (True, 3, "3"), answer


@pytest.mark.parametrize(
    ("expression", "text", "value"),
    [
        ("'ü'", "ü", "ü"),
        ("null", "null", None),
        ("undefined", "undefined", None),
        ("1.5", "1.5", 1.5),
        ("[1, 'a']", '[1,"a"]', [1, "a"]),
        ("({a: {b: 1}})", '{"a":{"b":1}}', {"a": {"b": 1}}),
        ("new Map([['a', 1]])", '{"a":1}', {"a": 1}),
        ("new Set([1])", "[1]", [1]),
        ("10n", "10n", ...),
        ("(() => { const a = []; a.push(a); return a })()", "<ref *1> [ [Circular *1] ]", ...),
        ("Promise.resolve(2)", "2", 2),
    ],
)
def test_values(call, expression, text, value):
    answer = call(f"function f() {{ return {expression} }}", "f")
    assert answer.get("text") == text, answer
    assert answer.get("value", ...) == value


@pytest.mark.parametrize(
    ("source", "kind", "message", "line"),
    [
        ("function f() {\n  throw new TypeError('bad 1')\n}", "TypeError", "bad 1", 2),
        ("export function f() {\n  throw new RangeError('bad')\n}", "RangeError", "bad", 2),
        ("async function f() {\n  await null\n  null.x\n}", "TypeError", "Cannot read properties of null", 3),
        ("function f() { throw 'text' }", "Error", "text", None),
        ("function f() { process.exit(3) }", "Exit", "process.exit(3)", 1),
        ("function f() { return new Promise(() => {}) }", "Error", "never comes", None),
        (
            "function f() { return new Promise(() => setTimeout(() => { throw new Error('late') })) }",
            "Error",
            "late",
            1,
        ),
        ("function f() {\n  return (\n}", "SyntaxError", "Unexpected token", 3),
        ("const x = 1", "ReferenceError", "no function named 'f'", None),
    ],
)
def test_exceptions(call, source, kind, message, line):
    answer = call(source, "f")
    assert (answer.get("ok"), answer.get("kind")) == (False, kind), answer
    assert message in answer["message"]
    assert answer.get("line") == line, answer
    assert "runner.mjs" not in answer["traceback"] and "base64" not in answer["traceback"]


def test_output_environment_and_children(call):
    source = """
function f() {
  console.log("out"); console.error("err")
  const held = require("child_process").execFileSync("ls", ["/proc/self/fd"], { stdio: ["ignore", "pipe", "inherit"] })
  setTimeout(() => {}, 60000)
  return [process.env.NAME, held.toString().trim().split("\\n")]
}
"""
    answer = call(source, "f", environment={"NAME": "value"})
    assert answer.get("value") == ["value", ["0", "1", "2", "3"]], answer  # 3 is the folder that ls reads
    assert (answer["stdout"], answer["stderr"]) == ("out\n", "err\n")


@pytest.mark.parametrize(
    ("source", "text", "value"),
    [
        ("1 + 1", "2", 2),
        ("const x = 2\nx * 3", "6", 6),
        ("const x = 2", "", None),
        ("console.log(1)", "", None),
        ("require('os').EOL", "\n", "\n"),
        ("const a = await Promise.resolve(1)\nconsole.log(a)", "", None),
        ("import os from 'node:os'\nconsole.log(typeof os)", "", None),
        ("Promise.resolve({a: 1})", '{"a":1}', {"a": 1}),
        ("process.exit()", "", None),
    ],
)
def test_scripts(call, source, text, value):
    answer = call(source)
    assert (answer.get("ok"), answer.get("text"), answer.get("value")) == (True, text, value), answer


def test_a_schema_from_jsdoc(run_js):
    source = """
/**
 * Finds flights.
 *
 * The cheapest first.
 *
 * @param {string} from - Where it starts.
 * @param {number} [days=1] How many days,
 *     at most ten.
 * @param {"economy"|"business"} [cabin] - The cabin.
 * @param {string[]} stops - Places between.
 * @param {Array<number>} seats - Seats.
 * @param {?boolean} late - Whether late ones count.
 * @param {Record<string, number>} prices - Limits.
 * @returns {string} A list.
 * @example
 * find("Oslo")
 */
export async function find(from, days = 1, cabin, stops, seats, late, prices) {}
"""
    answer = run_js(do="schema", source=source)
    assert answer["ok"], answer
    schema = answer["schema"]
    assert schema["name"] == "find"
    assert schema["description"] == 'Finds flights.\n\nThe cheapest first.\n\nExamples:\nfind("Oslo")'
    assert schema["parameters"] == {
        "type": "object",
        "properties": {
            "from": {"type": "string", "description": "Where it starts."},
            "days": {"type": "number", "description": "How many days,\n    at most ten."},
            "cabin": {"type": "string", "enum": ["economy", "business"], "description": "The cabin."},
            "stops": {"type": "array", "items": {"type": "string"}, "description": "Places between."},
            "seats": {"type": "array", "items": {"type": "number"}, "description": "Seats."},
            "late": {"type": "boolean", "description": "Whether late ones count."},
            "prices": {"type": "object", "additionalProperties": {"type": "number"}, "description": "Limits."},
        },
        "required": ["from", "stops", "seats", "prices"],
    }


def test_a_schema_of_members(run_js):
    source = """
/** Adds.
 * @param {Object} args
 * @param {number} args.a - One.
 * @param {number} [args.b] - Other.
 */
const add = ({ a, b }) => a + b
"""
    schema = run_js(do="schema", source=source)["schema"]
    assert list(schema["parameters"]["properties"]) == ["a", "b"]
    assert schema["parameters"]["required"] == ["a"]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("function f(a) {}", "Function f has no JSDoc comment"),
        ("/** Does it. */\nfunction f(a) {}", "Parameter 'a' in function 'f' has no @param"),
        ("/** Does it.\n * @param {string} a\n */\nfunction f(a) {}", "lacks a description"),
        ("/** Does it.\n * @param {Frame} a - A.\n */\nfunction f(a) {}", "the type {Frame} is not known"),
        ("/** Does it.\n * @param a - A.\n */\nfunction f(a) {}", "is not '@param {type} name - description'"),
        ("const x = 1", "No functions found in source code"),
    ],
)
def test_schemas_that_cannot_be(run_js, source, words):
    answer = run_js(do="schema", source=source)
    assert answer.get("ok") is False, answer
    assert words in answer["message"]
    assert f"(line {answer['line']}: " in answer["message"]
