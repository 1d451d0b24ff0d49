import Domain
import Platform
import Testing

@testable import Storage

/// Vectors of messages: which messages wait for one, what becomes of them, and that a search by meaning keeps to its filter.
@Suite struct MessageVectorTests {
    private static let organization = Actor.default.organizationID
    private static let dimensions = 24

    private static func agent() -> Agent {
        Agent(
            id: Identifier.new(.agent), name: "a", type: .lettaV1, system: "", llmConfig: .emptyObject, createdAt: .now)
    }

    private static func message(_ agent: Agent, _ role: Message.Role, _ text: String, at time: Int = 0) -> Message {
        var message = Message(
            id: Identifier.new(.message), agentID: agent.id, role: role,
            createdAt: Timestamp(microseconds: Int64(time)))
        message.content = Message.textContent(text)
        return message
    }

    private static func key(_ id: String, _ tx: WriteTransaction) throws -> Int {
        try tx.connection.count("SELECT key FROM messages WHERE id = \(id)")
    }

    private func waiting(_ store: Store) async throws -> [String] {
        let batch = EmbeddingBatch(passages: 99, bytes: 99_999, passagesOfArchive: 99)
        return try await store.read { tx in
            try tx.embeddingQueue(.messages).take(batch, after: 0, skipping: [], at: .now).map(\.text)
        }
    }

    private func vectors(_ store: Store) async throws -> Int {
        try await store.read { try $0.connection.count("SELECT count(*) FROM message_vectors") }
    }

    /// An agent with messages, those of users and agents with a vector.
    private func embedded(_ store: Store, _ texts: [(Message.Role, String)]) async throws -> (Agent, [Message]) {
        let agent = Self.agent()
        let messages = texts.map { Self.message(agent, $0.0, $0.1) }
        try await store.write(by: .default) { tx in
            try tx.agents.insert(agent, organization: Self.organization)
            try tx.messages.insert(messages, by: .default)
            let model = try tx.addModel(dimensions: Self.dimensions)
            let owner = try tx.connection.count("SELECT key FROM agents WHERE id = \(agent.id)")
            try tx.vectors.choose(model, for: owner, .messages)
            var dice = Dice(1)
            for message in messages {
                let vector = EncodedVector(dice.vector(Self.dimensions))
                try tx.vectors.put(
                    vector, model: model, of: Self.key(message.id, tx), text: message.searchText, .messages)
            }
            try tx.embeddingQueue(.messages).settle(try messages.map { try Self.key($0.id, tx) })
        }
        return (agent, messages)
    }

