import Platform
import Testing
import Wire

@Suite struct SchemaTests {
    private let schema = Schema.object(
        "Thing",
        [
            .required("name", .string(.length(minimum: 1, maximum: 3))),
            .maybe("count", .integer(minimum: 0)),
            .optional("kinds", .array(.enumeration(["a", "b"]), maximumCount: 2)),
            .maybe("when", .string(.dateTime)),
            .maybe("owner", .string(.identifier(.agent))),
        ])

    private func texts(_ json: String) throws -> [String] {
        schema.issues(in: try JSONValue(parsing: json), at: ["body"]).map(\.text)
    }

    @Test func `a value that fits has no issues, unknown members included`() throws {
        #expect(try texts(#"{"name":"x","count":null,"kinds":["a"],"when":"2026-01-01","other":[1]}"#) == [])
    }

    @Test func `every issue names its place`() throws {
        #expect(
            try texts(#"{"count":-1}"#) == [
                "body.name: Field required", "body.count: Input should be greater than or equal to 0",
            ])
        #expect(try texts(#"{"name":5}"#) == ["body.name: Input should be a valid string"])
        #expect(try texts(#"{"name":"long"}"#).first?.contains("at most 3") == true)
        #expect(try texts(#"{"name":"x","kinds":["a","c"]}"#) == ["body.kinds.1: Input should be one of 'a', 'b'"])
        #expect(try texts(#"{"name":"x","kinds":["a","b","a"]}"#).first?.contains("at most 2 items") == true)
        #expect(try texts(#"{"name":"x","kinds":null}"#) == ["body.kinds: Input should be a valid list"])
        #expect(try texts(#"{"name":"x","when":"soon"}"#).first?.contains("ISO 8601") == true)
        #expect(try texts(#"{"name":"x","owner":"agent-1"}"#).first?.contains("agent-123e4567") == true)
        #expect(try texts("[]") == ["body: Input should be an object"])
    }

    @Test func `issues are limited in number`() throws {
        let many = Schema.array(.boolean)
        let value = JSONValue.array(Array(repeating: .int(1), count: 1000))
        #expect(many.issues(in: value, at: ["body"]).count == 20)
    }

    @Test func `of several choices the nearest one is explained`() throws {
        let either = Schema.anyOf([.string(), schema])
        #expect(either.issues(in: "text", at: ["body"]).isEmpty)
        let issues = either.issues(in: ["name": 1], at: ["body"])
        #expect(issues.map(\.text) == ["body.name: Input should be a valid string"])
    }

    @Test func `the OpenAPI form names objects once and refers to them`() throws {
        var json = JSONWriter()
        var named: [String: ObjectSchema] = [:]
        Schema.nullable(schema).writeOpenAPI(to: &json, naming: &named)
        #expect(json.text == ##"{"anyOf":[{"$ref":"#/components/schemas/Thing"},{"type":"null"}]}"##)
        #expect(Array(named.keys) == ["Thing"])
        var component = JSONWriter()
        named["Thing"]?.writeComponent(to: &component, naming: &named)
        let value = try JSONValue(parsing: component.bytes)
        #expect(value["required"]?.strings == ["name"])
        #expect(value["properties"]?["kinds"]?["maxItems"] == .int(2))
    }
}
