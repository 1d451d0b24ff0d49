import Domain
import HTTP
import Models
import Platform
import Testing

@Suite struct LongTextTests {
    /// Refuses texts of more bytes than this, as vLLM does.
    private static func strict(_ longest: Int) throws -> ServiceStub {
        try ServiceStub { request, _ in
            guard ServiceStub.input(request).allSatisfy({ $0.utf8.count <= longest }) else {
                return ServiceStub.error(400, "This model's maximum context length is 512 tokens. You requested more.")
            }
            return ServiceStub.telling(request)
        }
    }

    private static let long = (0..<40).map { "sentence number \($0)." }.joined(separator: " ")

    @Test func `a text that is refused for its length is cut, not dropped`() async throws {
        let stub = try Self.strict(300)
        let embedder = try await embedder(at: stub)
        let vectors = try await embedder.embed(["short", Self.long, "last"], as: .passage)
        #expect(vectors.count == 3)
        #expect(isClose(vectors[0], normalized(ServiceStub.told("short"))))
        #expect(isClose(vectors[2], normalized(ServiceStub.told("last"))))
        // What was embedded of it is all of it, in order, and its vector the mean by length.
        let pieces = stub.inputs.filter { $0.allSatisfy { $0.utf8.count <= 300 } }.flatMap { $0 }
            .filter { $0 != "short" && $0 != "last" }
        #expect(pieces.joined() == Self.long && pieces.count > 1)
        var mean = [Float](repeating: 0, count: 4)
        for piece in pieces {
            for (index, number) in normalized(ServiceStub.told(piece)).enumerated() {
                mean[index] += Float(piece.utf8.count) * number
            }
        }
        #expect(isClose(vectors[1], normalized(mean)))
        await stub.stop()
    }

    @Test func `a known length is kept without being told`() async throws {
        let stub = try ServiceStub { request, _ in ServiceStub.telling(request) }
        // LM Studio cuts long texts without a word.
        let embedder = try await embedder(at: stub, provider: "lmstudio") { $0.longestText = 64 }
        let vectors = try await embedder.embed([Self.long, "short"], as: .passage)
        #expect(vectors.count == 2 && isClose(vectors[1], normalized(ServiceStub.told("short"))))
        let pieces = stub.inputs.flatMap { $0 }.dropLast()
        #expect(pieces.joined() == Self.long)
        // A token has three bytes or more in prose; the estimate is on the safe side.
        #expect(pieces.allSatisfy { $0.utf8.count <= 64 * 3 })
        await stub.stop()
    }

    @Test func `a prefix goes before every window`() async throws {
        let stub = try ServiceStub { request, _ in ServiceStub.telling(request) }
        let embedder = try await embedder(at: stub, provider: "lmstudio") {
            $0.longestText = 64
            $0.passagePrefix = "passage: "
        }
        _ = try await embedder.embed([Self.long], as: .passage)
        let pieces = stub.inputs.flatMap { $0 }
        #expect(pieces.count > 1 && pieces.allSatisfy { $0.hasPrefix("passage: ") })
        #expect(pieces.map { $0.dropFirst("passage: ".count) }.joined() == Self.long)
        await stub.stop()
    }

    @Test func `a request with too many texts is split and remembered`() async throws {
        let stub = try ServiceStub { request, _ in
            let count = ServiceStub.input(request).count
            guard count <= 8 else {
                return ServiceStub.error(422, "batch size \(count) > maximum allowed batch size 8")
            }
            return ServiceStub.telling(request)
        }
        let embedder = try await embedder(at: stub) { $0.textsPerRequest = 32 }
        let texts = (0..<32).map { "text \($0)" }
        let vectors = try await embedder.embed(texts, as: .passage)
        #expect(zip(vectors, texts).allSatisfy { isClose($0, normalized(ServiceStub.told($1))) })
        let before = stub.requests.count
        _ = try await embedder.embed(texts, as: .passage)
        #expect(stub.inputs[before...].map(\.count) == [8, 8, 8, 8])
        await stub.stop()
    }

    @Test func `a single character is never cut, however long`() async throws {
        let stub = try Self.strict(20)
        let embedder = try await embedder(at: stub)
        let tower = "e" + String(repeating: "\u{301}", count: 200)
        let error = try #require(try await failure { _ = try await embedder.embed([tower], as: .passage) })
        #expect(error.code == .refused && stub.requests.count == 1)
        await stub.stop()
    }

    @Test func `texts of every script are cut between characters and lose nothing`() async throws {
        let stub = try ServiceStub { request, _ in ServiceStub.telling(request) }
        let embedder = try await embedder(at: stub, provider: "lmstudio") { $0.longestText = 40 }
        let texts = [
            String(repeating: "👩‍👩‍👧‍👦🇩🇪", count: 40), String(repeating: "記憶は海のように深い。", count: 30),
            String(repeating: "x", count: 1000), "  " + String(repeating: "\r\n", count: 300) + "end",
            String(repeating: "Größe e\u{301}té ", count: 50),
        ]
        for text in texts {
            let before = stub.requests.count
            let vectors = try await embedder.embed([text], as: .passage)
            let pieces = stub.inputs[before...].flatMap { $0 }
            #expect(vectors.count == 1 && pieces.count > 1)
            #expect(pieces.joined() == text)
            #expect(pieces.reduce(0) { $0 + $1.count } == text.count)
        }
        await stub.stop()
    }

    @Test func `a service that refuses every length is not asked forever`() async throws {
        let stub = try Self.strict(0)
        let embedder = try await embedder(at: stub)
        let error = try #require(try await failure { _ = try await embedder.embed([Self.long], as: .passage) })
        #expect(error.code == .refused && error.message.contains("maximum context length is 512 tokens"))
        #expect(stub.requests.count < 12)
        await stub.stop()
    }
}
