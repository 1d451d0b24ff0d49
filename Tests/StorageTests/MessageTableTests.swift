import Domain
import Platform
import Storage
import Testing

@Suite struct MessageTableTests {
    private func agent(_ name: String) -> Agent {
        Agent(
            id: Identifier.new(.agent), name: name, type: .lettaV1, system: "", llmConfig: .emptyObject, createdAt: .now
        )
    }

    private func message(_ agent: Agent, _ role: Message.Role, _ text: String, at time: Int64) -> Message {
        var message = Message(
            id: Identifier.new(.message), agentID: agent.id, role: role, createdAt: Timestamp(microseconds: time))
        message.content = Message.textContent(text)
        return message
    }

    private let organization = Actor.default.organizationID

    @Test func `messages of one date keep the order they were stored in, in every direction`() async throws {
        try await withStore { store, _ in
            let agent = agent("a")
            let messages = (0..<7).map { message(agent, .user, "m\($0)", at: $0 < 5 ? 10 : 20) }
            try await store.write(by: .default) { transaction in
                try transaction.agents.insert(agent, organization: organization)
                for message in messages { try transaction.messages.insert(message, by: .default) }
            }
            var filter = MessageFilter()
            filter.agentID = agent.id
            let asked = filter
            func page(_ page: PageRequest) async throws -> [String] {
                try await store.read { try $0.messages.list(asked, page, organization: organization).map(\.id) }
            }
            let ids = messages.map(\.id)
            #expect(try await page(PageRequest(limit: 10, ascending: true)) == ids)
            #expect(try await page(PageRequest(limit: 10)) == ids.reversed())
            #expect(try await page(PageRequest(limit: 2, after: ids[2], ascending: true)) == [ids[3], ids[4]])
            #expect(try await page(PageRequest(limit: 2, after: ids[2])) == [ids[1], ids[0]])
            #expect(try await page(PageRequest(limit: 2, before: ids[4], ascending: true)) == [ids[2], ids[3]])
            #expect(try await page(PageRequest(limit: 2, offset: 1, ascending: true)) == [ids[1], ids[2]])
        }
    }

    @Test func `search looks into one agent's words and never at system prompts`() async throws {
        try await withStore { store, _ in
            let first = agent("a")
            let second = agent("b")
            let found = message(first, .user, "The queue is Redis.", at: 1)
            let all = [
                found, message(first, .system, "queue queue queue", at: 2),
                message(first, .user, "Nothing here", at: 3),
                message(second, .user, "Another queue", at: 4),
            ]
            try await store.write(by: .default) { transaction in
                for agent in [first, second] { try transaction.agents.insert(agent, organization: organization) }
                for message in all { try transaction.messages.insert(message, by: .default) }
            }
            var filter = MessageFilter()
            filter.agentID = first.id
            let asked = filter
            let matches = try await store.read { transaction in
                let scope = try transaction.messages.textScope(ofAgent: first.id)
                let match = TextQuery.match("which queue?", scopes: [scope ?? ""]) ?? ""
                return try transaction.messages.search(match, asked, limit: 10, organization: organization)
            }
            #expect(matches.map(\.message.id) == [found.id])
        }
    }

    @Test func `an edited message is found by its new words only`() async throws {
        try await withStore { store, _ in
            let agent = agent("a")
            let original = message(agent, .user, "apple", at: 1)
            try await store.write(by: .default) { transaction in
                try transaction.agents.insert(agent, organization: organization)
                try transaction.messages.insert(original, by: .default)
                var edited = original
                edited.content = Message.textContent("pear")
                try transaction.messages.update(edited, at: transaction.now)
            }
            func count(_ word: String) async throws -> Int {
                try await store.read { transaction in
                    try transaction.messages.search(
                        TextQuery.match(word) ?? "", MessageFilter(), limit: 10, organization: organization
                    ).count
                }
            }
            #expect(try await count("apple") == 0)
            #expect(try await count("pear") == 1)
        }
    }
}
