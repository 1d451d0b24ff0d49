import Platform
import Wire

/// `remember`: a note for later sessions, once.
enum RememberTool {
    static let tool = MCPTool(
        "remember", title: "Remember",
        """
        Keep a note for later sessions: a decision and why, a bug's cause and fix, a preference of the user, a convention. \
        One self-contained fact with the names and paths it is about. No secrets, nothing that soon passes.
        """,
        input: [
            .required("text", .string(.length(minimum: 1))),
            .optional("type", .string(), note: "decision, bug, learning, preference, ..."),
            .optional("tags", MemoryTools.texts), .optional("metadata", .freeObject), MemoryTools.agentID,
        ],
        output: [
            .required("id", .string()), .required("stored", .boolean), .optional("similar", MemoryTools.objects),
            .hints,
        ],
        .adding, alwaysLoaded: true
    ) { call in
        try await call.session.remember(note(call.arguments), in: call.arguments.text("agent_id"))
    }

    /// A model's own words, whoever said it first.
    private static func note(_ arguments: ToolArguments) -> MemoryNote {
        var note = MemoryNote(
            arguments["text"]?.string ?? "", type: arguments.text("type"),
            from: Provenance(source: "mcp", trust: .assistant, tool: "remember"))
        note.tags = arguments.texts("tags").filter { !$0.isEmpty }
        note.metadata = arguments.object("metadata") ?? JSONObject()
        return note
    }
}
