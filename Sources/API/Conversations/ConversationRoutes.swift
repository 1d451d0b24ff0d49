import Domain
import Engine
import HTTP
import Platform
import Wire

/// `/v1/conversations/…`: threads of an agent beside its own one (wire notes, section 20).
enum ConversationRoutes {
    static var all: [Route] {
        [
            Route(.get, "/v1/conversations/", listOperation) { context in
                let found = try await context.engine.conversations.list(
                    filter(context), context.page(limit: 50, ascending: false), by: context.caller)
                return .list(found) { $0.write(to: &$1) }
            },
            Route(.post, "/v1/conversations/", createOperation) { context in
                var created = try await context.engine.conversations.create(
                    NewConversation(context.body), of: context.text("agent_id") ?? "", by: context.caller)
                // V1 names the messages in context from the second look on, and clients were written against it.
                created.messageIDs = []
                return .conversation(created)
            },
            Route(.get, "/v1/conversations/{conversation_id}", retrieveOperation) { context in
                .conversation(
                    try await context.engine.conversations.find(
                        context[parameter: "conversation_id"], by: context.caller))
            },
            Route(.patch, "/v1/conversations/{conversation_id}", updateOperation) { context in
                .conversation(
                    try await context.engine.conversations.update(
                        context[parameter: "conversation_id"], ConversationPatch(context.body), by: context.caller))
            },
            Route(.delete, "/v1/conversations/{conversation_id}", deleteOperation) { context in
                try await context.engine.conversations.delete(
                    context[parameter: "conversation_id"], by: context.caller)
                return .null
            },
            Route(.get, "/v1/conversations/{conversation_id}/messages", messagesOperation) { context in
                var filter = MessageFilter()
                filter.groupID = context.text("group_id")
                filter.includesErrors = context.flag("include_err") ?? false
                let (reference, shown) = (try context.thread, filter)
                return try await context.messages(context.page(limit: 100, ascending: false)) { page in
                    try await context.engine.conversations.messages(of: reference, shown, page, by: context.caller)
                }
            },
            Route(.post, "/v1/conversations/{conversation_id}/fork", forkOperation) { context in
                .conversation(
                    try await context.engine.conversations.fork(
                        try context.thread, upTo: context.text("message_id"), by: context.caller))
            },
            Route(.post, "/v1/conversations/{conversation_id}/recompile", recompileOperation) { context in
                let text = try await context.engine.conversations.recompile(
                    try context.thread, dryRun: context.flag("dry_run") ?? false, by: context.caller)
                return .json { $0.element(text) }
            },
        ]
    }

    private static func filter(_ context: RequestContext) -> ConversationFilter {
        var filter = ConversationFilter()
        filter.agentID = context.text("agent_id")
        filter.summary = context.text("summary_search")
        switch context.text("archive_status") {
        case "archived": filter.isArchived = true
        case "unarchived": filter.isArchived = false
        default: filter.isArchived = nil
        }
        filter.order = context.text("order_by").flatMap(ConversationFilter.Order.init(rawValue:)) ?? .createdAt
        return filter
    }

    // MARK: Operations

    private static func operation(
        _ id: String, _ summary: String, _ reply: Schema = ConversationSchemas.conversation
    ) -> Wire.Operation {
        var operation = Wire.Operation(id, summary, tag: "conversations", success: .json(reply))
        operation.failures = [404]
        return operation
    }

    private static let agentOfDefault = Wire.Operation.Parameter(
        "agent_id", .string(.identifier(.agent)), note: "Whose thread 'default' is.")

    private static var listOperation: Wire.Operation {
        var operation = operation(
            "list_conversations", "Conversations, newest first", .array(ConversationSchemas.conversation))
        operation.parameters =
            QueryCheck.page(limit: 50, ascending: false) + [
                .init("agent_id", .string(.identifier(.agent))),
                .init("summary_search", .string(), note: "Part of the summary."),
                .init("archive_status", .enumeration(["unarchived", "archived", "all"]), note: "Default all."),
                .init("order_by", .enumeration(["created_at", "last_run_completion", "last_message_at"])),
            ]
        return operation
    }

    private static var createOperation: Wire.Operation {
        var operation = operation("create_conversation", "Begins a conversation with an agent")
        operation.parameters = [.init("agent_id", .string(.identifier(.agent)), required: true)]
        operation.body = ConversationSchemas.create
        operation.bodyIsRequired = false
        return operation
    }

    private static var retrieveOperation: Wire.Operation { operation("retrieve_conversation", "One conversation") }

    private static var updateOperation: Wire.Operation {
        var operation = operation("update_conversation", "Changes a conversation; what is null stays")
        operation.body = ConversationSchemas.update
        return operation
    }

    private static var deleteOperation: Wire.Operation {
        operation("delete_conversation", "Hides a conversation with its messages; its own blocks are deleted", .any)
    }

    private static var messagesOperation: Wire.Operation {
        var operation = operation(
            "list_conversation_messages", "Messages of a conversation, newest first; limits count stored messages",
            .array(MessageSchemas.message))
        operation.parameters =
            QueryCheck.page(limit: 100, ascending: false) + MessageRoutes.presentation + [
                agentOfDefault, .init("group_id", .string()), .init("order_by", .enumeration(["created_at"])),
            ]
        return operation
    }

    private static var forkOperation: Wire.Operation {
        var operation = operation(
            "fork_conversation", "Begins a conversation that goes on from where this one is, with the same messages")
        operation.parameters = [
            agentOfDefault,
            .init(
                "message_id", .string(.identifier(.message)), note: "The last message to take along; default all."),
            .init("hidden", .boolean, note: "Has no effect."),
        ]
        return operation
    }

    private static var recompileOperation: Wire.Operation {
        var operation = operation(
            "recompile_conversation", "Renders the system message from the memory as it is now, and returns it",
            .string())
        operation.parameters = [agentOfDefault, .init("dry_run", .boolean, note: "Store nothing.")]
        operation.body = .freeObject
        operation.bodyIsRequired = false
        return operation
    }
}
