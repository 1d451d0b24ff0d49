import Platform
import Testing

@testable import Engine

/// Arguments held against a schema before the code is started.
@Suite struct ArgumentCheckTests {
    private static let schema: JSONValue = [
        "name": "t",
        "parameters": [
            "type": "object",
            "properties": [
                "city": ["type": "string"], "days": ["type": "integer"], "share": ["type": "number"],
                "all": ["type": "boolean"], "tags": ["type": "array", "items": ["type": "string"]],
                "unit": ["type": "string", "enum": ["C", "F"]], "level": ["enum": [1, 2]],
                "either": ["anyOf": [["type": "integer"], ["type": "string", "enum": ["none"]]]],
                "point": ["type": "object", "properties": ["x": ["type": "number"]], "required": ["x"]], "any": [:],
                "points": ["type": "array", "items": ["type": "object", "properties": [:], "required": ["x"]]],
                "kinds": ["type": ["string", "null"]],
            ], "required": ["city"],
        ],
    ]

    private static func arguments(_ name: String, _ value: JSONValue) -> JSONObject {
        var arguments: JSONObject = ["city": "Oslo"]
        arguments[name] = value
        return arguments
    }

    private static func problem(_ arguments: JSONObject) -> String? {
        do {
            try ArgumentCheck.check(arguments, of: "t", against: schema)
            return nil
        } catch { return error.message }
    }

    @Test(
        arguments: [
            ("days", 3), ("days", "3"), ("days", 3.0), ("share", 1), ("share", "0.5"), ("all", true), ("all", "yes"),
            ("all", 1), ("tags", ["a"]), ("tags", "[\"a\"]"), ("tags", [1]), ("unit", "C"), ("level", 2),
            ("level", "2"),
            ("either", 5), ("either", "none"), ("point", ["x": 1]), ("point", "{\"x\": 1}"), ("any", [1]), ("any", nil),
            ("days", nil), ("strange", 1), ("points", [["x": 1]]), ("kinds", nil), ("kinds", "a"),
        ] as [(String, JSONValue)]) func `what fits, or is made to, goes through`(_ name: String, _ value: JSONValue)
    {
        #expect(Self.problem(Self.arguments(name, value)) == nil)
    }

    @Test(
        arguments: [
            ("days", "many", "'days' of t has to be an integer, not \"many\"."),
            ("days", 1.5, "an integer, not 1.5"), ("share", "half", "a number"), ("all", "maybe", "true or false"),
            ("tags", "a", "a list"), ("tags", [["b": 1]], "'tags[0]' of t has to be a text"),
            ("unit", "K", "\"C\" or \"F\", not \"K\""), ("level", 3, "1 or 2"),
            ("either", "some", "an integer or \"none\""), ("point", [1], "an object with x"),
            ("point", [:], "'point.x' of t is missing: it has to be a number."),
            ("points", [["y": 1]], "'points[0].x' of t is missing"), ("city", nil, "a text, not null"),
            ("city", ["a"], "a text"),
        ] as [(String, JSONValue, String)]) func `what does not fit is named with what is wanted`(
            _ name: String, _ value: JSONValue, _ words: String
        ) throws
    {
        let problem = try #require(Self.problem(Self.arguments(name, value)))
        #expect(problem.contains(words), "\(problem)")
    }

    @Test func `what is missing is named, with what may have been meant`() {
        #expect(
            Self.problem(["citty": "Oslo"])
                == "The argument 'city' of t is missing: it has to be a text. 'citty' is not known.")
        #expect(Self.problem(["city": "Oslo"]) == nil)
    }
}
