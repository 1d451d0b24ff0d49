import Domain
import Platform
import Testing

@testable import Storage

/// How the database finds what lists and searches ask for. With a hundred thousand agents, a plan that walks a table is
/// the difference between a millisecond and a second.
@Suite struct QueryPlanTests {
    private let page = PageRequest(limit: 50)

    private func plan(_ body: @escaping @Sendable (ReadTransaction) throws -> Void) async throws -> String {
        try await queryPlan(body)
    }

    /// The plans of all statements of a write.
    private func plans(_ body: @escaping @Sendable (WriteTransaction) throws -> Void) async throws -> [String] {
        try await withStore { store, _ in
            _ = try await store.embeddedPassages(["one", "two"])
            return try await store.write(by: .default) { tx in
                _ = try tx.vectors.register(VectorTableTests.large, at: tx.now)
                let recorder = StatementRecorder(tx.connection)
                try body(
                    WriteTransaction(
                        connection: recorder, now: tx.now, actor: tx.actor, limits: tx.limits, changes: ChangeTally(),
                        statistics: tx.statistics))
                return try recorder.plans()
            }
        }
    }

    private func agents(_ change: @escaping @Sendable (inout AgentFilter) -> Void) async throws -> String {
        try await plan { [page] tx in
            var filter = AgentFilter()
            change(&filter)
            _ = try tx.agents.list(filter, page, organization: "o")
        }
    }

    private func blocks(_ change: @escaping @Sendable (inout BlockFilter) -> Void) async throws -> String {
        try await plan { [page] tx in
            var filter = BlockFilter()
            change(&filter)
            _ = try tx.blocks.list(filter, page, organization: "o")
        }
    }

    @Test func `an agent is found by its name`() async throws {
        #expect(try await agents { $0.name = "n" }.contains("agents_by_name (organization_id=? AND name=?"))
    }

    @Test(arguments: [AgentFilter.Order.createdAt, .updatedAt, .lastRunCompletion])
    func `agents are listed in the order of an index`(order: AgentFilter.Order) async throws {
        #expect(try await !agents { $0.order = order }.contains("TEMP B-TREE"))
    }

