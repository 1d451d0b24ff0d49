import Client
import MCP
import Platform
import RoostTesting
import Testing
import Wire

/// Which operations answer "not served yet" over the server as it is. A line goes when its route comes to be served: then the
/// test of its hub calls it over the test server.
@Suite struct UnservedOperationTests {
    private static let files: [(String, JSONObject)] = [
        ("list_files", [:]), ("open_file", [:]), ("close_file", [:]), ("close_all_files", [:]), ("list_folders", [:]),
        ("attach_folder", [:]), ("detach_folder", [:]), ("list_agents_in_folder", [:]),
    ]
    private static let sources: [(String, JSONObject)] = [
        ("list", [:]), ("get", [:]), ("create", [:]), ("update", [:]), ("delete", [:]), ("count", [:]), ("attach", [:]),
        ("detach", [:]), ("list_attached", [:]), ("upload", [:]), ("delete_files", [:]), ("list_files", [:]),
        ("list_folders", [:]), ("get_folder_contents", [:]), ("list_agents_using", [:]),
    ]
    private static let all: [(hub: String, calls: [(String, JSONObject)])] = [
        ("letta_file_folder_ops", files), ("letta_source_manager", sources),
    ]

    /// Enough for every operation; what one does not know, it ignores.
    private static func arguments(_ operation: String, agent: String, _ more: JSONObject) -> JSONObject {
        var arguments: JSONObject = [
            "operation": .string(operation), "agent_id": .string(agent), "folder_id": .string(Known.folder),
            "source_id": .string(Known.folder), "file_id": .string(Known.file), "mcp_server_id": .string(Known.server),
            "server_name": "web", "server_config": ["command": "npx"], "tool_name": "fetch", "name": "docs",
            "description": "Manuals", "source_code": "def docs(): pass", "file_name": "a.txt", "file_data": "aGVsbG8=",
        ]
        for member in more.members { arguments[member.name] = member.value }
        return arguments
    }

    @Test func `these operations wait for their routes`() async throws {
        try await withTools { tools in
            let agent = try await tools.server.post("/v1/agents/", ["name": "demo"]).id
            for (hub, calls) in Self.all {
                for (operation, more) in calls {
                    let value = try await tools.failure(hub, Self.arguments(operation, agent: agent, more))
                    let message = value["message"]?.string ?? ""
                    #expect(message.contains("not served yet"), "\(hub) \(operation): \(message)")
                }
            }
        }
    }

    /// The hubs whose routes are all unserved have every operation in the list above.
    @Test func `no operation of these hubs is forgotten`() throws {
        for (hub, calls) in Self.all {
            let tool = try #require(ToolProfile.consolidated.tool(hub))
            let field = try #require(tool.input.fields.first { $0.name == "operation" })
            guard case .enumeration(let operations) = field.schema else {
                Issue.record("\(hub) has no operations")
                continue
            }
            #expect(Set(operations) == Set(calls.map(\.0)))
        }
    }

    @Test(arguments: [
        ("letta_tool_manager", 3500), ("letta_source_manager", 2700), ("letta_job_monitor", 1000),
        ("letta_file_folder_ops", 1900), ("letta_mcp_ops", 2700), ("list_llm_models", 500),
        ("list_embedding_models", 500),
    ])
    func `a tool keeps its part of the budget`(_ name: String, _ budget: Int) throws {
        let size = try #require(ToolProfile.consolidated.tool(name)).listed.json.text.utf8.count
        #expect(size <= budget, "\(name) takes \(size) bytes")
    }
}
