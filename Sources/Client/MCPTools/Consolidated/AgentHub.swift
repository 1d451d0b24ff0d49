import Platform
import Wire

/// `letta_agent_advanced`.
enum AgentHub {
    static let tool = Hub(
        name: "letta_agent_advanced", title: "Agents", description: description, parameters: parameters,
        operations: operations
    ).tool

    private static let description = """
        Agents, their messages and conversations. agent_id is an id or a name; without one, the client's own agent is meant, \
        though never by update, delete, reset_messages and cancel_message. What each operation takes (? optional):
        list, search, count: query? (part of name or description), tags? (any of them)
        create: name, description?, system?, model?, embedding?, tool_ids?, tags?, memory_blocks? [{label, value}]
        get, get_config, context, list_tools, export: agent_id
        update: agent_id, and what changes: in update_data or beside it
        delete, reset_messages: agent_id
        bulk_delete: filters; each one given narrows
        clone: agent_id, name?
        export: output_path? (.af or .json file, stdio only), return_base64?
        import: export_data (object, JSON or base64) or file_path (stdio only), name?, append_copy_suffix? (default true)
        send_message: agent_id, messages, stream?
        stream, async_message, preview_payload: agent_id, messages
        cancel_message, summarize: agent_id
        search_messages: query?, agent_id?, conversation_id?, search_filters?
        get_message: message_id
        list_conversations: agent_id?
        get_conversation, cancel_conversation, compact_conversation: conversation_id
        send_conversation_message: conversation_id ("default" with agent_id), messages, stream?
        Lists take limit (to 100) and offset. Answers are short unless verbose.
        """

    private static let parameters: [Field] =
        [
            .optional("agent_id", .string()),
            .optional("name", .string()),
            .optional("description", .string()),
            .optional("system", .string(), note: "System prompt"),
            .optional("model", .string(), note: "provider/model"),
            .optional("embedding", .string()),
            .optional("llm_config", .freeObject),
            .optional("embedding_config", .freeObject),
            .optional("tool_ids", .array(.string()), note: "Ids or names"),
            .optional("tags", .array(.string())),
            .optional("memory_blocks", .array(.freeObject)),
            .optional("update_data", .freeObject),
            .optional(
                "filters", .freeObject, note: "agent_ids, agent_name_filter (part of the name), agent_tag_filter"),
            .optional("messages", .array(.freeObject), note: "[{role: user, content}]"),
            .optional("stream", .boolean),
            .optional("message_id", .string()),
            .optional("conversation_id", .string()),
            .optional("query", .string()),
            .optional("search_filters", .freeObject, note: "start_date, end_date (ISO 8601), role"),
            .optional("export_data", .any),
            .optional("output_path", .string()),
            .optional("file_path", .string()),
            .optional("return_base64", .boolean),
            .verbose,
        ] + PageArguments.fields

    private static let operations: [(name: String, run: Hub.Operation)] = [
        ("list", list), ("create", create), ("get", get), ("update", update), ("delete", delete), ("search", search),
        ("list_tools", listTools), ("send_message", sendMessage), ("export", export), ("import", importFile),
        ("clone", clone), ("get_config", config), ("bulk_delete", bulkDelete), ("context", context),
        ("reset_messages", resetMessages), ("summarize", summarize), ("stream", stream),
        ("async_message", asyncMessage), ("cancel_message", cancelMessage), ("preview_payload", previewPayload),
        ("search_messages", searchMessages), ("get_message", getMessage), ("count", count),
        ("list_conversations", listConversations), ("get_conversation", getConversation),
        ("send_conversation_message", sendConversationMessage), ("cancel_conversation", cancelConversation),
        ("compact_conversation", compactConversation),
    ]

    /// "1 agent", "2 agents".
    static func counted(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}
