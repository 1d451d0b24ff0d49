import HTTP
import Platform

extension MemoryHub {
    static let archiveOperations: [(name: String, run: Hub.Operation)] = [
        ("list_archives", listArchives),
        ("get_archive", archive),
        ("create_archive", createArchive),
        ("update_archive", updateArchive),
        ("delete_archive", deleteArchive),
        ("attach_archive", attachArchive),
        ("detach_archive", detachArchive),
        ("list_agents_using_archive", agentsUsingArchive),
    ]

    private static func listArchives(_ call: ToolCall) async throws -> Hub.Answer {
        let page = try PageArguments(call.arguments)
        var query = page.query
        if let agentID = try await call.namedAgent() { query.append(("agent_id", agentID)) }
        if let name = call.arguments.text("name") ?? call.arguments.text("label") { query.append(("name", name)) }
        let archives = try await call.client().get("/v1/archives/", query: query).array ?? []
        return Hub.Answer(
            "Archives: \(archives.count)", data: .array(call.shown(archives, short)), count: archives.count,
            hints: page.hints(after: archives.count))
    }

    private static func archive(_ call: ToolCall) async throws -> Hub.Answer {
        let archive = try await call.client().get(APIPath.archive(try await archiveID(call)))
        return Hub.Answer("The archive.", data: call.shown(archive, short))
    }

    private static func createArchive(_ call: ToolCall) async throws -> Hub.Answer {
        let client = try await call.client()
        let agentID = try await call.namedAgent()
        var body: JSONObject = ["name": .string(try call.arguments.required(anyOf: "name", "label"))]
        body["description"] = call.arguments["description"]
        var archive = try await client.call(.post, "/v1/archives/", body: .object(body))
        let id = archive["id"]?.string ?? ""
        // The route of creation takes no metadata.
        if let metadata = call.arguments["metadata"] {
            archive = try await client.call(.patch, APIPath.archive(id), body: ["metadata": metadata])
        }
        guard let agentID else {
            return Hub.Answer(
                "Created the archive.", data: call.shown(archive, short),
                hints: ["It is attached to no agent yet: attach_archive."])
        }
        try await client.call(.patch, linkPath("attach", id, agentID))
        return Hub.Answer("Created the archive and attached it.", data: call.shown(archive, short))
    }

    private static func updateArchive(_ call: ToolCall) async throws -> Hub.Answer {
        var patch = JSONObject()
        for name in ["name", "description", "metadata"] { patch[name] = call.arguments[name] }
        if patch["name"] == nil { patch["name"] = call.arguments["label"] }
        guard !patch.isEmpty else {
            throw ToolError("There is nothing to change.", hints: ["Give name, description or metadata."])
        }
        let archive = try await call.client().call(
            .patch, APIPath.archive(try await archiveID(call)), body: .object(patch))
        return Hub.Answer("Changed the archive.", data: call.shown(archive, short))
    }

    private static func deleteArchive(_ call: ToolCall) async throws -> Hub.Answer {
        let id = try await archiveID(call)
        try await call.client().call(.delete, APIPath.archive(id))
        return Hub.Answer("Deleted the archive with its passages.", data: ["archive_id": .string(id)])
    }

    private static func attachArchive(_ call: ToolCall) async throws -> Hub.Answer {
        let (archive, agentID) = (try await archiveID(call), try await call.agent())
        try await call.client().call(.patch, linkPath("attach", archive, agentID))
        return Hub.Answer(
            "Attached the archive.", data: ["agent_id": .string(agentID), "archive_id": .string(archive)])
    }

    private static func detachArchive(_ call: ToolCall) async throws -> Hub.Answer {
        let (archive, agentID) = (try await archiveID(call), try await call.agent())
        try await call.client().call(.patch, linkPath("detach", archive, agentID))
        return Hub.Answer(
            "Detached the archive. It is still there.",
            data: ["agent_id": .string(agentID), "archive_id": .string(archive)])
    }

    private static func agentsUsingArchive(_ call: ToolCall) async throws -> Hub.Answer {
        let page = try PageArguments(call.arguments)
        let agents = try await call.client().get(
            APIPath.archive(try await archiveID(call)) + "/agents", query: page.query + APIPath.tagsAlone)
        return agentList(agents.array ?? [], call, page)
    }

    // MARK: Arguments and answers

    private static func archiveID(_ call: ToolCall) async throws -> String {
        let reference = try call.arguments.required("archive_id")
        return try await ToolError.advising([404: "list_archives shows ids and names."]) {
            try await call.client().id(of: .archive, reference)
        }
    }

    private static func linkPath(_ verb: String, _ archive: String, _ agentID: String) -> String {
        APIPath.agent(agentID) + "/archives/\(verb)/\(percentEncoded(archive))"
    }

    private static func short(_ archive: JSONValue) -> JSONValue {
        .object(ShortForm.members(["id", "name", "description", "metadata", "created_at"], of: archive))
    }
}
