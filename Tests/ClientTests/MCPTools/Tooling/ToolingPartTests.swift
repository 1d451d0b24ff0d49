import MCP
import Platform
import Testing

@testable import Client

/// The parts that several tools are made of.
@Suite struct ToolingPartTests {
    private static func arguments(_ object: JSONObject) -> ToolArguments { ToolArguments(unchecked: object) }

    @Test func `a page is asked for in four ways`() throws {
        for object: JSONObject in [
            ["limit": 5, "offset": 10], ["pagination": ["limit": 5, "offset": "10"]], ["page": 3, "pageSize": 5],
        ] {
            let page = try PageArguments(Self.arguments(object))
            #expect(page.limit == 5)
            #expect(page.offset == 10)
            #expect(page.hints(after: 5) == ["There may be more: repeat the call with offset 15."])
            #expect(page.hints(after: 4).isEmpty)
            #expect(page.hints(of: 16) == ["There are more: repeat the call with offset 15."])
            #expect(page.hints(of: 15).isEmpty)
        }
        #expect(try PageArguments(Self.arguments([:]), standard: 7).query.map(\.1) == ["7", "0"])
        #expect(try PageArguments(Self.arguments(["limit": 9000]), most: 100).limit == 100)
    }

    @Test(
        arguments: [["limit": 0], ["page": -1], ["offset": -1], ["pageSize": 0], ["pagination": ["limit": "five"]]]
            as [JSONObject])
    func `a page that cannot be is refused`(_ object: JSONObject) {
        #expect(throws: ToolError.self) { try PageArguments(Self.arguments(object)) }
    }

    @Test(
        arguments: [
            (["file_name": "a.txt", "file_data": "aGVsbG8="], "text/plain"),
            (["file_name": "a", "file_data": "data:text/x;base64,aGVs bG8="], "application/octet-stream"),
            (["file_name": "x\\a.MD", "file_data": "aGVsbG8="], "text/markdown"),
            (["file_name": "a.md", "file_data": "aGVsbG8=", "content_type": "text/plain"], "text/plain"),
        ] as [(JSONObject, String)])
    func `a file is read from base64`(_ object: JSONObject, _ type: String) throws {
        let file = try FileUpload(Self.arguments(object))
        #expect(file.bytes == Array("hello".utf8))
        #expect(file.type == type)
        #expect(!file.name.contains("\\"))
    }

    @Test(
        arguments: [
            (["file_name": "a.txt", "file_data": "aGVsbG8"], "base64"),
            (["file_name": "a.txt", "file_data": "a-_!"], "base64"),
            (["file_name": "a.txt", "file_data": "="], "base64"),
            (["file_name": "a.txt", "file_data": "\n"], "empty"), (["file_name": "a.txt"], "file_data"),
            (["file_data": "aGVsbG8="], "file_name"), (["file_name": "..", "file_data": "aGVsbG8="], "file_name"),
            (["file_name": "a", "file_data": "aGVsbG8=", "content_type": "text/x\r\nx: y"], "content_type"),
        ] as [(JSONObject, String)])
    func `a file that cannot be read is refused`(_ object: JSONObject, _ words: String) {
        let error = #expect(throws: ToolError.self) { try FileUpload(Self.arguments(object)) }
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    }

    @Test func `a file of more than the limit is refused`() {
        let data = String(repeating: "AAAA", count: FileUpload.maximumBytes / 3 + 400)
        let error = #expect(throws: ToolError.self) {
            try FileUpload(Self.arguments(["file_name": "a", "file_data": .string(data)]))
        }
        #expect(error?.message == "The file is larger than 20 MB.")
    }

    @Test func `secrets are hidden wherever they stand, the longest first`() {
        let secrets = Secrets(["A": "abcd", "B": "abcdef", "SHORT": "1", "N": 5])
        #expect(secrets.hidden("abcdef abcd 1") == "[B] [A] 1")
        #expect(secrets.hidden(["x": ["abcd"], "abcdef": 1] as JSONValue) == ["x": ["[A]"], "[B]": 1])
        #expect(Secrets(nil).hidden("abcd") == "abcd")
    }

    @Test func `a secret is hidden as a number, inside JSON, and line by line`() {
        let secrets = Secrets(["PIN": 123_456, "KEY": "a\"bcd", "PEM": "first line\nsecond line"])
        #expect(secrets.hidden("pin 123456") == "pin [PIN]")
        #expect(secrets.hidden(#"{"key": "a\"bcd"}"#) == #"{"key": "[KEY]"}"#)
        #expect(secrets.hidden(["first line", "second line"] as JSONValue) == ["[PEM]", "[PEM]"])
    }

    @Test func `the last function at the top of a source is the tool`() {
        #expect(FunctionSchema.pythonFunction("def a():\n  def b(): pass\n\nasync def c(x):\n    pass\n") == "c")
        #expect(FunctionSchema.pythonFunction("class A:\n    def b(self): pass") == nil)
    }

    @Test(
        arguments: [
            (["name": "a b", "description": "x"], "letters"), (["description": "x"], "name: missing"),
            (["name": "a", "description": "x", "parameters": ["type": "array"]], "object schema"),
            (["name": "a", "description": "x", "parameters": ["properties": []]], "parameters.properties"),
            (["name": "a", "description": "x", "parameters": ["properties": ["b": 1]]], "properties.b"),
            (["name": "a", "description": "x", "parameters": ["required": "b"]], "parameters.required"),
        ] as [(JSONValue, String)])
    func `what is wrong with a schema is named`(_ schema: JSONValue, _ words: String) throws {
        let read = try #require(try FunctionSchema(Self.arguments(["json_schema": schema])))
        #expect(read.problems.contains { $0.contains(words) }, "\(read.problems)")
    }

    @Test func `a schema may stand in its envelope, without parameters, and takes name and description beside it`()
        throws
    {
        let schema = try #require(
            try FunctionSchema(
                Self.arguments(["json_schema": ["type": "function", "function": ["name": "a"]], "description": "x"])))
        #expect(schema.json == ["name": "a", "description": "x"])
        #expect(schema.problems.isEmpty)
        #expect(throws: ToolError.self) { try FunctionSchema(Self.arguments(["args_json_schema": [:]])) }
        #expect(try FunctionSchema(Self.arguments([:])) == nil)
    }

    @Test func `events are read over line ends of every kind`() {
        let text =
            "event: message\r\ndata: {\"a\":1}\r\n\r\ndata:{\"b\":\ndata: 2}\n\n: comment\n\ndata: [DONE]\n\ndata: {\"c\":3}\n\n"
        #expect(EventText.values(Array(text.utf8)) == [["a": 1], ["b": 2], ["c": 3]])
        #expect(EventText.values(Array("{\"a\":1}".utf8)) == [["a": 1]])
        #expect(EventText.values([]).isEmpty)
    }

    @Test func `a row has nothing that is empty, and the first line of a description`() {
        let tool: JSONValue = [
            "id": "tool-1", "name": "a", "tool_type": "custom", "tags": [], "description": "One.\nTwo.",
            "source_code": "x", "json_schema": nil,
        ]
        #expect(
            Summary.tool(tool) == ["id": "tool-1", "name": "a", "tool_type": "custom", "description": "One."])
        #expect(ShortText.firstLine(of: String(repeating: "x", count: 200)) == String(repeating: "x", count: 120) + "…")
        #expect(ShortText.withoutMiddle("abcdef", 4) == "ab\n… 2 characters left out …\nef")
    }
}
