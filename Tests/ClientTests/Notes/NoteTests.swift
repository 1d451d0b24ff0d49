import API
import HTTP
import Platform
import RoostTesting
import Testing

@testable import Client

extension TestServer {
    /// What a command of a project works with.
    func session(_ project: String = "shop", folder: String? = nil) -> ToolSession {
        ToolSession(
            scope: ToolSession.Scope(project: folder == nil ? project : nil, folder: folder), client: client)
    }

    var client: RoostClient {
        RoostClient(transport: ClientTransport(place: "the test server") { await self.server.respond(to: $0) })
    }
}

private func note(_ text: String, type: String? = nil, file: String? = nil) -> MemoryNote {
    var note = MemoryNote(text, type: type, from: Provenance(source: "cli", trust: .user, file: file))
    if let file { note.metadata["file_path"] = .string(file) }
    return note
}

@Suite struct NoteTests {
    @Test func `a note of the terminal is the user's word, and is stored once`() async throws {
        try await withServer { server in
            let session = server.session()
            let first = try await session.remember(note("We left Redis: one queue is enough", type: "decision"))
            #expect(first["stored"] == true)
            let again = try await session.remember(note("We left  Redis: one queue\nis enough"))
            #expect(again["stored"] == false && again["id"] == first["id"])
            let found = try await session.recall(RecallRequest(query: "Redis queue")).found
            #expect(found.map(\.source) == ["cli"] && found.first?.trust == "user")
            #expect(found.first?.tags.contains("type:decision") == true)
            #expect(found.first?.why.isEmpty == false)
        }
    }

    @Test func `recall keeps to a file, and shows everything of it`() async throws {
        try await withServer { server in
            let session = server.session()
            for number in 1...6 {
                _ = try await session.remember(note("Fact \(number) of the queue", file: "src/queue.py"))
            }
            _ = try await session.remember(note("Another thing", file: "src/other.py"))
            var request = RecallRequest(query: "")
            request.metadata = ["file_path": "src/queue.py"]
            request.limit = 50
            let found = try await session.recall(request).found
            #expect(found.count == 6)
            #expect(found.first?.text == "Fact 6 of the queue", "the newest first")
        }
    }

    @Test func `a decision is also looked for in the block of decisions`() async throws {
        try await withServer { server in
            let session = server.session()
            _ = try await session.remember(note("Postgres, because of JSON", type: "decision"))
            _ = try await session.remember(note("Postgres listens on 5432", type: "learning"))
            let agent = try await session.requiredAgent()
            let block = try await server.post(
                "/v1/blocks/", ["label": "architecture_decisions", "value": "ADR 1: Postgres is the database."])
            _ = try await server.send(.patch, "/v1/agents/\(agent.id)/core-memory/blocks/attach/\(block.id)")
            var request = RecallRequest(query: "postgres")
            request.tags = ["type:decision"]
            request.blocks = ["architecture_decisions"]
            let found = try await session.recall(request).found
            #expect(found.map(\.from) == [.blocks, .archival])
        }
    }

    // MARK: Errors

    @Test func `an error met again is counted, its fix is told, and it opens again after it`() async throws {
        try await withServer { server in
            let session = server.session()
            var report = ErrorReport("TypeError: x is undefined at src/a.js:12:5")
            report.command = "npm test"
            let first = try await session.log(report, source: "cli")
            #expect(first["stored"] == true && first["resolved"] == false && first["count"] == 1)
            var later = ErrorReport("TypeError: x is undefined at src/a.js:40:9")
            let second = try await session.log(later, source: "cli")
            #expect(second["stored"] == false && second["id"] == first["id"] && second["count"] == 2)
            later.fix = "import x"
            let fixed = try await session.log(later, source: "cli")
            #expect(fixed["resolved"] == true && fixed["count"] == 2, "a fix is no further occurrence")
            later.fix = nil
            let back = try await session.log(later, source: "cli")
            #expect(back["resolved"] == false && back["count"] == 3 && back["fix"] == "import x")
            #expect(back.hints.contains("back"))
            let found = try await session.recall(RecallRequest(query: "TypeError")).found
            #expect(found.count == 1 && found.first?.text.contains("Fix: import x") == true)
            #expect(found.first?.trust == "tool" && found.first?.metadata["type"] == "bug")
        }
    }

    @Test func `places and addresses make no other error, ports and words do`() {
        func key(_ text: String) -> String { ErrorReport(text).key }
        #expect(key("E at a.py:1") == key("E  at a.py:22:3"))
        #expect(key("E in line 3 of x") == key("E in line 99 of x"))
        #expect(key("segfault 0x7ffe at y") == key("segfault 0x1 at y"))
        #expect(key("refused localhost:80") != key("refused localhost:81"))
        #expect(key("status 404") != key("status 500"))
    }

    // MARK: Forgetting

    @Test func `what is forgotten is listed first, and is gone once`() async throws {
        try await withServer { server in
            let session = server.session()
            let id = try await session.remember(note("The old staging server is called otter"))["id"]?.string ?? ""
            _ = try await session.remember(note("Tea is at four"))
            let found = try await session.notes(toForget: .query("old staging server otter"))
            #expect(found.compactMap { $0["id"]?.string } == [id])
            #expect(try await session.notes(toForget: .passage(id)).count == 1, "listing deletes nothing")
            #expect(try await session.forget(found).count == 1)
            #expect(try await session.forget(found).isEmpty)
            await #expect(throws: ToolError.self) { try await session.notes(toForget: .passage(id)) }
        }
    }
}

@Suite struct SavedSearchTests {
    @Test func `searches are kept under their names, and an unknown one says which there are`() async throws {
        try await withFolder { home in
            let saved = SavedSearches(home: home + "/new")
            #expect(try saved.all().isEmpty)
            let search = SavedSearches.Search(options: ["type": ["bug"], "bugs": [""]], words: ["slow", "tests"])
            try saved.save(search, as: "slow")
            try saved.save(.init(options: [:], words: []), as: "all")
            #expect(try saved.find("slow") == search)
            #expect(try saved.all().map(\.name) == ["slow", "all"])
            let error = #expect(throws: ClientError.self) { _ = try saved.find("slo") }
            #expect(error?.description.contains("Did you mean 'slow'?") == true)
        }
    }

    @Test func `a file that is no JSON is not written over`() async throws {
        try await withFolder { home in
            try write("my notes", to: home + "/searches.json")
            let saved = SavedSearches(home: home)
            #expect(throws: ClientError.self) { try saved.save(.init(options: [:], words: ["x"]), as: "x") }
            #expect(try FileText.readText(home + "/searches.json") == "my notes")
        }
    }
}

@Suite struct RecallTimeTests {
    private let now = Timestamp(iso8601: "2026-11-21T12:00:00Z") ?? .now

    @Test(arguments: [
        ("7d", "2026-11-14T12:00"), ("2w", "2026-11-07T12:00"), ("36h", "2026-11-20T00:00"),
        ("7 days ago", "2026-11-14T12:00"),
        ("30min", "2026-11-21T11:30"), ("yesterday", "2026-11-20"), ("2026-11-01", "2026-11-01"),
    ])
    func `how long ago is written short or in words`(text: String, time: String) {
        #expect(RecallTime.time(text, now: now)?.hasPrefix(time) == true)
    }

    @Test(arguments: ["7q", "d", "-3d", "1e9d", "soon", "7 d x", "5m"])
    func `what is no time is refused`(text: String) { #expect(RecallTime.time(text, now: now) == nil) }
}
