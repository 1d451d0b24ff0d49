package import Domain
import Platform
import Storage

/// Carries out the tools that Roost brings. What a model does wrong is an outcome that it can act on.
package struct BuiltInToolRun: Sendable {
    let engine: Engine
    /// How messages reach other agents: the agent loop's to set. Without it these tools fail and say so.
    package var agentMessaging: AgentMessaging?
    /// The lines that `store_memories` counts, and whose they are: set by who runs an agent for another one's conversation.
    /// Without it they are those of the agent's own context.
    package var transcript: Transcript?

    /// Whether this carries the tool out: one that Roost brings, not one of the user's that has its name.
    package func canRun(_ tool: Tool) -> Bool { tool.isBuiltIn && BuiltInTools.names.contains(tool.name) }

    /// - Throws: `Refusal(.unavailable)` or `.storageFull` when the store fails, `CancellationError`, and what
    ///   `agentMessaging` throws.
    package func run(_ invocation: ToolInvocation) async throws -> ToolOutcome {
        let call = actingAsAgent(invocation)
        do {
            return try await outcome(of: call)
        } catch let failure as ToolFailure {
            return .failure(failure, tool: call.name)
        } catch let refusal as Refusal {
            guard let failure = ToolFailure(refusal) else { throw refusal }
            return .failure(failure, tool: call.name)
        }
    }

    /// The agent is who writes: histories and the change feed name it. The key of the request that made it act stays out of
    /// this: the key is for one write, and a request makes many.
    private func actingAsAgent(_ invocation: ToolInvocation) -> ToolInvocation {
        let actor = Actor(userID: invocation.agent.id, organizationID: invocation.caller.organization)
        return ToolInvocation(
            name: invocation.name, arguments: invocation.arguments, agent: invocation.agent,
            conversation: invocation.conversation,
            caller: Caller(actor: actor, projectID: invocation.caller.projectID ?? invocation.agent.projectID))
    }

    private func outcome(of call: ToolInvocation) async throws -> ToolOutcome {
        switch call.name {
        case "send_message":
            _ = try ToolArguments(call).text("message")
            return ToolOutcome("Sent message successfully.")
        case "memory_finish_edits", "finish_rethinking_memory": return .none
        case "core_memory_append", "core_memory_replace", "memory_replace", "memory_insert", "memory_rethink",
            "rethink_user_memory":
            return try await editBlock(call)
        case "memory": return try await runMemoryCommand(call)
        case "memory_apply_patch": return try await applyPatch(call)
        case "archival_memory_insert": return try await insertPassage(call)
        case "archival_memory_search": return try await searchPassages(call)
        case "conversation_search", "conversation_search_date": return try await searchConversation(call)
        case "store_memories": return try await storeMemories(call)
        case "search_memory": return try await searchMemory(call)
        case "send_message_to_agent_and_wait_for_reply", "send_message_to_agents_matching_tags",
            "send_message_to_agent_async":
            return try await messageAgents(call)
        case "run_code": return try await runCode(call)
        case "web_search": return try await searchWeb(call)
        case "fetch_webpage": return try await readPage(call)
        default: throw Self.notServed(call.name)
        }
    }

    /// Runs one edit of memory in one transaction.
    func write<Value: Sendable>(
        _ call: ToolInvocation, _ body: @escaping @Sendable (AgentMemory) throws -> Value
    ) async throws -> Value {
        try await engine.write(by: call.caller, counting: "block_update") { transaction in
            try body(AgentMemory(transaction: transaction, call: call))
        }
    }
}

extension Engine {
    package var builtInTools: BuiltInToolRun { BuiltInToolRun(engine: self) }
}
