package import Domain
import Platform
import Storage

/// Stored messages with the types of their agents, which decide how they are shown.
package struct MessageList: Sendable {
    package let messages: [Message]
    package let agentTypes: [String: AgentType]
}

/// Use cases of messages that are stored already.
package struct StoredMessages: Sendable {
    let engine: Engine

    /// - Throws: `Refusal(.notFound)` for an unknown agent or cursor.
    package func list(_ filter: MessageFilter, _ page: PageRequest, by caller: Caller) async throws -> MessageList {
        try await engine.read { transaction in
            if let agent = filter.agentID { try transaction.requireAgent(agent, organization: caller.organization) }
            try page.checkCursors("Message") {
                try transaction.messages.exists($0, organization: caller.organization)
            }
            let messages = try transaction.messages.list(filter, page, organization: caller.organization)
            return try transaction.typed(messages, organization: caller.organization)
        }
    }

    package func find(_ id: String, by caller: Caller) async throws -> MessageList {
        try await engine.read { transaction in
            let message = try transaction.message(id, organization: caller.organization)
            return try transaction.typed([message], organization: caller.organization)
        }
    }

    /// Changes what a message says; its place, date and id stay.
    package func edit(
        _ id: String, of agentID: String, _ edit: MessageEdit, by caller: Caller
    ) async throws -> MessageList {
        try await engine.write(by: caller, counting: "message_update") { transaction in
            try transaction.reading.requireAgent(agentID, organization: caller.organization)
            let current = try transaction.reading.message(id, organization: caller.organization)
            guard current.agentID == agentID else { throw ReadTransaction.noMessage(id) }
            let message = try edit.applied(to: current)
            try transaction.messages.update(message, at: transaction.now)
            try transaction.recordChange(.message, .updated, id: id, agentID: agentID)
            return try transaction.reading.typed([message], organization: caller.organization)
        }
    }

    /// Empties an agent's recall memory in all its conversations. Blocks and archives stay.
    /// - Parameter addsOpening: the opening of the agent's type follows the new system message.
    package func reset(_ agentID: String, addsOpening: Bool, by caller: Caller) async throws -> AgentView {
        try await engine.write(by: caller, counting: "message_reset") { transaction in
            var agent = try transaction.reading.agent(agentID, organization: caller.organization)
            try transaction.messages.delete(ofAgent: agentID)
            agent.messageIDs = []
            agent.messageIDs = try transaction.insertOpening(of: agent, addsOpening ? nil : [])
            try transaction.agents.replaceMessageIDs(agent.messageIDs, ofAgent: agentID)
            try transaction.resetConversations(of: agent)
            try transaction.recordChange(.message, .deleted, id: agentID, agentID: agentID)
            return try transaction.reading.view(agent, .all)
        }
    }

    /// Messages that answer a query, best first; without one those that the filter lets through, newest first. System
    /// prompts and what tools were asked are not searched.
    /// - Parameter mode: where there are no vectors, or the model is away, words alone decide.
    package func search(
        _ query: String?, _ filter: MessageFilter, _ mode: MessageSearchMode = .hybrid, limit: Int, by caller: Caller
    ) async throws -> MessageResults {
        let organization = caller.organization
        let question = query.map { String($0.unicodeScalars.prefix(Passages.mostOfQuestion)) } ?? ""
        let models = try await engine.read { transaction -> [RegisteredModel] in
            if let agent = filter.agentID { try transaction.requireAgent(agent, organization: organization) }
            let needsNone = mode == .fts || PassageSearch.words(question).isEmpty
            return needsNone ? [] : try transaction.vectors.searchedModels(ofAgent: filter.agentID)
        }
        // A model is asked while no transaction is open.
        let vectors = models.isEmpty ? .none : try await engine.embedding.question(question, models)
        return try await engine.read { transaction in
            var results: MessageResults
            if question.allSatisfy(\.isWhitespace) {
                results = MessageResults()
                results.matches = try transaction.messages.list(
                    filter, PageRequest(limit: limit), organization: organization
                ).map { MessageMatch(message: $0) }
            } else {
                let recall = MessageRecall(transaction: transaction, organization: organization, filter: filter)
                results = try recall.find(question, vectors, mode, limit: limit, now: .now)
            }
            results.agentTypes = try transaction.typed(
                results.matches.map(\.message), organization: organization
            ).agentTypes
            return results
        }
    }
}

extension Engine {
    package var messages: StoredMessages { StoredMessages(engine: self) }
}

extension ReadTransaction {
    func message(_ id: String, organization: String) throws -> Message {
        guard let message = try messages.find([id], organization: organization).first else { throw Self.noMessage(id) }
        return message
    }

    static func noMessage(_ id: String) -> Refusal { .notFound("Message with ID '\(id)' not found") }

    func typed(_ messages: [Message], organization: String) throws -> MessageList {
        let ids = Set(messages.map(\.agentID))
        return MessageList(
            messages: messages, agentTypes: try agents.types(of: ids.sorted(), organization: organization))
    }
}
