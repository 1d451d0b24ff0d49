import Domain
import Engine
import HTTP
import Platform
import Wire

/// Messages that are stored already: lists, one message, edits, reset and search.
enum MessageRoutes {
    static var all: [Route] {
        [
            Route(.get, "/v1/agents/{agent_id}/messages", listOperation) { context in
                var filter = filter(context)
                filter.agentID = context[parameter: "agent_id"]
                return try await list(filter, context)
            },
            Route(.get, "/v1/messages/", listAllOperation) { context in try await list(filter(context), context) },
            Route(.get, "/v1/messages/{message_id}", retrieveOperation) { context in
                let found = try await context.engine.messages.find(context[parameter: "message_id"], by: context.caller)
                return .messages(context.presentation.messages(of: found))
            },
            Route(.patch, "/v1/agents/{agent_id}/messages/{message_id}", updateOperation) { context in
                let (edit, type) = edit(context.body)
                let edited = try await context.engine.messages.edit(
                    context[parameter: "message_id"], of: context[parameter: "agent_id"], edit, by: context.caller)
                let shown = MessagePresentation().messages(of: edited)
                guard let message = shown.first(where: { $0.type == type }) ?? shown.first else { return .null }
                return .json { message.write(to: &$0) }
            },
            Route(.patch, "/v1/agents/{agent_id}/reset-messages", resetOperation) { context in
                .agent(
                    try await context.engine.messages.reset(
                        context[parameter: "agent_id"],
                        addsOpening: context.body.flag("add_default_initial_messages") ?? false, by: context.caller))
            },
            Route(.post, "/v1/messages/search", searchAllOperation) { context in try await searchAll(context) },
            Route(.post, "/v1/agents/messages/search", searchOperation) { context in try await search(context) },
        ]
    }

    private static func filter(_ context: RequestContext) -> MessageFilter {
        var filter = MessageFilter()
        filter.conversation = .init(context.text("conversation_id"))
        filter.groupID = context.text("group_id")
        filter.includesErrors = context.flag("include_err") ?? false
        return filter
    }

    private static func list(_ filter: MessageFilter, _ context: RequestContext) async throws -> Response {
        try await context.messages(context.page(limit: 100, ascending: false)) { page in
            try await context.engine.messages.list(filter, page, by: context.caller)
        }
    }

    /// The change that a body asks for, and the type of message that shows it.
    private static func edit(_ body: JSONObject) -> (MessageEdit, type: String) {
        let content: JSONText
        switch body["content"] {
        case .some(.string(let text)): content = Message.textContent(text)
        case .some(let parts) where !parts.isNull: content = JSONText(parts)
        default: return (.reasoning(body.text("reasoning") ?? ""), "reasoning_message")
        }
        switch body.text("message_type") {
        case "user_message": return (.content(.user, content), "user_message")
        case "assistant_message": return (.content(.assistant, content), "assistant_message")
        default: return (.content(.system, content), "system_message")
        }
    }

    // MARK: Search

    private static func searchFilter(_ body: JSONObject) -> MessageFilter {
        var filter = MessageFilter()
        filter.agentID = body.text("agent_id")
        filter.conversation = .init(body.text("conversation_id"))
        filter.projectID = body.text("project_id")
        filter.templateID = body.text("template_id")
        filter.start = body.time("start_date")
        filter.end = body.endTime("end_date")
        return filter
    }

    private static func searchAll(_ context: RequestContext) async throws -> Response {
        var filter = searchFilter(context.body)
        filter.roles = [.user, .assistant, .summary]
        let limit = context.body.integer("limit") ?? 50
        let found = try await context.engine.messages.search(
            context.body.text("query"), filter, mode(context.body), limit: limit, by: context.caller)
        var presentation = MessagePresentation()
        presentation.types = ["user_message", "assistant_message", "reasoning_message"]
        let shown = found.matches.flatMap { match in
            presentation.messages(of: match.message, agentType: found.agentTypes[match.message.agentID] ?? .lettaV1)
        }
        return .list(Array(shown.prefix(limit))) { $0.writeFound(found.mode, to: &$1) }
    }

