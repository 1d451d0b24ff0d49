import HTTP
import Platform
import Wire

/// `letta_file_folder_ops`: which files and folders agents see.
enum FileHub {
    static let tool = Hub(
        name: "letta_file_folder_ops", title: "Files and folders",
        description: """
            Files and folders that agents see. agent_id and folder_id may be names. list_files: agent_id or folder_id; \
            open_file, close_file: agent_id, file_id; close_all_files: agent_id; list_folders: agent_id?; \
            attach_folder, detach_folder: agent_id, folder_id; list_agents_in_folder: folder_id.
            """,
        parameters: [
            .optional("agent_id", .string()), .optional("file_id", .string()), .optional("folder_id", .string()),
            .verbose,
        ] + PageArguments.fields,
        operations: [
            ("list_files", listFiles), ("open_file", openFile), ("close_file", closeFile),
            ("close_all_files", closeAllFiles), ("list_folders", FolderOperations.list),
            ("attach_folder", FolderOperations.attach), ("detach_folder", FolderOperations.detach),
            ("list_agents_in_folder", FolderOperations.agents),
        ],
        annotations: .idempotent
    ).tool

    private static func listFiles(_ call: ToolCall) async throws -> Hub.Answer {
        if call.arguments.text("agent_id") == nil, call.arguments.text("folder_id") != nil {
            return try await FolderOperations.files(call)
        }
        let (client, path) = try await agentFiles(call)
        let page = try PageArguments(call.arguments, most: 1000)
        let reply = try await client.get(path, query: page.query)
        let files = reply["files"]?.array ?? []
        let hints = reply["has_more"] == true ? page.hints(of: .max) : []
        return Hub.Answer(
            "\(files.count) files.", data: .array(call.shown(files, Summary.agentFile)), count: files.count,
            hints: hints)
    }

    private static func openFile(_ call: ToolCall) async throws -> Hub.Answer {
        let file = try call.arguments.required("file_id")
        let (client, path) = try await agentFiles(call)
        let closed = try await client.call(.patch, path + "/\(percentEncoded(file))/open").array ?? []
        let message = closed.isEmpty ? "Opened." : "Opened; \(closed.count) others were closed to make room."
        return Hub.Answer(message, data: ["file_id": .string(file), "closed": .array(closed)])
    }

    private static func closeFile(_ call: ToolCall) async throws -> Hub.Answer {
        let file = try call.arguments.required("file_id")
        let (client, path) = try await agentFiles(call)
        try await client.call(.patch, path + "/\(percentEncoded(file))/close")
        return Hub.Answer("Closed.", data: ["file_id": .string(file)])
    }

    private static func closeAllFiles(_ call: ToolCall) async throws -> Hub.Answer {
        let (client, path) = try await agentFiles(call)
        let closed = try await client.call(.patch, path + "/close-all").array ?? []
        return Hub.Answer("\(closed.count) files closed.", data: ["closed": .array(closed)], count: closed.count)
    }

    private static func agentFiles(_ call: ToolCall) async throws -> (RoostClient, path: String) {
        let client = try await call.client()
        let agent = try await client.id(of: .agent, try call.arguments.required("agent_id"))
        return (client, APIPath.agent(agent) + "/files")
    }
}
