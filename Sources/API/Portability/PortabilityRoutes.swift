import Domain
import Engine
import HTTP
import Platform
import Wire

/// Export, import and copies of agents (wire notes, section 17).
enum PortabilityRoutes {
    static var all: [Route] {
        [
            Route(.get, "/v1/agents/{agent_id}/export", exportOperation) { context in
                if context.flag("use_legacy_format") == true {
                    throw Refusal.invalid("Legacy format is not supported. Leave use_legacy_format out.")
                }
                return try await export(
                    context, conversation: context.text("conversation_id"), scrubs: context.flag("scrub_messages"),
                    skills: nil)
            },
            Route(.post, "/v1/agents/{agent_id}/export", exportWithSkillsOperation) { context in
                try await export(
                    context, conversation: context.body.text("conversation_id"),
                    scrubs: context.body.flag("scrub_messages"), skills: context.body["skills"]?.array)
            },
            Route(.post, "/v1/agents/import", importOperation) { context in
                let ids = try await context.engine.portability.importFile(
                    context.file?.bytes ?? [], try ImportOptions(context), by: context.caller)
                return .json { json in json.object { json in json.field("agent_ids", ids) } }
            },
            Route(.post, "/v1/agents/{agent_id}/clone", cloneOperation) { context in
                .agent(
                    try await context.engine.portability.clone(
                        context[parameter: "agent_id"], CloneOptions(context.body), by: context.caller))
            },
        ]
    }

    private static func export(
        _ context: RequestContext, conversation: String?, scrubs: Bool?, skills: [JSONValue]?
    ) async throws -> Response {
        .json(
            200,
            try await context.engine.portability.export(
                context[parameter: "agent_id"], conversation: .init(conversation), scrubsMessages: scrubs ?? false,
                skills: skills, by: context.caller))
    }

    // MARK: Operations

    private static func operation(_ id: String, _ summary: String, _ reply: Schema) -> Wire.Operation {
        var operation = Wire.Operation(id, summary, tag: "agents", success: .json(reply))
        operation.failures = [404]
        return operation
    }

    private static var exportOperation: Wire.Operation {
        var operation = operation("export_agent", "An agent as an agent file, without secrets", PortabilitySchemas.file)
        operation.parameters = [
            .init("conversation_id", .string(), note: "Write this conversation's messages."),
            .init("scrub_messages", .boolean, note: "Write no messages."),
            .init("max_steps", .integer(), note: "Has no effect."),
            .init("use_legacy_format", .boolean, note: "Refused."),
        ]
        return operation
    }

    private static var exportWithSkillsOperation: Wire.Operation {
        var operation = operation("export_agent_with_skills", "An agent file with skills", PortabilitySchemas.file)
        operation.body = PortabilitySchemas.export
        operation.bodyIsRequired = false
        return operation
    }

    private static var cloneOperation: Wire.Operation {
        var operation = operation(
            "clone_agent", "Copies an agent with its blocks, tools, tags, secrets and identities", AgentSchemas.agent)
        operation.body = PortabilitySchemas.clone
        operation.bodyIsRequired = false
        return operation
    }

    private static var importOperation: Wire.Operation {
        var operation = operation(
            "import_agent", "Stores the agents of an agent file, all or none", PortabilitySchemas.imported)
        operation.form = [
            .init("append_copy_suffix", .boolean, note: "Default true: _copy is added to the names."),
            .init("override_existing_tools", .boolean, note: "Default true; built-in tools are never replaced."),
            .init("strip_messages", .boolean), .init("name", .string(), note: "The first agent's name, as it is."),
            .init("override_name", .string(), note: "The same as name."), .init("model", .string()),
            .init("override_model_handle", .string(), note: "The same as model."), .init("embedding", .string()),
            .init("override_embedding_handle", .string(), note: "The same as embedding."),
            .init("secrets", .string(), note: "A JSON object of texts."),
            .init("env_vars_json", .string(), note: "The same as secrets."), .init("project_id", .string()),
        ]
        operation.failures = [404, 409, 413]
        return operation
    }
}

extension ImportOptions {
    /// - Throws: `Refusal(.unprocessable)` when the secrets are not a JSON object of texts.
    init(_ context: RequestContext) throws {
        self.init()
        name = context.text("name") ?? context.text("override_name")
        appendsCopySuffix = context.flag("append_copy_suffix") ?? true
        overridesTools = context.flag("override_existing_tools") ?? true
        stripsMessages = context.flag("strip_messages") ?? false
        projectID = context.text("project_id")
        model = context.text("model") ?? context.text("override_model_handle")
        embedding =
            context.text("embedding") ?? context.text("override_embedding_handle")
            ?? context.request.headers["x-override-embedding-model"].flatMap { $0.isEmpty ? nil : $0 }
        for field in ["env_vars_json", "secrets"] {
            guard let text = context.text(field) else { continue }
            secrets += try Self.secrets(text, field)
        }
    }

    private static func secrets(_ text: String, _ field: String) throws -> [(key: String, value: String)] {
        // The parser's own error could quote the secret's surroundings; the field's name is enough.
        guard let object = (try? JSONValue(parsing: text))?.object, object.count <= 1000 else {
            throw Refusal.unprocessable("body.\(field): should be a JSON object of texts")
        }
        return try object.members.map { member in
            guard let value = member.value.string else {
                throw Refusal.unprocessable("body.\(field).\(member.name): should be a text")
            }
            return (member.name, value)
        }
    }
}

extension CloneOptions {
    init(_ body: JSONObject) {
        self.init()
        name = body.text("name") ?? body.text("new_name")
        includesMessages = body.flag("include_messages") ?? true
        sharesBlocks = body.flag("shared") ?? false
        sharesArchives = body.flag("include_archives") ?? false
    }
}
