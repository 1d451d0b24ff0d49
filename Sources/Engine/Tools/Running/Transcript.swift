import Domain
import Storage

/// Lines of a conversation, as an agent that looks after another one's memory was shown them, counted from 0.
package struct Transcript: Sendable {
    package let lines: [String]
    /// Whose conversation it is, and whose memory keeps it.
    package let agentID: String

    package init(lines: [String], agentID: String) {
        self.lines = lines
        self.agentID = agentID
    }
}

extension BuiltInToolRun {
    /// Keeps stretches of the conversation as passages, each under what the agent says of it.
    func storeMemories(_ call: ToolInvocation) async throws -> ToolOutcome {
        let chunks = try ToolArguments(call).objects("chunks")
        guard !chunks.isEmpty else { throw ToolFailure("The argument 'chunks' of store_memories is empty.") }
        let transcript = try await self.transcript(of: call)
        let passages = try chunks.map { chunk -> NewPassage in
            let (first, last) = (try chunk.requiredInteger("start_index"), try chunk.requiredInteger("end_index"))
            guard first >= 0, first <= last, last < transcript.lines.count else {
                throw ToolFailure(
                    "There are no lines \(first) to \(last): the conversation has the lines 0 to "
                        + "\(transcript.lines.count - 1).")
            }
            let text = [try chunk.text("context"), transcript.lines[first...last].joined(separator: "\n")]
            return NewPassage(text: text.joined(separator: "\n\n"), provenance: call.provenance)
        }
        _ = try await engine.passages.create(passages, forAgent: transcript.agentID, by: call.caller)
        var outcome = ToolOutcome("Successfully stored memories.")
        outcome.changesPrompt = true
        return outcome
    }

    private func transcript(of call: ToolInvocation) async throws -> Transcript {
        if let transcript { return transcript }
        let (agent, conversation) = (call.agent, call.conversation)
        let messages = try await engine.read { transaction in
            try transaction.messages.find(
                conversation?.messageIDs ?? agent.messageIDs, organization: call.caller.organization)
        }
        let byID = Dictionary(messages.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let lines = (conversation?.messageIDs ?? agent.messageIDs).compactMap { byID[$0] }
            .filter { $0.role == .user || $0.role == .assistant }
            .map { ($0.role.rawValue, $0.searchText) }.filter { !$0.1.isEmpty }
            .map { "\($0.0): \($0.1)" }
        guard !lines.isEmpty else { throw ToolFailure("There is no conversation in context to store memories of.") }
        return Transcript(lines: lines, agentID: agent.id)
    }
}
