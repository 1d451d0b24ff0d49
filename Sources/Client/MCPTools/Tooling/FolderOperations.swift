import HTTP
import Platform

/// What two hubs do with folders; a source is a folder by its older name.
enum FolderOperations {
    /// The folder that a call names, by its id or name.
    static func folder(_ call: ToolCall, _ client: RoostClient) async throws -> String {
        try await client.id(of: .folder, try call.arguments.required(anyOf: "source_id", "folder_id"))
    }

    /// Every folder, or those of an agent when the call names one.
    static func list(_ call: ToolCall) async throws -> Hub.Answer {
        let client = try await call.client()
        let page = try PageArguments(call.arguments, most: 1000)
        var path = "/v1/folders/"
        if let agent = call.arguments.text("agent_id") {
            path = APIPath.agent(try await client.id(of: .agent, agent)) + "/folders"
        }
        let folders = try await client.get(path, query: page.query).array ?? []
        return Hub.Answer(
            "\(folders.count) folders.", data: .array(call.shown(folders, Summary.folder)), count: folders.count,
            hints: page.hints(after: folders.count))
    }

    static func attach(_ call: ToolCall) async throws -> Hub.Answer { try await link(call, "attach", "attached to") }

    static func detach(_ call: ToolCall) async throws -> Hub.Answer { try await link(call, "detach", "detached from") }

    private static func link(_ call: ToolCall, _ verb: String, _ said: String) async throws -> Hub.Answer {
        let client = try await call.client()
        let agent = try await client.id(of: .agent, try call.arguments.required("agent_id"))
        let folder = try await folder(call, client)
        try await client.call(
            .patch, APIPath.agent(agent) + "/folders/\(verb)/\(percentEncoded(folder))")
        return Hub.Answer(
            "The folder is \(said) the agent.", data: ["agent_id": .string(agent), "folder_id": .string(folder)])
    }

    /// The ids of the agents that a folder is attached to.
    static func agents(_ call: ToolCall) async throws -> Hub.Answer {
        let client = try await call.client()
        let page = try PageArguments(call.arguments, most: 1000)
        let path = APIPath.folder(try await folder(call, client)) + "/agents"
        let agents = try await client.get(path, query: page.query).array ?? []
        return Hub.Answer(
            "\(agents.count) agents have the folder.", data: .array(agents), count: agents.count,
            hints: page.hints(after: agents.count))
    }

    /// The files of a folder; with `include_content`, what they say.
    static func files(_ call: ToolCall) async throws -> Hub.Answer {
        let client = try await call.client()
        let page = try PageArguments(call.arguments, most: 1000)
        let content = call.arguments.flag("include_content") ? [("include_content", "true")] : []
        let path = APIPath.folder(try await folder(call, client)) + "/files"
        let files = try await client.get(path, query: page.query + content).array ?? []
        return Hub.Answer(
            "\(files.count) files.", data: .array(call.shown(files, Summary.file)), count: files.count,
            hints: page.hints(after: files.count))
    }
}
