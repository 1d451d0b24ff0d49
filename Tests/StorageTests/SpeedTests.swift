import Domain
import Foundation
import Testing

@testable import Storage

/// Numbers for docs/design/storage.md; they are read by a person, nothing here fails for being slow.
///
///     ROOST_MEASURE=1 swift test -c release -Xswiftc -enable-testing --filter SpeedTests
@Suite(.serialized, .enabled(if: ProcessInfo.processInfo.environment["ROOST_MEASURE"] != nil))
struct SpeedTests {
    private static let text = String(repeating: "A line that somebody wanted to keep. ", count: 10)

    /// Processor time of this process in seconds.
    private func cpu() -> Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }

    private func measure(
        _ what: String, callers: Int, seconds: Double = 2, _ body: @escaping @Sendable (Int) async throws -> Void
    ) async throws {
        let end = ContinuousClock.now + .seconds(seconds)
        let before = cpu()
        let started = ContinuousClock.now
        let total = try await withThrowingTaskGroup(of: Int.self) { group in
            for caller in 0..<callers {
                group.addTask {
                    var done = 0
                    while ContinuousClock.now < end {
                        try await body(caller * 1_000_000 + done)
                        done += 1
                    }
                    return done
                }
            }
            return try await group.reduce(0, +)
        }
        let elapsed = (ContinuousClock.now - started) / .seconds(1)
        let micro = (cpu() - before) / Double(total) * 1e6
        let line = "\(what) | \(callers) | \(Int(Double(total) / elapsed)) | \(String(format: "%.1f", micro))"
        print("MEASURED", line)
    }

    @Test(arguments: [
        ("durable, shared commits", StoreConfiguration.Durability.powerFailure, 256),
        ("durable, a commit each", .powerFailure, 1),
        ("not durable, shared commits", .processEnd, 256),
        ("not durable, a commit each", .processEnd, 1),
    ])
    func writes(_ name: String, _ durability: StoreConfiguration.Durability, _ batch: Int) async throws {
        for callers in [1, 8, 64] {
            try await withStore { configuration in
                configuration.durability = durability
                configuration.batchLimit = batch
            } _: { store, _ in
                try await store.write(by: .default) { try $0.addArchive("archive-1") }
                try await measure("passage insert, \(name)", callers: callers) { number in
                    try await store.write(by: .default) { tx in
                        try tx.addPassage("passage-\(number)", Self.text)
                        try tx.recordChange(.passage, .created, id: "passage-\(number)", archiveID: "archive-1")
                    }
                }
            }
        }
    }

    @Test func reads() async throws {
        try await withStore { store, _ in
            try await store.write(by: .default) { tx in
                try tx.addArchive("archive-1")
                for number in 0..<10_000 {
                    try tx.addPassage("passage-\(number)", "note \(number) of topic\(number % 100). " + Self.text)
                }
            }
            for callers in [1, 8, 64] {
                try await measure("point read", callers: callers) { number in
                    let id = "passage-\(number % 10_000)"
                    _ = try await store.read { tx in
                        try tx.connection.first("SELECT id, text, tags, created_at FROM passages WHERE id = \(id)") {
                            ($0.text(0), $0.text(1), $0.timestamp(3))
                        }?.0
                    }
                }
            }
            try await measure("search of 100 among 10,000, best 10", callers: 1) { number in
                let match = TextQuery.match("what about topic\(number % 100)", scopes: ["a1"]) ?? ""
                _ = try await store.read { tx in
                    try tx.connection.rows(
                        """
                        SELECT p.id, p.text FROM passage_text JOIN passages p ON p.key = passage_text.rowid
                        WHERE \(sql: tx.connection.dialect.textMatches("passage_text", match))
                        ORDER BY \(sql: tx.connection.dialect.textScore("passage_text")) DESC LIMIT 10
                        """
                    ) { $0.text(1) }.count
                }
            }
        }
    }

    @Test func opening() async throws {
        let folder = try TemporaryFolder()
        let fresh = ContinuousClock.now
        await (try folder.open()).close()
        print("MEASURED fresh open and close", ContinuousClock.now - fresh)
        let again = ContinuousClock.now
        let store = try folder.open()
        print("MEASURED open", ContinuousClock.now - again)
        await store.close()
    }
}
