import Domain
import Platform
import Testing

@testable import Storage

@Suite struct ChangeFeedTests {
    @Test func `changes come in order with all they say`() async throws {
        try await withStore { store, _ in
            let actor = Actor(userID: "user-1", organizationID: "org-1")
            try await store.write(by: actor) { tx in
                try tx.recordChange(.agent, .created, id: "agent-1", projectID: "project")
                try tx.recordChange(.block, .updated, id: "block-1", agentID: "agent-1", label: "human")
                try tx.recordChange(.passage, .deleted, id: "passage-1", archiveID: "archive-1")
            }
            try await store.write(by: .default) { try $0.recordChange(.agent, .created, id: "agent-9") }
            let all = try await store.changes(after: 0, organizationID: "org-1")
            #expect(all.map(\.objectID) == ["agent-1", "block-1", "passage-1"])
            #expect(all.map(\.seq) == [1, 2, 3])
            #expect(all[1].label == "human" && all[1].agentID == "agent-1" && all[1].actorID == "user-1")
            #expect(all[0].projectID == "project" && all[2].archiveID == "archive-1" && all[2].action == .deleted)
            let later = try await store.changes(after: 1, organizationID: "org-1", kinds: [.passage, .agent])
            #expect(later.map(\.objectID) == ["passage-1"])
            let agent = try await store.changes(after: 0, organizationID: "org-1", agentID: "agent-1")
            #expect(agent.map(\.objectID) == ["agent-1", "block-1"])
            let archive = try await store.changes(after: 0, organizationID: "org-1", archiveID: "archive-1", limit: 1)
            #expect(archive.map(\.objectID) == ["passage-1"])
        }
    }

    @Test func `what is rolled back never shows`() async throws {
        try await withStore { store, _ in
            struct Oops: Error {}
            await #expect(throws: Oops.self) {
                try await store.write(by: .default) { tx in
                    try tx.recordChange(.agent, .created, id: "agent-1")
                    throw Oops()
                }
            }
            let changes = try await store.changes(after: 0)
            #expect(changes.isEmpty)
        }
    }

    @Test func `a cursor older than the feed is told from one that is not`() async throws {
        try await withStore { configuration in
            configuration.limits.changes = 100
        } _: { store, _ in
            let empty = try await store.changeRange()
            #expect(empty == ChangeRange(oldest: 1, newest: 0))
            #expect(empty.covers(0) && !empty.covers(1))
            try await store.write(by: .default) { tx in
                for number in 1...600 { try tx.recordChange(.block, .updated, id: "block-\(number)") }
            }
            let range = try await store.changeRange()
            #expect(range.newest == 600)
            #expect(range.oldest == 413)
            #expect(!range.covers(0) && !range.covers(411) && range.covers(412) && range.covers(600))
            #expect(!range.covers(601))
        }
    }

    @Test func `a watcher is woken by this store and by another one`() async throws {
        let folder = try TemporaryFolder()
        let mine = try folder.open()
        let other = try folder.open()
        var wakes = mine.watchChanges().makeAsyncIterator()
        for store in [mine, other, other, mine] {
            let cursor = try await mine.changeRange().newest
            try await store.write(by: .default) { try $0.recordChange(.block, .updated, id: "block-1") }
            let started = ContinuousClock.now
            while try await mine.changes(after: cursor).isEmpty { _ = await wakes.next() }
            #expect(ContinuousClock.now - started < .seconds(120))
        }
        await mine.close()
        while await wakes.next() != nil {}
        await other.close()
    }

    @Test func `a write without changes wakes nobody and closing ends the stream`() async throws {
        try await withStore { store, _ in
            let stream = store.watchChanges()
            try await store.write(by: .default) { try $0.set("a", "b") }
            try await Task.sleep(for: .milliseconds(300))
            await store.close()
            var wakes = 0
            for await _ in stream { wakes += 1 }
            #expect(wakes == 0)
        }
    }
}

@Suite struct IdempotencyTests {
    private let key = IdempotencyKey(key: "k", fingerprint: "f")

    @Test func `a repetition does nothing and gets the kept response`() async throws {
        try await withStore { store, _ in
            try await store.write(by: .default, idempotency: key) { try $0.set("a", "1") }
            let early = await #expect(throws: AlreadyApplied.self) {
                try await store.write(by: .default, idempotency: key) { try $0.set("b", "2") }
            }
            #expect(early?.response == nil)
            let body = Array("{}".utf8)
            try await store.keepResponse(
                key, by: .default, status: 201, contentType: "application/json", body: body)
            let again = await #expect(throws: AlreadyApplied.self) {
                try await store.write(by: .default, idempotency: key) { try $0.set("b", "2") }
            }
            #expect(again?.response == KeptResponse(status: 201, contentType: "application/json", body: body))
            let count = try await store.settings()
            #expect(count == 1)
        }
    }

    @Test func `the same key for another request is a conflict`() async throws {
        try await withStore { store, _ in
            try await store.write(by: .default, idempotency: key) { try $0.set("a", "1") }
            let other = IdempotencyKey(key: "k", fingerprint: "g")
            let error = await #expect(throws: StoreError.self) {
                try await store.write(by: .default, idempotency: other) { try $0.set("b", "2") }
            }
            #expect(error?.code == .idempotencyConflict)
            let elsewhere = Actor(userID: "u", organizationID: "another")
            try await store.write(by: elsewhere, idempotency: other) { try $0.set("b", "2") }
        }
    }

    @Test func `a failed write gives its key back, an old key is forgotten`() async throws {
        try await withStore { configuration in
            configuration.limits.idempotencySeconds = 0.2
        } _: { store, _ in
            struct Oops: Error {}
            await #expect(throws: Oops.self) {
                try await store.write(by: .default, idempotency: key) { _ in throw Oops() }
            }
            try await store.write(by: .default, idempotency: key) { try $0.set("a", "1") }
            try await Task.sleep(for: .milliseconds(300))
            try await store.write(by: .default, idempotency: key) { try $0.set("b", "1") }
        }
    }

    @Test func `of many at once exactly one is applied`() async throws {
        try await withStore { store, _ in
            let key = key
            let applied = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<50 {
                    group.addTask {
                        do {
                            try await store.write(by: .default, idempotency: key) { tx in
                                _ = try tx.connection.execute(
                                    "INSERT INTO settings (name) VALUES (\(Int64.random(in: 0...(.max))))")
                            }
                            return true
                        } catch {
                            #expect(error is AlreadyApplied)
                            return false
                        }
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(applied == 1)
        }
    }
}
