import Domain
import Platform
import Testing

@testable import Storage

@Suite struct ConversationTableTests {
    private let organization = Actor.default.organizationID

    private func at(_ number: Int) -> Timestamp { Timestamp(microseconds: Int64(number)) }

    private func withAgent(_ body: @escaping @Sendable (WriteTransaction, String) throws -> Void) async throws {
        try await withStore { store, _ in
            try await store.write(by: .default) { tx in
                let agent = Agent(
                    id: Identifier.new(.agent), name: "a", type: .lettaV1, system: "", llmConfig: .emptyObject,
                    createdAt: tx.now)
                try tx.agents.insert(agent, organization: tx.actor.organizationID)
                try body(tx, agent.id)
            }
        }
    }

    private func conversation(_ agent: String, _ created: Int, _ summary: String? = nil) -> Conversation {
        var conversation = Conversation(id: Identifier.new(.conversation), agentID: agent, createdAt: at(created))
        conversation.summary = summary
        return conversation
    }

    private func message(_ agent: String, in conversation: String?, _ created: Int, _ text: String) -> Message {
        var message = Message(id: Identifier.new(.message), agentID: agent, role: .user, createdAt: at(created))
        message.conversationID = conversation
        message.content = Message.textContent(text)
        return message
    }

    @Test func `a conversation comes back as it was stored, and as it was changed`() async throws {
        try await withAgent { tx, agent in
            var stored = conversation(agent, 5, "plans")
            stored.model = "openai/gpt"
            stored.modelSettings = JSONText(["temperature": 1])
            stored.messageIDs = ["message-1"]
            stored.isolatedBlockIDs = ["block-1"]
            stored.createdBy = "user-1"
            try tx.conversations.insert(stored, organization: organization)
            func found() throws -> Conversation {
                try #require(try tx.conversations.find(stored.id, organization: organization))
            }
            #expect("\(try found())" == "\(stored)")
            stored.summary = nil
            stored.lastMessageAt = at(9)
            stored.updatedAt = at(10)
            try tx.conversations.update(stored, organization: organization)
            #expect("\(try found())" == "\(stored)")
            try tx.conversations.touch(stored.id, lastRunCompletion: at(11), organization: organization)
            #expect(try found().lastMessageAt == at(9) && found().lastRunCompletion == at(11))
            try tx.conversations.replaceMessageIDs(["a", "b"], of: stored.id, organization: organization)
            #expect(try found().messageIDs == ["a", "b"])
            #expect(try tx.conversations.find(stored.id, organization: "other") == nil)
        }
    }

    @Test func `lists have three orders, in which those without a time come last`() async throws {
        try await withAgent { tx, agent in
            let all = (0..<4).map { conversation(agent, $0, $0 == 2 ? "The Trip" : nil) }
            for item in all { try tx.conversations.insert(item, organization: organization) }
            try tx.conversations.touch(all[0].id, lastMessageAt: at(50), organization: organization)
            try tx.conversations.touch(all[1].id, lastMessageAt: at(40), organization: organization)
            try tx.conversations.touch(all[3].id, lastRunCompletion: at(40), organization: organization)
            for byAgent in [true, false] {
                func list(_ order: ConversationFilter.Order, ascending: Bool = false) throws -> [Int] {
                    var filter = ConversationFilter()
                    if byAgent { filter.agentID = agent }
                    filter.order = order
                    var ids: [String] = []
                    while ids.count < 9 {
                        let page = PageRequest(limit: 2, after: ids.last, ascending: ascending)
                        let next = try tx.conversations.list(filter, page, organization: organization)
                        if next.isEmpty { break }
                        ids += next.map(\.id)
                    }
                    return ids.compactMap { id in all.firstIndex { $0.id == id } }
                }
                #expect(try list(.createdAt) == [3, 2, 1, 0])
                #expect(try list(.createdAt, ascending: true) == [0, 1, 2, 3])
                #expect(try Array(list(.lastMessageAt).prefix(2)) == [0, 1])
                #expect(try list(.lastMessageAt).count == 4)
                #expect(try Array(list(.lastMessageAt, ascending: true).prefix(2)) == [1, 0])
                #expect(try list(.lastRunCompletion).first == 3)
            }
            var filter = ConversationFilter()
            filter.summary = "trip"
            let found = try tx.conversations.list(filter, PageRequest(limit: 9), organization: organization)
            #expect(found.map(\.id) == [all[2].id])
        }
    }

    @Test func `a deleted conversation is not found, nor are its messages in lists`() async throws {
        try await withAgent { tx, agent in
            let gone = conversation(agent, 1)
            let kept = conversation(agent, 2)
            for item in [gone, kept] { try tx.conversations.insert(item, organization: organization) }
            var last = message(agent, in: gone.id, 4, "the secret word")
            last.runID = "run-1"
            let messages = [
                message(agent, in: nil, 1, "word one"), message(agent, in: kept.id, 2, "word two"),
                message(agent, in: gone.id, 3, "word three"), last,
            ]
            try tx.messages.insert(messages, by: .default)
            #expect(try tx.conversations.delete(gone.id, at: tx.now, by: .default))
            #expect(try !tx.conversations.delete(gone.id, at: tx.now, by: .default))
            #expect(try tx.conversations.find(gone.id, organization: organization) == nil)
            #expect(try tx.conversations.ofAgent(agent, organization: organization).map(\.id) == [kept.id])

            var filter = MessageFilter()
            func list() throws -> [String] {
                try tx.messages.list(filter, PageRequest(limit: 9), organization: organization).map(\.id)
            }
            #expect(try list() == [messages[1].id, messages[0].id])
            filter.agentID = agent
            #expect(try list() == [messages[1].id, messages[0].id])
            let match = try #require(TextQuery.match("word", scopes: nil))
            #expect(try tx.messages.search(match, filter, limit: 9, organization: organization).count == 2)
            filter = MessageFilter()
            filter.runID = "run-1"
            #expect(try list() == [last.id], "a run goes on showing what it said")
        }
    }

    @Test func `a fork shows the messages it began with and its own`() async throws {
        try await withAgent { tx, agent in
            let origin = conversation(agent, 1)
            let fork = conversation(agent, 2)
            for item in [origin, fork] { try tx.conversations.insert(item, organization: organization) }
            let shared = message(agent, in: origin.id, 1, "shared words")
            let unshared = message(agent, in: origin.id, 2, "unshared words")
            let own = message(agent, in: fork.id, 3, "own words")
            try tx.messages.insert([shared, unshared, own], by: .default)
            try tx.messages.share([shared.id], with: fork.id, organization: organization)
            try tx.messages.share([shared.id], with: fork.id, organization: organization)
            var filter = MessageFilter()
            filter.conversation = .one(fork.id)
            let listed = try tx.messages.list(filter, PageRequest(limit: 9), organization: organization).map(\.id)
            #expect(listed == [own.id, shared.id])
            let match = try #require(TextQuery.match("words", scopes: nil))
            let found = try tx.messages.search(match, filter, limit: 9, organization: organization)
            #expect(Set(found.map(\.message.id)) == [own.id, shared.id])
            filter.conversation = .one(origin.id)
            #expect(try tx.messages.list(filter, PageRequest(limit: 9), organization: organization).count == 2)
        }
    }
}
