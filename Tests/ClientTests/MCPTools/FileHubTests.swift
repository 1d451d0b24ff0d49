import Client
import HTTP
import Platform
import RoostTesting
import Testing

@Suite struct FileHubTests {
    private static let hub = "letta_file_folder_ops"
    private static let files = "/v1/agents/\(Known.agent)/files"
    private static let folder: JSONValue = ["id": .string(Known.folder), "name": "docs", "description": nil]

    private static func arguments(_ operation: String, _ more: JSONObject = JSONObject()) -> JSONObject {
        JSONObject(
            [("operation", .string(operation)), ("agent_id", .string(Known.agent)), ("file_id", .string(Known.file))]
                + more.members.map { ($0.name, $0.value) })
    }

    @Test func `an agent's files are listed without their text`() async throws {
        let tools = ScriptedTools([
            "GET \(Self.files)": [
                "files": [
                    [
                        "id": "file_agent-1", "file_id": .string(Known.file), "file_name": "a.md",
                        "folder_name": "docs",
                        "folder_id": .string(Known.folder), "is_open": true, "visible_content": "long",
                    ]
                ], "next_cursor": "x", "has_more": true,
            ]
        ])
        let value = try await tools.value(Self.hub, Self.arguments("list_files", ["limit": 1]))
        #expect(
            value["data"] == [
                [
                    "file_id": .string(Known.file), "file_name": "a.md", "folder_id": .string(Known.folder),
                    "folder_name": "docs", "is_open": true,
                ]
            ])
        #expect(value["hints"] == ["There are more: repeat the call with offset 1."])
    }

    @Test func `files are opened and closed`() async throws {
        let tools = ScriptedTools([
            "PATCH \(Self.files)/\(Known.file)/open": ["docs/old.md"], "PATCH \(Self.files)/\(Known.file)/close": nil,
            "PATCH \(Self.files)/close-all": ["docs/a.md", "docs/b.md"],
        ])
        let opened = try await tools.value(Self.hub, Self.arguments("open_file"))
        #expect(opened["data"]?["closed"] == ["docs/old.md"])
        #expect(opened["message"]?.string?.contains("1 others were closed") == true)
        let closed = try await tools.value(Self.hub, Self.arguments("close_file"))
        #expect(closed["data"]?["file_id"] == .string(Known.file))
        #expect(try await tools.value(Self.hub, Self.arguments("close_all_files"))["count"] == 2)
    }

    @Test func `folders are listed, attached and detached`() async throws {
        let agent = "/v1/agents/\(Known.agent)/folders"
        let tools = ScriptedTools([
            "GET /v1/folders/": [Self.folder, Self.folder], "GET \(agent)": [Self.folder],
            "PATCH \(agent)/attach/\(Known.folder)": nil, "PATCH \(agent)/detach/\(Known.folder)": nil,
            "GET /v1/folders/\(Known.folder)/agents": [.string(Known.agent)],
            "GET /v1/folders/\(Known.folder)/files": [["id": .string(Known.file), "file_name": "a.md"]],
        ])
        #expect(try await tools.value(Self.hub, Self.arguments("list_folders"))["count"] == 1)
        #expect(try await tools.value(Self.hub, ["operation": "list_folders"])["count"] == 2)
        let folder: JSONObject = ["folder_id": .string(Known.folder)]
        for operation in ["attach_folder", "detach_folder"] {
            let value = try await tools.value(Self.hub, Self.arguments(operation, folder))
            #expect(value["data"]?["agent_id"] == .string(Known.agent))
        }
        let agents = try await tools.value(Self.hub, Self.arguments("list_agents_in_folder", folder))
        #expect(agents["data"] == [.string(Known.agent)])
        let files = try await tools.value(
            Self.hub, ["operation": "list_files", "folder_id": .string(Known.folder)])
        #expect(files["data"]?.array?.first?["file_name"] == "a.md")
    }

    @Test(arguments: [
        ("list_files", "agent_id"), ("open_file", "file_id"), ("close_file", "file_id"),
        ("close_all_files", "agent_id"), ("attach_folder", "agent_id"), ("detach_folder", "agent_id"),
        ("list_agents_in_folder", "folder_id"),
    ])
    func `what is missing is named`(_ operation: String, _ name: String) async throws {
        let tools = ScriptedTools([String: JSONValue]())
        let value = try await tools.failure(Self.hub, ["operation": .string(operation)])
        #expect(value["message"]?.string?.contains(name) == true, "\(value.text)")
    }

    @Test func `a server's refusal is passed on`() async throws {
        let tools = ScriptedTools(["GET /v1/agents/\(Known.agent)/folders": .detail(404, "Agent not found")])
        let value = try await tools.failure(Self.hub, Self.arguments("list_folders"))
        #expect(value["message"] == "Agent not found")
    }
}
