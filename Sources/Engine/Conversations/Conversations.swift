package import Domain
import Platform
import Storage

/// Use cases of conversations: threads of an agent beside its own one.
package struct Conversations: Sendable {
    let engine: Engine

    /// - Throws: `Refusal(.notFound)` for an unknown agent, `Refusal(.invalid)` for a label it has no block with.
    package func create(_ new: NewConversation, of agentID: String, by caller: Caller) async throws -> Conversation {
        if let model = new.model { _ = try ModelHandle(model) }
        return try await engine.write(by: caller, counting: "conversation_create") { transaction in
            let agent = try transaction.reading.agent(agentID, organization: caller.organization)
            return try transaction.insert(new, of: agent)
        }
    }

    package func find(_ id: String, by caller: Caller) async throws -> Conversation {
        try await engine.read { try $0.conversation(id, organization: caller.organization) }
    }

    package func list(
        _ filter: ConversationFilter, _ page: PageRequest, by caller: Caller
    ) async throws -> [Conversation] {
        try await engine.read { transaction in
            if let agent = filter.agentID { try transaction.requireAgent(agent, organization: caller.organization) }
            try page.checkCursors("Conversation") {
                try transaction.conversations.exists($0, organization: caller.organization)
            }
            return try transaction.conversations.list(filter, page, organization: caller.organization)
        }
    }

    package func update(_ id: String, _ patch: ConversationPatch, by caller: Caller) async throws -> Conversation {
        if let model = patch.model.given { _ = try ModelHandle(model) }
        return try await engine.write(by: caller, counting: "conversation_update") { transaction in
            var conversation = try transaction.reading.conversation(id, organization: caller.organization)
            conversation.summary = patch.summary.applied(to: conversation.summary)
            conversation.model = patch.model.applied(to: conversation.model)
            conversation.modelSettings = patch.modelSettings.applied(to: conversation.modelSettings)
            conversation.lastMessageAt = patch.lastMessageAt.applied(to: conversation.lastMessageAt)
            if let extra = patch.extra {
                var members = conversation.extra?.value.object ?? JSONObject()
                for member in extra.members { members[member.name] = member.value }
                conversation.extra = JSONText(.object(members))
            }
            conversation.updatedAt = transaction.now
            conversation.lastUpdatedBy = transaction.actor.userID
            try transaction.conversations.update(conversation, organization: caller.organization)
            try transaction.recordChange(.conversation, .updated, id: id, agentID: conversation.agentID)
            return conversation
        }
    }

    /// Hides a conversation and its messages; the blocks that only it had are deleted.
    package func delete(_ id: String, by caller: Caller) async throws {
        try await engine.write(by: caller, counting: "conversation_delete") { transaction in
            let conversation = try transaction.reading.conversation(id, organization: caller.organization)
            try transaction.deleteIsolatedBlocks(of: conversation)
            try transaction.conversations.delete(id, at: transaction.now, by: transaction.actor)
            try transaction.recordChange(.conversation, .deleted, id: id, agentID: conversation.agentID)
        }
    }

    /// A new conversation that goes on from where a thread is. The two share what was said before.
    /// - Parameter last: the last message to take along; nil takes all that are in context.
    /// - Throws: `Refusal(.invalid)` when that message is not in context.
    package func fork(
        _ reference: ThreadReference, upTo last: String?, by caller: Caller
    ) async throws -> Conversation {
        try await engine.write(by: caller, counting: "conversation_fork") { transaction in
            let thread = try transaction.reading.thread(reference, organization: caller.organization)
            return try transaction.fork(thread, upTo: last)
        }
    }

    /// Renders a thread's system message from the memory as it is now, and returns its text.
    /// - Parameter dryRun: nothing is stored; the text is returned all the same.
    package func recompile(_ reference: ThreadReference, dryRun: Bool, by caller: Caller) async throws -> String {
        try await engine.write(by: caller) { transaction in
            let thread = try transaction.reading.thread(reference, organization: caller.organization)
            return try transaction.recompile(thread, keepsTime: true, stores: !dryRun)
        }
    }

    /// Messages of a thread, in context or not.
    package func messages(
        of reference: ThreadReference, _ filter: MessageFilter, _ page: PageRequest, by caller: Caller
    ) async throws -> MessageList {
        let thread = try await engine.read { try $0.thread(reference, organization: caller.organization) }
        var filter = filter
        filter.agentID = thread.agent.id
        filter.conversation = thread.filter
        return try await engine.messages.list(filter, page, by: caller)
    }
}

extension Engine {
    package var conversations: Conversations { Conversations(engine: self) }
}
