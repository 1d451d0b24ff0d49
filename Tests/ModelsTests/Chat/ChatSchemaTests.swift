import Domain
import Platform
import Testing

@testable import Models

@Suite struct ChatSchemaTests {
    private func json(_ text: String) throws -> JSONValue { try JSONValue(parsing: text) }

    @Test func `Gemini is given what it knows`() throws {
        let schema = try json(
            """
            {"$schema": "x", "type": "object", "additionalProperties": false, "required": ["a", "gone"],
             "properties": {"a": {"$ref": "#/$defs/A"}, "b": {"type": ["integer", "null"], "exclusiveMinimum": 1},
               "c": {"anyOf": [{"type": "string", "format": "uuid"}, {"type": "null"}]}, "d": {"const": 3},
               "e": {"type": "array"}, "f": {"oneOf": [{"type": "string"}, {"type": "number"}]},
               "g": {"allOf": [{"$ref": "#/$defs/A"}], "description": "its"}},
             "$defs": {"A": {"type": "string", "enum": ["x", "y"], "title": "A"}}}
            """)
        let cleaned = try json(
            """
            {"type": "object",
             "properties": {"a": {"type": "string", "enum": ["x", "y"], "title": "A"},
               "b": {"nullable": true, "type": "integer"}, "c": {"nullable": true, "type": "string"},
               "d": {"enum": ["3"], "type": "string"}, "e": {"type": "array", "items": {"type": "string"}},
               "f": {"anyOf": [{"type": "string"}, {"type": "number"}]},
               "g": {"type": "string", "description": "its", "enum": ["x", "y"], "title": "A"}},
             "required": ["a"]}
            """)
        #expect(GeminiSchema.of(schema) == cleaned)
    }

    @Test func `a schema that refers to itself ends`() throws {
        let schema = try json(
            ##"{"$ref": "#/$defs/N", "$defs": {"N": {"type": "object", "properties": {"n": {"$ref": "#/$defs/N"}}}}}"##)
        let text = GeminiSchema.of(schema).text
        #expect(text.utf8.count < 2000 && !text.contains("$ref"))
    }

    @Test func `a schema is guaranteed when all of it is required`() throws {
        let whole = try json(
            #"{"type":"object","properties":{"a":{"type":"object","properties":{}}},"required":["a"]}"#)
        #expect(
            try StrictSchema.of(whole)
                == json(
                    """
                    {"type":"object","properties":{"a":{"type":"object","properties":{},"additionalProperties":false,
                     "required":[]}},"required":["a"],"additionalProperties":false}
                    """))
        #expect(StrictSchema.of(try json(#"{"type":"object","properties":{"a":{"type":"string"}}}"#)) == nil)
        #expect(StrictSchema.of(try json(#"{"type":"object","additionalProperties":{"type":"string"}}"#)) == nil)
        #expect(
            StrictSchema.of(try json(#"{"type":"array","items":{"type":"object","properties":{"a":{}}}}"#)) == nil)
    }

    @Test func `ids of calls fit the service, and stay the same`() {
        #expect(CallID.short("call_1", most: 29) == "call_1")
        let long = CallID.short("functions.archival_memory_insert:0", most: 29)
        #expect(long.utf8.count <= 29 && long == CallID.short("functions.archival_memory_insert:0", most: 29))
        #expect(long != CallID.short("functions.archival_memory_insert:1", most: 29))
        #expect(CallID.nine("abcDEF123") == "abcDEF123")
        #expect(CallID.nine("call_1").utf8.count == 9 && CallID.nine("call_1") != CallID.nine("call_2"))
        #expect(CallID.new().utf8.count == 29 && CallID.new() != CallID.new())
        #expect(CallID.short("", most: 64).utf8.count > 8)
    }
}
