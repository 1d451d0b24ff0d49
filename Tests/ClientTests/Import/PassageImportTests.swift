import HTTP
import Platform
import Testing

@testable import Client

@Suite struct PassageImportTests {
    /// An archive behind a transport: refuses texts with "bad" in them, as a server refuses what it cannot take.
    private final class Archive: Sendable {
        private let stored = Lock<[JSONValue]>([])
        private let calls = Lock(0)

        var passages: [JSONValue] { stored.withLock { $0 } }
        var writes: Int { calls.withLock { $0 } }

        var client: RoostClient {
            RoostClient(
                transport: ClientTransport(place: "the test") { [self] request in
                    guard request.method == .post else { return .json(200, Array(page(request).text.utf8)) }
                    calls.withLock { $0 += 1 }
                    let new = try JSONValue(parsing: request.body)["passages"]?.array ?? []
                    if new.contains(where: { $0["text"]?.string?.contains("bad") == true }) {
                        return .detail(422, "text: a bad word")
                    }
                    stored.withLock { stored in
                        for passage in new {
                            var object = passage.object ?? JSONObject()
                            object["id"] = .string("p-\(stored.count)")
                            stored.append(.object(object))
                        }
                    }
                    return .json(200, Array("[]".utf8))
                })
        }

        private func page(_ request: Request) -> JSONValue {
            let all = passages
            let after = request.rawQuery.split(separator: "&").first { $0.hasPrefix("after=") }?.dropFirst(6)
            let start = after.flatMap { id in all.firstIndex { $0["id"]?.string == String(id) } }.map { $0 + 1 } ?? 0
            return .array(Array(all[start...].prefix(1000)))
        }
    }

    private struct Texts: ImportSource {
        var texts: ArraySlice<String>
        init(_ texts: [String]) { self.texts = texts[...] }
        var progress: Double? { nil }

        mutating func next() throws -> ImportRecord? {
            guard let text = texts.popFirst() else { return nil }
            if text == "broken" { throw ImportProblem("here", "broken") }
            if text == "end" { throw ImportProblem("here", "torn", endsSource: true) }
            return ImportRecord(text: text, tags: ["a"], place: "at \(text)", identity: [])
        }
    }

    private static func numbers(_ count: Int) -> [String] { (0..<count).map { "note \($0)" } }

    @Test func `all is stored in batches, and a second run adds nothing`() async throws {
        let archive = Archive()
        var options = PassageImport.Options()
        options.tags = ["a", "b"]
        let run = PassageImport(archive.client, archive: "archive-1", options: options)
        var source = Texts(Self.numbers(1450))
        let first = try await run(&source)
        #expect(first == PassageImport.Count(read: 1450, added: 1450))
        #expect(archive.writes == 8)
        #expect(archive.passages[0]["tags"] == ["a", "b"])
        #expect(archive.passages[0]["metadata"]?["import_id"]?.string?.count == 32)
        var again = Texts(Self.numbers(1451))
        let second = try await run(&again)
        #expect(second == PassageImport.Count(read: 1451, added: 1, known: 1450))
    }

    @Test func `a text that comes twice is stored once`() async throws {
        let archive = Archive()
        var source = Texts(["x", "y", "x"])
        let count = try await PassageImport(archive.client, archive: "archive-1")(&source)
        #expect(count == PassageImport.Count(read: 3, added: 2, known: 1))
    }

    @Test func `a trial stores nothing`() async throws {
        let archive = Archive()
        var options = PassageImport.Options()
        options.isTrial = true
        var source = Texts(Self.numbers(300))
        let count = try await PassageImport(archive.client, archive: "archive-1", options: options)(&source)
        #expect(count.added == 300)
        #expect(archive.writes == 0)
    }

    @Test func `the first problem ends an import, with what came before it stored`() async throws {
        let archive = Archive()
        var source = Texts(["x", "broken", "y"])
        await #expect(throws: ImportProblem("here", "broken")) {
            try await PassageImport(archive.client, archive: "archive-1")(&source)
        }
        #expect(archive.passages.count == 1)
    }

    @Test func `told to keep going, it leaves out what cannot be used`() async throws {
        let archive = Archive()
        let problems = Lock<[String]>([])
        var options = PassageImport.Options()
        options.keepsGoing = true
        var listener = PassageImport.Listener()
        listener.problem = { problem in problems.withLock { $0.append(problem.description) } }
        var source = Texts(["x", "broken", "bad", "y"])
        let run = PassageImport(archive.client, archive: "archive-1", options: options, listener: listener)
        let count = try await run(&source)
        #expect(count == PassageImport.Count(read: 4, added: 2, known: 0, failed: 2))
        #expect(problems.withLock { $0 } == ["here: broken", "at bad: text: a bad word"])
        #expect(archive.passages.map { $0["text"] } == ["x", "y"])
        var torn = Texts(["z", "end"])
        await #expect(throws: ImportProblem.self) { try await run(&torn) }
    }

    @Test func `a stopped import keeps what it has read`() async throws {
        let archive = Archive()
        var listener = PassageImport.Listener()
        listener.isStopped = { archive.writes == 1 }
        var source = Texts(Self.numbers(900))
        let count = try await PassageImport(archive.client, archive: "archive-1", listener: listener)(&source)
        #expect(count == PassageImport.Count(read: 200, added: 200))
    }
}
