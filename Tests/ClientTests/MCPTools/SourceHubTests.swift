import Client
import HTTP
import Platform
import RoostTesting
import Testing

@Suite struct SourceHubTests {
    private static let hub = "letta_source_manager"
    private static let folder: JSONValue = [
        "id": .string(Known.folder), "name": "docs", "description": "Manuals", "embedding_config": ["embedding_dim": 3],
        "metadata": nil,
    ]
    private static let row: JSONValue = [
        "id": .string(Known.folder), "name": "docs", "description": "Manuals",
    ]
    private static let file: JSONValue = [
        "id": .string(Known.file), "source_id": .string(Known.folder), "file_name": "a.md", "file_size": 5,
        "processing_status": "completed", "content": nil, "created_at": "2026-01-01T00:00:00Z",
    ]
    private static let path = "/v1/folders/\(Known.folder)"

    private static func arguments(_ operation: String, _ more: JSONObject = JSONObject()) -> JSONObject {
        JSONObject(more.members.map { ($0.name, $0.value) } + [("operation", .string(operation))])
    }

    @Test func `sources are listed small, and by offset`() async throws {
        let tools = ScriptedTools(["GET /v1/folders/": [Self.folder]])
        for operation in ["list", "list_folders"] {
            let value = try await tools.value(Self.hub, Self.arguments(operation, ["limit": 1, "offset": 3]))
            #expect(value["data"] == [Self.row])
            #expect(value["count"] == 1)
        }
        #expect(tools.calls == Array(repeating: "GET /v1/folders/?limit=1&offset=3", count: 2))
    }

    @Test func `a source is found by its name, created, changed and deleted`() async throws {
        let tools = ScriptedTools([
            "GET /v1/folders/": [Self.folder], "GET \(Self.path)": Self.folder, "POST /v1/folders/": Self.folder,
            "PATCH \(Self.path)": Self.folder, "DELETE \(Self.path)": nil, "GET /v1/folders/count": 4,
        ])
        #expect(try await tools.value(Self.hub, Self.arguments("get", ["source_id": "docs"]))["data"] == Self.row)
        let whole = try await tools.value(Self.hub, Self.arguments("get", ["source_id": "docs", "verbose": true]))
        #expect(whole["data"] == Self.folder)
        _ = try await tools.value(Self.hub, Self.arguments("create", ["name": "docs", "description": "Manuals"]))
        #expect(tools.body == ["name": "docs", "description": "Manuals"])
        _ = try await tools.value(
            Self.hub, Self.arguments("update", ["source_id": .string(Known.folder), "description": ""]))
        #expect(tools.body == ["description": ""])
        _ = try await tools.value(Self.hub, Self.arguments("delete", ["source_id": .string(Known.folder)]))
        #expect(tools.calls.last == "DELETE \(Self.path)")
        #expect(try await tools.value(Self.hub, Self.arguments("count"))["count"] == 4)
        let missing = try await tools.failure(Self.hub, Self.arguments("get", ["source_id": "dosc"]))
        #expect(missing["message"]?.string?.contains("Did you mean 'docs'?") == true)
    }

    @Test func `a source is attached to an agent and detached`() async throws {
        let agent = "/v1/agents/\(Known.agent)/folders"
        let tools = ScriptedTools([
            "PATCH \(agent)/attach/\(Known.folder)": nil, "PATCH \(agent)/detach/\(Known.folder)": nil,
            "GET \(agent)": [Self.folder], "GET \(Self.path)/agents": [.string(Known.agent)],
        ])
        let both: JSONObject = ["agent_id": .string(Known.agent), "source_id": .string(Known.folder)]
        for operation in ["attach", "detach"] {
            let value = try await tools.value(Self.hub, Self.arguments(operation, both))
            #expect(value["data"]?["folder_id"] == .string(Known.folder))
            #expect(tools.calls.last == "PATCH \(agent)/\(operation)/\(Known.folder)")
        }
        #expect(try await tools.value(Self.hub, Self.arguments("list_attached", both))["data"] == [Self.row])
        #expect(
            try await tools.value(Self.hub, Self.arguments("list_agents_using", both))["data"] == [.string(Known.agent)]
        )
        #expect(
            try await tools.failure(Self.hub, Self.arguments("list_attached"))["message"] == "'agent_id' is missing.")
    }

    @Test func `a file goes up as a form`() async throws {
        let tools = ScriptedTools(["POST \(Self.path)/upload": Self.file])
        let value = try await tools.value(
            Self.hub,
            Self.arguments(
                "upload", ["source_id": .string(Known.folder), "file_name": "notes/a.md", "file_data": "aGVs\nbG8="]))
        #expect(value["message"]?.string?.contains("5 bytes") == true)
        #expect(value["data"]?["processing_status"] == "completed")
        #expect(tools.calls == ["POST \(Self.path)/upload?name=a.md"])
        let request = try #require(tools.requests.first)
        #expect(request.headers["content-type"]?.hasPrefix("multipart/form-data; boundary=") == true)
        let text = String(decoding: request.body, as: UTF8.self)
        #expect(text.contains("name=\"file\"; filename=\"a.md\"\r\nContent-Type: text/markdown\r\n\r\nhello\r\n"))
    }

    @Test func `files are listed, read and deleted`() async throws {
        let tools = ScriptedTools([
            "GET \(Self.path)/files": [Self.file],
            "GET \(Self.path)/files/\(Known.file)": ["id": .string(Known.file), "content": "hello"],
            "DELETE \(Self.path)/\(Known.file)": nil,
        ])
        let source: JSONObject = ["source_id": .string(Known.folder), "include_content": true]
        let list = try await tools.value(Self.hub, Self.arguments("list_files", source))
        #expect(list["data"]?.array?.first?["file_name"] == "a.md")
        #expect(list["data"]?.array?.first?["created_at"] == nil)
        #expect(tools.calls == ["GET \(Self.path)/files?limit=50&offset=0&include_content=true"])
        #expect(try await tools.value(Self.hub, Self.arguments("get_folder_contents", source))["count"] == 1)
        var one = source
        one["file_id"] = .string(Known.file)
        let content = try await tools.value(Self.hub, Self.arguments("get_folder_contents", one))
        #expect(content["data"]?["content"] == "hello")
        let deleted = try await tools.value(Self.hub, Self.arguments("delete_files", one))
        #expect(deleted["data"]?["file_id"] == .string(Known.file))
        #expect(
            try await tools.failure(Self.hub, Self.arguments("delete_files", source))["message"]
                == "'file_id' is missing.")
    }

    @Test(arguments: [
        ("get", "source_id"), ("create", "name"), ("update", "Nothing to change"), ("delete", "source_id"),
        ("attach", "agent_id"), ("detach", "agent_id"), ("upload", "file_name"), ("list_files", "source_id"),
        ("get_folder_contents", "source_id"), ("list_agents_using", "source_id"),
    ])
    func `what is missing is named`(_ operation: String, _ words: String) async throws {
        let tools = ScriptedTools([String: JSONValue]())
        let value = try await tools.failure(Self.hub, Self.arguments(operation))
        #expect(value["message"]?.string?.contains(words) == true, "\(value.text)")
        #expect(tools.calls.isEmpty)
    }
}
