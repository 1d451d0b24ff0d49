import API
import HTTP
import Platform
import RoostTesting
import Testing

@testable import Client

@Suite struct BlockEntriesTests {
    private let log = "# Learnings\n---\n[2026-01-01] one\n  more\n\n[2026-01-02] two\n[2026-01-03] three\n"

    @Test func `header and entries are the text again`() throws {
        let entries = try #require(BlockEntries(log))
        #expect(entries.header == "# Learnings\n---")
        #expect(entries.entries == ["[2026-01-01] one\n  more\n", "[2026-01-02] two", "[2026-01-03] three\n"])
        #expect(entries.text(withoutOldest: 0) == log)
        #expect(entries.text(withoutOldest: 2) == "# Learnings\n---\n[2026-01-03] three\n")
        #expect(entries.oldest(2) == ["[2026-01-01] one\n  more\n", "[2026-01-02] two"])
    }

    @Test func `where the newest stand first the last ones are the oldest`() throws {
        let entries = try #require(BlockEntries("## 2026-03-01 c\nx\n## 2026-02-01 b\n## 2026-01-01 a"))
        #expect(entries.header == nil && entries.isNewestFirst)
        #expect(entries.oldest(2) == ["## 2026-01-01 a", "## 2026-02-01 b"])
        #expect(entries.text(withoutOldest: 2) == "## 2026-03-01 c\nx")
    }

    @Test(arguments: ["", "A text of prose.\nAnd more.", "# Goals\n- one\n- two"])
    func `a text without dates and rule is no log`(text: String) { #expect(BlockEntries(text) == nil) }
}

@Suite struct BlockArchivingTests {
    private struct Memory {
        let server: TestServer
        let client: RoostClient
        let agent: MemoryAgent

        func archiving(_ rule: BlockArchiving.Rule, client: RoostClient? = nil) -> BlockArchiving {
            BlockArchiving(client: client ?? self.client, agent: agent, rule: rule)
        }

        func value(_ label: String) async throws -> String {
            try await AgentBlocks(client: client, agent: agent).find(label).value
        }

        func passages() async throws -> [JSONValue] {
            try await AgentPassages(client: client, agentID: agent.id).newest(500)
        }
    }

    /// An agent whose learnings are 207 of 230 characters: twelve dated lines.
    private func withMemory(_ body: (Memory) async throws -> Void) async throws {
        try await withServer { server in
            let log = "---" + (10...21).map { "\n[2026-01-\($0)] n\($0)" }.joined()
            let reply = try await server.post(
                "/v1/agents/",
                [
                    "name": "memory-shop", "tags": ["project:shop"],
                    "memory_blocks": [
                        ["label": "learnings", "value": .string(log), "limit": 230],
                        [
                            "label": "goals",
                            "value":
                                "Ship it soon: the old goals of an old quarter, with all of their details and more.",
                            "tags": ["old"],
                        ],
                        ["label": "fixed", "value": .string(log), "limit": 230, "read_only": true],
                    ],
                ])
            let agent = try #require(MemoryAgent(reply.json))
            try await body(Memory(server: server, client: server.client, agent: agent))
        }
    }

    private var rule: BlockArchiving.Rule { BlockArchiving.Rule(before: Timestamp.now.adding(seconds: 60)) }

    @Test func `a plan changes nothing, and names no block that nobody named`() async throws {
        try await withMemory { memory in
            let before = try await memory.value("learnings")
            let plan = try await memory.archiving(rule).plan()
            #expect(plan.map(\.label) == ["learnings"] && plan.first?.isWhole == false)
            #expect(try await memory.value("learnings") == before)
            #expect(try await memory.passages().isEmpty)
        }
    }

