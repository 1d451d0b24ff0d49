import Platform

/// A message from one agent to others, its arguments checked.
package enum AgentMessage: Sendable, Equatable {
    case waitForReply(String, agentID: String)
    case oneWay(String, agentID: String)
    case matchingTags(String, all: [String], some: [String])
}

/// Takes a message to other agents and gives what the calling tool returns.
package typealias AgentMessaging = @Sendable (AgentMessage, ToolInvocation) async throws -> ToolOutcome

extension BuiltInToolRun {
    func messageAgents(_ call: ToolInvocation) async throws -> ToolOutcome {
        let arguments = ToolArguments(call)
        let text = try arguments.text("message")
        let message: AgentMessage
        if call.name == "send_message_to_agents_matching_tags" {
            message = .matchingTags(
                text, all: try arguments.texts("match_all") ?? [], some: try arguments.texts("match_some") ?? [])
        } else {
            let id = try arguments.text("other_agent_id").trimmed
            guard Identifier.isValid(id, .agent) else {
                throw ToolFailure(
                    "'\(id)' is not the id of an agent. Such an id looks like \(IdentifierKind.agent.example).")
            }
            message =
                call.name == "send_message_to_agent_async"
                ? .oneWay(text, agentID: id) : .waitForReply(text, agentID: id)
        }
        guard let agentMessaging else { throw Self.notServed(call.name) }
        return try await agentMessaging(message, call)
    }

    /// What a tool says that this server cannot carry out, and what is missing.
    static func notServed(_ tool: String) -> ToolFailure {
        let reason =
            switch tool {
            case "send_message_to_agent_and_wait_for_reply", "send_message_to_agents_matching_tags",
                "send_message_to_agent_async":
                "messages between agents are not served yet."
            case "open_files", "grep_files", "semantic_search_files":
                "folders and their files are not served yet."
            case "run_code_with_tools":
                "code that is run has no way back to your tools. Call them one by one, or use run_code."
            default: "it is none of the tools that this server brings."
            }
        return ToolFailure("\(tool) cannot be carried out: \(reason) Go on without it.", .notServed)
    }
}
