import Platform
import Testing

@testable import Engine

/// Schemas of foreign tools, made such that models take them.
@Suite struct ServedSchemaTests {
    private func schema(_ text: String) throws -> ServedSchema {
        ServedSchema(try #require(try JSONValue(parsing: text).object))
    }

    private func member(_ name: String, _ schema: ServedSchema) -> JSONValue? { schema.parameters["properties"]?[name] }

    @Test func `a schema that models can be held to stays as it is`() throws {
        let text = """
            {"type":"object","properties":{"a":{"type":"string","description":"A","enum":["x","y"]},\
            "b":{"type":"array","items":{"type":"integer","minimum":1}}},"required":["a","b"],"additionalProperties":false}
            """
        let schema = try schema(text)
        #expect(schema.health == .strict && schema.reasons.isEmpty)
        #expect(member("a", schema) == ["type": "string", "description": "A", "enum": ["x", "y"]])
        #expect(member("b", schema) == ["type": "array", "items": ["type": "integer", "minimum": 1]])
        #expect(schema.parameters["required"] == ["a", "b"] && schema.parameters["additionalProperties"] == false)
    }

    @Test(arguments: ["{}", #"{"type":"object"}"#, #"{"properties":{}}"#])
    func `no arguments`(text: String) throws {
        let schema = try schema(text)
        #expect(schema.health == .loose)
        #expect(schema.parameters["type"] == "object" && schema.parameters["properties"] == .emptyObject)
        #expect(schema.parameters["required"] == [])
    }

    @Test(arguments: [
        #"{"type":"array"}"#, #"{"type":"string"}"#, #"{"type":"object","properties":[]}"#, #"{"type":["object"]}"#,
    ])
    func `what is no argument list is invalid`(text: String) throws {
        let schema = try schema(text)
        #expect(schema.health == .invalid && !schema.reasons.isEmpty)
    }

    @Test func `missing types are found, or taken for strings`() throws {
        let schema = try schema(
            """
            {"properties":{"o":{"properties":{"x":{}}},"a":{"items":{}},"e":{"enum":[1,2]},"c":{"const":true},"t":true,\
            "n":{"type":"nonsense"},"l":{"type":["string","null","odd"]},"u":{"type":"array"}}}
            """)
        #expect(member("o", schema)?["type"] == "object")
        #expect(member("o", schema)?["properties"] == ["x": ["type": "string"]])
        #expect(member("a", schema) == ["type": "array", "items": ["type": "string"]])
        #expect(member("e", schema) == ["type": "integer", "enum": [1, 2]])
        #expect(member("c", schema)?["type"] == "boolean" && member("t", schema) == ["type": "string"])
        #expect(member("n", schema)?["type"] == "string" && member("l", schema)?["type"] == ["string", "null"])
        #expect(member("u", schema)?["items"] == ["type": "string"])
        #expect(schema.health == .loose)
    }

    @Test func `references are resolved, those to themselves and to elsewhere are not followed`() throws {
        let schema = try schema(
            """
            {"type":"object","$defs":{"P":{"type":"object","properties":{"x":{"type":"number"},"next":{"$ref":"#/$defs/P"}}}},\
            "definitions":{"a/b~c":{"type":"boolean"}},\
            "properties":{"p":{"$ref":"#/$defs/P","description":"point"},"q":{"$ref":"#/definitions/a~1b~0c"},\
            "far":{"$ref":"https://example.org/s.json"},"none":{"$ref":"#/$defs/none"},"root":{"$ref":"#"}}}
            """)
        #expect(member("p", schema)?["description"] == "point" && member("p", schema)?["type"] == "object")
        #expect(member("p", schema)?["properties"]?["x"] == ["type": "number"])
        #expect(member("p", schema)?["properties"]?["next"] == ["type": "object"])
        #expect(member("q", schema) == ["type": "boolean"])
        #expect(member("far", schema) == ["type": "object"] && member("none", schema) == ["type": "object"])
        #expect(!JSONValue.object(schema.parameters).text.contains("$ref"))
        #expect(!JSONValue.object(schema.parameters).text.contains("$defs"))
    }

    @Test func `choices and parts`() throws {
        let schema = try schema(
            """
            {"type":"object","properties":{"u":{"oneOf":[{"type":"string"},{"type":"integer"}]},\
            "all":{"allOf":[{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]},\
            {"properties":{"b":{"type":"string"}},"required":["b"]}]},"tuple":{"type":"array","prefixItems":[{"type":"string"}]}}}
            """)
        #expect(member("u", schema) == ["anyOf": [["type": "string"], ["type": "integer"]]])
        #expect(member("all", schema)?["required"] == ["a", "b"])
        #expect(member("tuple", schema)?["items"] == ["anyOf": [["type": "string"]]])
    }

    @Test func `a choice of argument lists becomes one`() throws {
        let schema = try schema(
            """
            {"type":"object","anyOf":[{"properties":{"id":{"type":"string"},"x":{"type":"string"}},"required":["id","x"]},\
            {"properties":{"id":{"type":"string"}},"required":["id"]}]}
            """)
        #expect(schema.parameters["anyOf"] == nil && schema.parameters["required"] == ["id"])
        #expect(schema.parameters["properties"]?.object?.members.map(\.name) == ["id", "x"])
    }

    @Test func `what is required has to be there, and free members are noted`() throws {
        let schema = try schema(
            #"{"type":"object","properties":{"m":{"type":"object","additionalProperties":{"type":"integer"}}},"required":["m","gone",5]}"#
        )
        #expect(member("m", schema)?["additionalProperties"] == ["type": "integer"])
        #expect(schema.parameters["required"] == [])
        #expect(schema.reasons.contains { $0.contains("any name") })
    }

    @Test func `size and depth are bounded`() throws {
        let deep =
            String(repeating: #"{"type":"object","properties":{"a":"#, count: 60) + "{}"
            + String(repeating: "}}", count: 60)
        #expect(try schema(deep).health == .loose)
        let members = (0..<4000).map { #""m\#($0)":{"type":"string"}"# }.joined(separator: ",")
        let wide = try schema(#"{"type":"object","properties":{\#(members)}}"#)
        #expect(wide.health == .invalid)
        // Each refers to the next twice: the whole would have 2^40 parts.
        var bomb: JSONObject = ["type": "object", "properties": ["x": ["$ref": "#/$defs/d0"]]]
        var parts = JSONObject()
        for number in 0..<40 {
            let next: JSONValue = ["$ref": .string("#/$defs/d\(number + 1)")]
            parts["d\(number)"] = ["properties": ["a": next, "b": next]]
        }
        bomb["$defs"] = .object(parts)
        #expect(ServedSchema(bomb).health == .invalid)
    }

    @Test func `texts are bounded and without control characters`() {
        #expect(ServedText.bounded("a\u{1B}[31mb\u{0}c\n\td\u{9F}", 100) == "a[31mbc\n\td")
        #expect(ServedText.bounded("äöü", 2) == "äö…")
    }
}

@Suite struct ServedToolNamingTests {
    @Test(arguments: [
        ("add", "add"), ("read.file", "read_file"), ("ns/tool name", "ns_tool_name"), ("häh", "h_h"),
        ("9lives", "_9lives"),
        ("-x", "_-x"), ("日本", "__"),
    ])
    func `names become what models take`(served: String, name: String) {
        #expect(ServedToolNaming.plain(served) == name)
    }

    @Test func `long names stay apart`() {
        let names = ["a", "b"].map { ServedToolNaming.plain(String(repeating: "x", count: 100) + $0) }
        #expect(names[0] != names[1] && names.allSatisfy { $0.utf8.count == 64 })
    }

    @Test func `a name that is taken gets the server's before it, then a number`() {
        var taken: Set<String> = []
        var names: [String] = []
        for _ in 0..<4 {
            let name = ServedToolNaming.free("run", server: "my server") { taken.contains($0) }
            taken.insert(name)
            names.append(name)
        }
        #expect(names == ["run", "my_server_run", "my_server_run_2", "my_server_run_3"])
    }
}

@Suite struct SecretTemplateTests {
    @Test(arguments: [
        ("plain", "plain"), ("{{ A }}", "1"), ("Bearer {{A}}/{{ B | none }}", "Bearer 1/none"), ("{{C|}}", ""),
        ("{{ lower }}", "{{ lower }}"), ("{{ A", "{{ A"), ("{{ }} {{A}}", "{{ }} 1"), ("{{ 1A }}", "{{ 1A }}"),
        ("{{ B | a b }}", "a b"),
    ])
    func `places are filled`(text: String, filled: String) {
        #expect(SecretTemplate(text).filled(["A": "1"]) == filled)
    }

    @Test func `a secret that is needed and not there`() {
        #expect(SecretTemplate("x{{ B }}").filled(["A": "1"]) == nil)
        #expect(SecretTemplate("x{{ B }}{{ C | d }}").needed == ["B"])
    }
}