    @Test func `what users and agents say waits for a vector, and nothing else`() async throws {
        try await withStore { store, _ in
            let agent = Self.agent()
            let messages = [
                Self.message(agent, .system, "prompt"), Self.message(agent, .user, "asked"),
                Self.message(agent, .assistant, "answered"), Self.message(agent, .assistant, ""),
                Self.message(agent, .tool, "returned"), Self.message(agent, .user, #"{"type": "heartbeat"}"#),
            ]
            try await store.write(by: .default) { tx in
                try tx.agents.insert(agent, organization: Self.organization)
                try tx.messages.insert(messages, by: .default)
            }
            #expect(try await waiting(store) == ["asked", "answered"])
        }
    }

    @Test func `a message with its vector does not wait; edited it waits again, deleted it leaves nothing`()
        async throws
    {
        try await withStore { store, _ in
            let (agent, messages) = try await embedded(store, [(.user, "one"), (.assistant, "two"), (.user, "three")])
            #expect(try await waiting(store) == [])
            #expect(try await vectors(store) == 3)
            try await store.write(by: .default) { tx in
                var edited = messages[0]
                edited.content = Message.textContent("uno")
                try tx.messages.update(edited, at: tx.now)
                // The same words: nothing to do.
                try tx.messages.update(messages[1], at: tx.now)
            }
            #expect(try await waiting(store) == ["uno"])
            #expect(try await vectors(store) == 2)
            try await store.write(by: .default) { try $0.messages.delete(ofAgent: agent.id) }
            #expect(try await vectors(store) == 0)
            #expect(try await waiting(store) == [])
        }
    }

    @Test func `a vector of an older text is not stored`() async throws {
        try await withStore { store, _ in
            let (_, messages) = try await embedded(store, [(.user, "one")])
            try await store.write(by: .default) { tx in
                let key = try Self.key(messages[0].id, tx)
                try tx.connection.execute("DELETE FROM message_vectors")
                var dice = Dice(2)
                let vector = EncodedVector(dice.vector(Self.dimensions))
                try tx.vectors.put(vector, model: 1, of: key, text: "another", .messages)
            }
            #expect(try await vectors(store) == 0)
        }
    }

    @Test func `an agent that gets another embedding has its messages embedded anew`() async throws {
        try await withStore { store, _ in
            let (agent, _) = try await embedded(store, [(.user, "one"), (.assistant, "two")])
            try await store.write(by: .default) { tx in
                var changed = agent
                changed.name = "b"
                try tx.agents.update(changed)
            }
            #expect(try await vectors(store) == 2)
            try await store.write(by: .default) { tx in
                var changed = agent
                changed.embeddingConfig = JSONText(["handle": "openai/small"])
                try tx.agents.update(changed)
            }
            #expect(try await vectors(store) == 0)
            #expect(try await waiting(store) == ["one", "two"])
            #expect(try await store.read { try $0.vectors.searchedModels(ofAgent: agent.id) } == [])
        }
    }

    @Test func `agents of a model that is gone start over`() async throws {
        try await withStore { store, _ in
            let (agent, _) = try await embedded(store, [(.user, "one"), (.tool, "no")])
            let model = try #require(try await store.read { try $0.vectors.searchedModels(ofAgent: nil) }.first)
            #expect(try await store.read { try $0.vectors.searchedModels(ofAgent: agent.id) } == [model])
            let agents = try await store.read { try $0.vectors.agents(searchedWith: [model.key]) }
            #expect(agents.count == 1)
            try await store.write(by: .default) { try $0.vectors.startOver(messagesOfAgent: agents[0]) }
            #expect(try await waiting(store) == ["one"])
            #expect(try await vectors(store) == 0)
        }
    }

    // MARK: Search

    /// Agents with conversations and messages, each with a vector.
    private struct World {
        let agents: [Agent]
        let conversations: [String]
        var vectors: [String: [Float]] = [:]
        var messages: [Message] = []
        let model: Int
    }

    private func world(_ store: Store) async throws -> World {
        try await store.write(by: .default) { tx in
            var dice = Dice(5)
            let agents = [Self.agent(), Self.agent()]
            for agent in agents { try tx.agents.insert(agent, organization: Self.organization) }
            let conversations = try (0..<2).map { _ in
                let conversation = Conversation(
                    id: Identifier.new(.conversation), agentID: agents[0].id, createdAt: tx.now)
                try tx.conversations.insert(conversation, organization: Self.organization)
                return conversation.id
            }
            var world = World(
                agents: agents, conversations: conversations, model: try tx.addModel(dimensions: Self.dimensions))
            for agent in agents {
                let owner = try tx.connection.count("SELECT key FROM agents WHERE id = \(agent.id)")
                try tx.vectors.choose(world.model, for: owner, .messages)
            }
            for number in 0..<600 {
                let agent = agents[number % 3 == 0 ? 1 : 0]
                var message = Self.message(
                    agent, Bool.random(using: &dice) ? .user : .assistant, "message \(number)", at: number)
                if agent.id == agents[0].id, number % 5 == 0 { message.conversationID = conversations[number % 2] }
                message.isError = number % 17 == 0 ? true : nil
                try tx.messages.insert(message, by: .default)
                if number % 10 == 9 { continue }
                let vector = dice.vector(Self.dimensions)
                let stored = EncodedVector(vector)
                try tx.vectors.put(
                    stored, model: world.model, of: Self.key(message.id, tx), text: message.searchText, .messages)
                world.vectors[message.id] = HalfVector.floats(stored.bytes)
                world.messages.append(message)
            }
            return world
        }
    }

    @Test func `the nearest messages are those that a filter lets through, whatever it is`() async throws {
        try await withStore { store, _ in
            let world = try await world(store)
            var dice = Dice(9)
            for round in 0..<40 {
                var filter = MessageFilter()
                if round % 2 == 0 { filter.agentID = world.agents[round / 2 % 2].id }
                if round % 3 == 0 { filter.roles = [.user] }
                if round % 5 == 0 { filter.conversation = .one(world.conversations[round % 2]) }
                if round % 7 == 0 { filter.conversation = .main }
                if round % 4 == 1 { filter.start = Timestamp(microseconds: Int64(round * 10)) }
                if round % 4 == 2 { filter.end = Timestamp(microseconds: 30) }
                let (question, asked, model) = (dice.vector(Self.dimensions), filter, world.model)
                let found = try await store.read { tx -> [String] in
                    let search = try #require(try tx.vectorSearch(.messages, model: model))
                    let nearest = try search.nearest(question, asked, organization: Self.organization, limit: 7)
                    let keys = nearest.map(\.key)
                    let read = try tx.messages.find(keys: keys, asked, organization: Self.organization)
                    return keys.compactMap { key in read.first { $0.key == key }?.message.id }
                }
                let expected = world.messages.filter { passes($0, asked) }.sorted {
                    cosine(world.vectors[$0.id] ?? [], question) > cosine(world.vectors[$1.id] ?? [], question)
                }
                #expect(found == expected.prefix(7).map(\.id), "round \(round)")
            }
        }
    }

    private func passes(_ message: Message, _ filter: MessageFilter) -> Bool {
        if let agent = filter.agentID, message.agentID != agent { return false }
        if !filter.roles.isEmpty, !filter.roles.contains(message.role) { return false }
        if let start = filter.start, message.createdAt < start { return false }
        if let end = filter.end, message.createdAt > end { return false }
        switch filter.conversation {
        case .any: break
        case .main: if message.conversationID != nil { return false }
        case .one(let id): if message.conversationID != id { return false }
        }
        return message.isError != true
    }

    private func cosine(_ left: [Float], _ right: [Float]) -> Float {
        func length(_ vector: [Float]) -> Float { vector.reduce(0) { $0 + $1 * $1 }.squareRoot() }
        return zip(left, right).reduce(0) { $0 + $1.0 * $1.1 } / (length(left) * length(right))
    }

    @Test func `nothing of another organization is found`() async throws {
        try await withStore { store, _ in
            let world = try await world(store)
            let found = try await store.read { tx in
                try tx.vectorSearch(.messages, model: world.model)?.nearest(
                    [Float](repeating: 1, count: Self.dimensions), MessageFilter(), organization: "other", limit: 5)
            }
            #expect(found == [])
        }
    }

    @Test func `neighbours are what was said before and after in the same thread`() async throws {
        try await withStore { store, _ in
            let agent = Self.agent()
            let conversation = Conversation(id: Identifier.new(.conversation), agentID: agent.id, createdAt: .now)
            var messages = (0..<6).map { Self.message(agent, $0 == 2 ? .tool : .user, "message \($0)") }
            messages[3].conversationID = conversation.id
            messages[5].conversationID = conversation.id
            let all = messages
            let (keys, found) = try await store.write(by: .default) { tx in
                try tx.agents.insert(agent, organization: Self.organization)
                try tx.conversations.insert(conversation, organization: Self.organization)
                try tx.messages.insert(all, by: .default)
                let keys = try all.map { try Self.key($0.id, tx) }
                return (keys, try tx.messages.neighbours(of: keys))
            }
            #expect(found[keys[1]] == Neighbours(previous: keys[0], next: keys[4]))
            #expect(found[keys[3]] == Neighbours(previous: nil, next: keys[5]))
            #expect(found[keys[0]]?.previous == nil && found[keys[4]]?.next == nil)
        }
    }
}