    @Test func `agents of a project, a template or an identity are not looked for among all`() async throws {
        #expect(
            try await agents { $0.projectID = "p" }.contains("agents_by_project (organization_id=? AND project_id=?"))
        #expect(try await agents { $0.templateID = "t" }.contains("agents_by_template"))
        #expect(try await agents { $0.baseTemplateID = "t" }.contains("agents_by_base_template"))
        #expect(try await agents { $0.tags = ["t"] }.contains("sqlite_autoindex_agents_1 (id=?)"))
        #expect(try await agents { $0.identifierKeys = ["k"] }.contains("identities_by_identifier"))
    }

    @Test func `blocks with a tag, of templates or of an identity are not looked for among all`() async throws {
        #expect(try await blocks { $0.tags = ["t"] }.contains("block_tags_by_tag"))
        #expect(try await blocks { $0.tags = ["t"] }.contains("SEARCH b USING INDEX sqlite_autoindex_blocks_1 (id=?)"))
        #expect(try await blocks { $0.templatesOnly = true }.contains("blocks_of_templates"))
        #expect(try await blocks { $0.name = "n" }.contains("blocks_by_template_name"))
        #expect(try await blocks { $0.identifierKeys = ["k"] }.contains("identities_by_identifier"))
    }

    @Test func `an identity is found by its key`() async throws {
        let plan = try await plan { [page] tx in
            var filter = IdentityFilter()
            filter.identifierKey = "k"
            _ = try tx.identities.list(filter, page, organization: "o")
        }
        #expect(plan.contains("identities_by_identifier"))
    }

    @Test func `tags are stepped through, not read with every agent that has them`() async throws {
        let plan = try await plan { tx in
            let page = PageRequest(limit: 50, ascending: true)
            _ = try tx.agents.tags(named: nil, search: nil, page, organization: "o")
        }
        #expect(plan.contains("RECURSIVE STEP") && plan.contains("agent_tags_by_tag (organization_id=? AND tag>?)"))
    }

    @Test func `no step of embedding looks at every passage or vector`() async throws {
        let batch = EmbeddingBatch(passages: 9, bytes: 999, passagesOfArchive: 9)
        let vector = VectorTableTests.vector
        let steps: [@Sendable (WriteTransaction) throws -> Void] = [
            { _ = try $0.reading.embeddingQueue.take(batch, after: 0, skipping: [], at: $0.now) },
            { _ = try $0.embeddingQueue.count(owner: 1) },
            { try $0.embeddingQueue.settle([1, 2]) },
            { try $0.embeddingQueue.postpone([1, 2], until: $0.now) },
            { try $0.embeddingQueue.retryNow(archive: 1) },
            { try $0.vectors.put(vector, model: 1, of: 1, text: "one") },
            { try $0.vectors.put(vector, model: 1, written: PassageKey(key: 1, archive: 1)) },
            { _ = try $0.vectors.changingArchives() },
            { _ = try $0.vectors.owners([1, 2], .passages) },
            { _ = try $0.vectors.count(model: 1, archive: 1) },
            { _ = try $0.vectors.vectors(of: [1, 2], model: 1) },
            { transaction in
                try transaction.vectors.change(archive: 1, to: 2)
                _ = try transaction.vectors.finishChange(ofArchive: 1, to: 2)
                _ = try transaction.vectors.deleteUnused(inArchive: 1, limit: 9)
            },
            { transaction in
                var walk = PassageWalk(archive: 1, model: 1)
                _ = try walk.next(batch, in: transaction.reading)
            },
        ]
        for step in steps {
            let plans = try await plans(step)
            #expect(!plans.isEmpty)
            for plan in plans {
                for table in ["passages", "p", "t", "passage_vectors", "v", "embedding_queue", "q", "archives", "a"] {
                    let scans = plan.split(separator: "\n").filter {
                        $0.hasSuffix("SCAN \(table)") || $0.contains("SCAN \(table) ")
                    }
                    // The partial index holds only archives that change.
                    #expect(scans.allSatisfy { $0.contains("archives_changing_model") }, "\(plan)")
                }
                #expect(!plan.contains("TEMP B-TREE"), "\(plan)")
            }
        }
    }

    @Test func `no step of embedding messages, nor a search near some, looks at every message or vector`() async throws
    {
        let batch = EmbeddingBatch(passages: 9, bytes: 999, passagesOfArchive: 9)
        let vector = VectorTableTests.vector
        var filter = MessageFilter()
        filter.agentID = "agent"
        let asked = filter
        let steps: [@Sendable (WriteTransaction) throws -> Void] = [
            { _ = try $0.reading.embeddingQueue(.messages).owners(after: 0, limit: 9) },
            { _ = try $0.reading.embeddingQueue(.messages).take(batch, of: [1, 2], at: $0.now) },
            { try $0.embeddingQueue(.messages).settle([1, 2]) },
            { try $0.embeddingQueue(.messages).postpone([1, 2], until: $0.now) },
            { try $0.vectors.put(vector, model: 1, of: 1, text: "one", .messages) },
            { try $0.vectors.choose(1, for: 1, .messages) },
            { _ = try $0.vectors.owners([1, 2], .messages) },
            { _ = try $0.vectors.embedded([1, 2], model: 1, .messages) },
            { _ = try $0.vectors.searchedModels(ofAgent: "agent") },
            { _ = try $0.vectors.agents(searchedWith: [1]) },
            { try $0.vectors.startOver(messagesOfAgent: 1) },
            { _ = try $0.reading.messages.neighbours(of: [1, 2]) },
            { _ = try $0.reading.messages.find(keys: [1, 2], asked, organization: "o") },
            { _ = try $0.reading.messages.count(ofAgent: "agent", upTo: 9) },
        ]
        for step in steps {
            let plans = try await plans(step)
            #expect(!plans.isEmpty)
            for plan in plans {
                for table in [
                    "messages", "m", "q", "t", "message_vectors", "v", "message_embedding_queue", "agents", "a",
                ] {
                    let scans = plan.split(separator: "\n").filter {
                        $0.hasSuffix("SCAN \(table)") || $0.contains("SCAN \(table) ")
                    }
                    #expect(scans.isEmpty, "\(plan)")
                }
                #expect(!plan.contains("TEMP B-TREE"), "\(plan)")
            }
        }
    }

    @Test func `paging by the last run passes agents that never ran`() async throws {
        try await withStore { store, _ in
            for number in 0..<6 {
                try await store.write(by: .default) { tx in
                    let time: Int? = number < 3 ? nil : number
                    _ = try tx.connection.execute(
                        """
                        INSERT INTO agents (id, organization_id, name, agent_type, last_run_completion, created_at,
                            updated_at) VALUES (\("agent-\(number)"), 'o', 'n', 'letta_v1_agent', \(time), 1, 1)
                        """)
                }
            }
            for ascending in [true, false] {
                let found = try await store.read { tx in
                    var filter = AgentFilter()
                    filter.order = .lastRunCompletion
                    var ids: [String] = []
                    while ids.count < 10 {
                        let page = PageRequest(limit: 2, after: ids.last, ascending: ascending)
                        let next = try tx.agents.list(filter, page, organization: "o").map(\.id)
                        if next.isEmpty { break }
                        ids += next
                    }
                    return ids
                }
                // Those that never ran come last in either order.
                let order = ascending ? [3, 4, 5, 0, 1, 2] : [5, 4, 3, 2, 1, 0]
                #expect(found == order.map { "agent-\($0)" })
            }
        }
    }

    @Test func `the tags of many agents come once each, both ways, from both cursors`() async throws {
        try await withStore { store, _ in
            try await store.write(by: .default) { tx in
                for number in 0..<30 {
                    let id = "agent-\(number)"
                    _ = try tx.connection.execute(
                        """
                        INSERT INTO agents (id, organization_id, name, agent_type, created_at, updated_at)
                        VALUES (\(id), \(number < 28 ? "o" : "p"), 'n', 'letta_v1_agent', 1, 1)
                        """)
                    for tag in ["all", "t\(number % 7)"] + (number < 28 ? [] : ["foreign"]) {
                        _ = try tx.connection.execute("INSERT INTO agent_tags (agent_id, tag) VALUES (\(id), \(tag))")
                    }
                }
            }
            @Sendable func tags(_ page: PageRequest, search: String? = nil) async throws -> [String] {
                try await store.read { try $0.agents.tags(named: nil, search: search, page, organization: "o") }
            }
            let all = ["all", "t0", "t1", "t2", "t3", "t4", "t5", "t6"]
            #expect(try await tags(PageRequest(limit: 50, ascending: true)) == all)
            #expect(try await tags(PageRequest(limit: 50)) == all.reversed())
            #expect(try await tags(PageRequest(limit: 2, after: "t1", ascending: true)) == ["t2", "t3"])
            #expect(try await tags(PageRequest(limit: 2, before: "t3", ascending: true)) == ["t1", "t2"])
            #expect(try await tags(PageRequest(limit: 2, after: "t3")) == ["t2", "t1"])
            #expect(try await tags(PageRequest(limit: 2, before: "t3")) == ["t5", "t4"])
            #expect(try await tags(PageRequest(limit: 2, offset: 1, ascending: true), search: "T") == ["t1", "t2"])
        }
    }

    @Test func `a tag that most have and one that few have lead to the same lists`() async throws {
        try await withStore { store, _ in
            try await store.write(by: .default) { tx in
                for number in 0..<1500 {
                    var block = Block(
                        id: "block-\(number)", label: "l", value: "v", limit: 10, description: nil,
                        createdAt: Timestamp(microseconds: Int64(number)))
                    block.tags = ["common"] + (number % 500 == 0 ? ["rare"] : [])
                    try tx.blocks.insert(block, organization: "o")
                }
            }
            @Sendable func ids(_ tags: [String], all: Bool, limit: Int = 3) async throws -> [String] {
                try await store.read { tx in
                    var filter = BlockFilter()
                    filter.tags = tags
                    filter.matchAllTags = all
                    let page = PageRequest(limit: limit)
                    return try tx.blocks.list(filter, page, organization: "o").map(\.id)
                }
            }
            let newest = ["block-1499", "block-1498", "block-1497"]
            #expect(try await ids(["common"], all: false) == newest)
            #expect(try await ids(["common", "rare"], all: false) == newest)
            #expect(try await ids(["rare"], all: false) == ["block-1000", "block-500", "block-0"])
            #expect(try await ids(["common", "rare"], all: true) == ["block-1000", "block-500", "block-0"])
            #expect(try await ids(["common", "absent"], all: true) == [])
            #expect(try await ids(["common"], all: true, limit: 9999).count == 1500)
        }
    }

    @Test func `a passage's neighbours are a step in an index away`() async throws {
        let plan = try await plan {
            let scope = PassageScope([ArchiveLink(key: 1, id: "a", isOwned: false)])
            _ = try $0.passages.neighbours(of: [1], in: scope, PassageFilter(archiveIDs: nil))
        }
        #expect(plan.contains("passages_by_creation (archive_key=? AND created_at=? AND id<?)"), "\(plan)")
        #expect(!plan.contains("TEMP B-TREE") && !plan.contains("SCAN q"), "\(plan)")
    }

    @Test(arguments: [true, false])
    func `passages by number are looked up, not searched for in their archive`(isNamed: Bool) async throws {
        let archive = ArchiveLink(key: 1, id: "a", isOwned: false)
        let scope =
            isNamed ? PassageScope([archive]) : PassageScope(organization: "o", isEverything: false)
        var filter = PassageFilter(archiveIDs: nil)
        filter.start = Timestamp(microseconds: 1)
        let (filtered, keys) = (filter, [1, 2, 3])
        let plans = [
            try await plan { _ = try $0.passages.find(keys: keys, in: scope) },
            try await plan { _ = try $0.passages.neighbours(of: keys, in: scope, PassageFilter(archiveIDs: nil)) },
            try await plan { _ = try $0.passages.neighbours(of: keys, in: scope, filtered) },
        ]
        for plan in plans { #expect(plan.contains("SEARCH p USING INTEGER PRIMARY KEY (rowid=?)"), "\(plan)") }
        let byID = try await plan { _ = try $0.passages.find("passage-1", organization: "o") }
        #expect(byID.contains("SEARCH p USING INDEX sqlite_autoindex_passages_1 (id=?)"), "\(byID)")
    }
}