    private static func search(_ context: RequestContext) async throws -> Response {
        var filter = searchFilter(context.body)
        let roles = context.body.texts("roles") ?? []
        filter.roles = roles.compactMap { Message.Role(rawValue: $0 == "function" ? "tool" : $0) }
        if roles.isEmpty { filter.roles = [.user, .assistant, .tool, .summary] }
        let found = try await context.engine.messages.search(
            context.body.text("query"), filter, mode(context.body), limit: context.body.integer("limit") ?? 50,
            by: context.caller)
        return .list(found.matches) { match, json in
            json.object { json in
                json.field("embedded_text", match.message.searchText)
                json.key("message")
                match.message.writeStored(to: &json)
                json.field("fts_rank", match.textRank)
                json.field("vector_rank", match.vectorRank)
                json.field("rrf_score", match.fusedScore)
                json.field("search_mode", found.mode?.rawValue)
            }
        }
    }

    private static func mode(_ body: JSONObject) -> MessageSearchMode {
        body.text("search_mode").flatMap(MessageSearchMode.init) ?? .hybrid
    }

    // MARK: Operations

    static let presentation: [Wire.Operation.Parameter] = [
        .init(
            "use_assistant_message", .boolean, note: "Show calls of the message tool as what was said; default true."),
        .init("assistant_message_tool_name", .string(), note: "Default send_message."),
        .init("assistant_message_tool_kwarg", .string(), note: "Default message."),
        .init("include_err", .boolean),
        .init("include_return_message_types", MessageSchemas.types, repeated: true),
    ]

    private static func operation(_ id: String, _ summary: String, _ reply: Schema) -> Wire.Operation {
        var operation = Wire.Operation(id, summary, tag: "messages", success: .json(reply))
        operation.failures = [404]
        return operation
    }

    private static func listing(_ id: String, _ summary: String) -> Wire.Operation {
        var operation = operation(id, summary, .array(MessageSchemas.message))
        operation.parameters =
            QueryCheck.page(limit: 100, ascending: false) + presentation + [
                .init("conversation_id", .string(), note: "An id, or 'default' for the agent's own thread."),
                .init("order_by", .enumeration(["created_at"])),
            ]
        return operation
    }

    private static var listOperation: Wire.Operation {
        var operation = listing("list_messages", "Messages of an agent, newest first; limits count stored messages")
        operation.parameters.append(.init("group_id", .string()))
        return operation
    }

    private static var listAllOperation: Wire.Operation { listing("list_all_messages", "Messages of all agents") }

    private static var retrieveOperation: Wire.Operation {
        operation("retrieve_message", "What one stored message is shown as", .array(MessageSchemas.message))
    }

    private static var updateOperation: Wire.Operation {
        var operation = operation("modify_message", "Changes what a message says", MessageSchemas.message)
        operation.body = MessageSchemas.update
        operation.isDeprecated = true
        return operation
    }

    private static var resetOperation: Wire.Operation {
        var operation = operation("reset_messages", "Empties an agent's recall memory", AgentSchemas.agent)
        operation.body = MessageSchemas.reset
        operation.bodyIsRequired = false
        return operation
    }

    private static var searchAllOperation: Wire.Operation {
        var operation = operation("search_all_messages", "Finds what was said", .array(MessageSchemas.found))
        operation.body = MessageSchemas.searchAll
        return operation
    }

    private static var searchOperation: Wire.Operation {
        var operation = operation("search_messages", "Finds stored messages, ranked", .array(MessageSchemas.result))
        operation.body = MessageSchemas.search
        operation.isDeprecated = true
        return operation
    }
}

extension APIMessage {
    /// A search result, in the contract's short form.
    fileprivate func writeFound(_ mode: MessageSearchMode?, to json: inout JSONWriter) {
        json.object { json in
            json.field("message_type", type)
            switch kind {
            case .reasoning(let text, _, _): json.field("reasoning", text)
            case .user(let content): json.field("content", content)
            case .system(let text), .assistant(let text): json.field("content", text)
            default: json.field("content", "")
            }
            json.field("message_id", message.id)
            json.field("agent_id", message.agentID)
            json.field("conversation_id", message.conversationID)
            json.field("created_at", message.createdAt)
            json.field("search_mode", mode?.rawValue)
        }
    }
}