    @Test func `the oldest entries are passages before they leave, and nothing is lost or doubled`() async throws {
        try await withMemory { memory in
            let before = try await memory.value("learnings")
            let archiving = memory.archiving(rule)
            let plan = try #require(try await archiving.plan().first)
            _ = try await archiving.perform(plan)
            let after = try await memory.value("learnings")
            let moved = try await memory.passages()
            #expect(after.unicodeScalars.count * 100 <= 230 * 50 && after.hasSuffix("[2026-01-21] n21"))
            let texts = moved.compactMap { $0["text"]?.string }.sorted()
            #expect((["---"] + texts).joined(separator: "\n") + after.dropFirst(3) == before)
            #expect(moved.last?["created_at"]?.string?.hasPrefix("2026-01-1") == true)
            #expect(moved.allSatisfy { $0["tags"]?.strings?.contains("block:learnings") == true })
            #expect(try await archiving.plan().isEmpty)
        }
    }

    @Test func `ended between storing and shortening, it goes on without storing twice`() async throws {
        try await withMemory { memory in
            let before = try await memory.value("learnings")
            let plan = try #require(try await memory.archiving(rule).plan().first)
            // The block cannot be written, as if the process were gone.
            let broken = RoostClient(
                transport: ClientTransport(place: "the test server") { request in
                    if request.method == .patch { throw ClientError("gone") }
                    return await memory.server.server.respond(to: request)
                })
            await #expect(throws: ClientError.self) {
                _ = try await memory.archiving(rule, client: broken).perform(plan)
            }
            #expect(try await memory.value("learnings") == before)
            let stored = try await memory.passages().count
            #expect(stored == plan.texts.count)
            _ = try await memory.archiving(rule).perform(plan)
            #expect(try await memory.passages().count == stored)
            #expect(try await memory.value("learnings") != before)
        }
    }

    @Test func `what is not kept does not leave its block`() async throws {
        try await withMemory { memory in
            let before = try await memory.value("learnings")
            let plan = try #require(try await memory.archiving(rule).plan().first)
            // A server that says it stored a passage, and did not.
            let lying = RoostClient(
                transport: ClientTransport(place: "the test server") { request in
                    if request.method == .post, request.rawPath.hasSuffix("/archival-memory") {
                        return await memory.server.server.respond(
                            to: Request(
                                method: .get, rawPath: request.rawPath, rawQuery: "", headers: request.headers, body: []
                            ))
                    }
                    return await memory.server.server.respond(to: request)
                })
            await #expect(throws: ClientError.self) {
                _ = try await memory.archiving(rule, client: lying).perform(plan)
            }
            #expect(try await memory.value("learnings") == before)
        }
    }

    @Test func `an entry that somebody adds meanwhile stays`() async throws {
        try await withMemory { memory in
            let archiving = memory.archiving(rule)
            let plan = try #require(try await archiving.plan().first)
            let block = try await AgentBlocks(client: memory.client, agent: memory.agent).find("learnings")
            let added = block.value + "\n[2026-01-22] n22"
            _ = try await AgentBlocks(client: memory.client, agent: memory.agent)
                .update(block, value: added, expected: nil)
            _ = try await archiving.perform(plan)
            #expect(try await memory.value("learnings").hasSuffix("[2026-01-21] n21\n[2026-01-22] n22"))
        }
    }

    @Test(arguments: [true, false])
    func `a whole block is moved by its label or tag`(byTag: Bool) async throws {
        try await withMemory { memory in
            var rule = rule
            if byTag { rule.tags = ["old"] } else { rule.labels = ["goals", "fixed"] }
            let archiving = memory.archiving(rule)
            let before = try await memory.value("goals")
            let plan = try await archiving.plan()
            #expect(plan.map(\.label) == ["goals"] && plan.first?.isWhole == true)
            _ = try await archiving.perform(try #require(plan.first))
            #expect(try await memory.passages().first?["text"] == .string(before))
            #expect(try await memory.value("goals").contains("block:goals"))
            #expect(try await archiving.plan().isEmpty, "what remains is not moved again")
            rule.before = Timestamp.now.adding(seconds: -3600)
            rule.labels = ["goals"]
            #expect(try await memory.archiving(rule).plan().isEmpty, "it was changed just now")
        }
    }
}
