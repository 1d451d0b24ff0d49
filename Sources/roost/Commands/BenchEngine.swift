import Domain
import Engine
import Glibc
import Models
import Platform
import Storage

/// Whole searches, as a route makes them: embedding the question, both halves, and the ranking.
struct BenchEngine: Sendable {
    private let engine: Engine
    private let embedder: BenchEmbedder
    private let database: BenchDatabase

    init(_ database: BenchDatabase, _ model: LocalEmbedder?) {
        self.database = database
        let embedder = BenchEmbedder(model: database.embeddingModel, real: model)
        self.embedder = embedder
        engine = Engine(
            store: database.store, settings: EngineSettings(), metrics: Metrics(),
            log: Log(level: .error, isJSON: false), embedders: Embedders(local: { embedder }))
    }

    /// What the time of a search includes.
    var name: String {
        embedder.isReal ? "whole search, embedding included" : "whole search, without embedding (no local model)"
    }

    /// The processor time of the whole process for one search, in milliseconds.
    func search(_ number: Int) async throws -> Double {
        let text = database.words.question(number, passages: database.size.passages)
        embedder.expect(text, as: database.question(number))
        var filter = PassageFilter(archiveIDs: nil)
        if database.size.archives > 1 {
            let links = try await database.archives()
            filter.archiveIDs = [links[number * 7919 % links.count].id]
        }
        let start = Self.processMilliseconds
        // As requests do: they run on the readers' threads.
        try await withTaskExecutorPreference(database.store.executor) {
            _ = try await engine.passages.search(text, filter, limit: 10, by: Caller())
        }
        return Self.processMilliseconds - start
    }

    func finish() async { await engine.accesses.flush() }

    private static var processMilliseconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) / 1e6
    }
}

/// Embeds an ordinary question with the local model, for what that costs, and gives the made-up vector: the passages' are
/// made up, too.
private final class BenchEmbedder: Embedder {
    let model: EmbeddingModel
    private let real: LocalEmbedder?
    private let expected = Lock<[String: [Float]]>([:])
    private let count = Lock(0)

    init(model: EmbeddingModel, real: LocalEmbedder?) {
        self.model = model
        self.real = real
    }

    var isReal: Bool { real != nil }

    func expect(_ text: String, as vector: [Float]) { expected.withLock { $0 = [text: vector] } }

    func embed(_ texts: [String], as purpose: EmbeddingPurpose) async throws -> [[Float]] {
        // Made-up words would be spelled out letter by letter.
        let number = count.withLock { count in
            count += 1
            return count
        }
        _ = try await real?.embed(["Which of the \(number) deploys failed last week?"], as: purpose)
        return expected.withLock { expected in texts.compactMap { expected[$0] } }
    }
}
