import HTTP
import Platform
import Wire

/// `letta_source_manager`: sources of files, which are folders by their newer name.
enum SourceHub {
    static let tool = Hub(
        name: "letta_source_manager", title: "Sources",
        description: """
            Sources (folders) of files for agents. source_id and agent_id may be names. list, list_folders, count; get, delete, list_files, \
            list_agents_using: source_id; create: name, description?; update: source_id, name?, description?; \
            attach, detach: agent_id, source_id; list_attached: agent_id; upload: source_id, file_name, file_data; \
            delete_files: source_id, file_id; get_folder_contents: source_id, file_id? (the text of one file).
            """,
        parameters: [
            .optional("source_id", .string()), .optional("agent_id", .string()), .optional("name", .string()),
            .optional("description", .string()), .optional("file_id", .string()), .optional("file_name", .string()),
            .optional("file_data", .string(), note: "base64, at most 20 MB"), .optional("content_type", .string()),
            .optional("include_content", .boolean), .verbose,
        ] + PageArguments.fields,
        operations: [
            ("list", list), ("get", get), ("create", create), ("update", update), ("delete", delete), ("count", count),
            ("attach", FolderOperations.attach), ("detach", FolderOperations.detach), ("list_attached", listAttached),
            ("upload", upload), ("delete_files", deleteFile), ("list_files", FolderOperations.files),
            ("list_folders", FolderOperations.list), ("get_folder_contents", contents),
            ("list_agents_using", FolderOperations.agents),
        ]
    ).tool

    private static func list(_ call: ToolCall) async throws -> Hub.Answer { try await FolderOperations.list(call) }

    private static func listAttached(_ call: ToolCall) async throws -> Hub.Answer {
        _ = try call.arguments.required("agent_id")
        return try await FolderOperations.list(call)
    }

    private static func get(_ call: ToolCall) async throws -> Hub.Answer {
        let (client, path) = try await source(call)
        let folder = try await client.get(path)
        return Hub.Answer("Source '\(folder["name"]?.string ?? "")'.", data: shown(folder, call))
    }

    private static func create(_ call: ToolCall) async throws -> Hub.Answer {
        let name = try call.arguments.required("name")
        var body = JSONObject([("name", .string(name))])
        if let description = call.arguments["description"] { body["description"] = description }
        let folder = try await call.client().call(.post, "/v1/folders/", body: .object(body))
        return Hub.Answer("Source '\(name)' is created.", data: shown(folder, call))
    }

    private static func update(_ call: ToolCall) async throws -> Hub.Answer {
        var body = JSONObject()
        for name in ["name", "description"] { if let value = call.arguments[name] { body[name] = value } }
        guard !body.isEmpty else { throw ToolError("Nothing to change is given: name, description.") }
        let (client, path) = try await source(call)
        let folder = try await client.call(.patch, path, body: .object(body))
        return Hub.Answer("The source is changed.", data: shown(folder, call))
    }

    private static func delete(_ call: ToolCall) async throws -> Hub.Answer {
        let client = try await call.client()
        let id = try await FolderOperations.folder(call, client)
        try await client.call(.delete, APIPath.folder(id))
        return Hub.Answer("The source and its files are deleted.", data: ["id": .string(id)])
    }

    private static func count(_ call: ToolCall) async throws -> Hub.Answer {
        let count = try await call.client().get("/v1/folders/count").int ?? 0
        return Hub.Answer("\(count) sources.", count: count)
    }

    private static func upload(_ call: ToolCall) async throws -> Hub.Answer {
        let file = try FileUpload(call.arguments)
        let (client, path) = try await source(call)
        let form = file.form
        let reply = try await client.send(
            .post, path + "/upload", query: [("name", file.name)], body: form.body, type: form.contentType)
        return Hub.Answer(
            "'\(file.name)' is uploaded, \(file.bytes.count) bytes; it is read in the background.",
            data: Summary.file(try JSONValue(parsing: reply)))
    }

    private static func deleteFile(_ call: ToolCall) async throws -> Hub.Answer {
        let file = try call.arguments.required("file_id")
        let (client, path) = try await source(call)
        try await client.call(.delete, path + "/\(percentEncoded(file))")
        return Hub.Answer("The file is deleted.", data: ["file_id": .string(file)])
    }

    /// The folder's files, or what one of them says.
    private static func contents(_ call: ToolCall) async throws -> Hub.Answer {
        guard let file = call.arguments.text("file_id") else { return try await FolderOperations.files(call) }
        let (client, path) = try await source(call)
        let content = try await client.get(
            path + "/files/\(percentEncoded(file))", query: [("include_content", "true")])
        return Hub.Answer("The file and its text.", data: Summary.file(content))
    }

    private static func source(_ call: ToolCall) async throws -> (RoostClient, path: String) {
        let client = try await call.client()
        return (client, APIPath.folder(try await FolderOperations.folder(call, client)))
    }

    private static func shown(_ folder: JSONValue, _ call: ToolCall) -> JSONValue {
        call.shown(folder, Summary.folder)
    }
}
