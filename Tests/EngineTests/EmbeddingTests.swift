import Domain
import Platform
import RoostTesting
import Testing

@testable import Engine
@testable import Storage

/// How passages get their vectors when they are written.
@Suite(.timeLimit(.minutes(10))) struct EmbeddingTests {
    private let local = WordEmbedder()

    private var embedders: Embedders {
        let local = local
        return Embedders(local: { local }, firstRest: .seconds(3600))
    }

    @Test func `a passage has its vector when its insertion returns`() async throws {
        try await withServer(embedders: embedders) { server in
            let archive = try await server.newArchive(["a red fox", "a grey wolf"])
            #expect(try await server.vectors() == [local.stored("a red fox"), local.stored("a grey wolf")])
            #expect(try await server.waiting() == 0)
            let models = try await server.models(ofArchive: archive)
            #expect(models?.current?.model == local.model && models?.next == nil)
            #expect(local.embedded == ["a red fox", "a grey wolf"])
        }
    }

    @Test func `an agent's first passage makes its archive and gets its vector too`() async throws {
        try await withServer(embedders: embedders) { server in
            let agent = try await server.newAgent()
            for text in ["first", "second"] {
                _ = try await server.engine.passages.create([NewPassage(text: text)], forAgent: agent, by: Caller())
            }
            #expect(try await server.vectors() == [local.stored("first"), local.stored("second")])
            #expect(try await server.waiting() == 0)
        }
    }

    @Test func `a new text gets a new vector, a new tag costs nothing`() async throws {
        try await withServer(embedders: embedders) { server in
            let agent = try await server.newAgent()
            let passages = server.engine.passages
            let id = try await passages.create([NewPassage(text: "old")], forAgent: agent, by: Caller())[0].id
            var patch = PassagePatch()
            patch.text = .value("new")
            _ = try await passages.update(id, patch, ofAgent: agent, by: Caller())
            #expect(try await server.vectors() == [local.stored("new")])
            patch.tags = .value(["t"])
            _ = try await passages.update(id, patch, ofAgent: agent, by: Caller())
            #expect(try await server.vectors() == [local.stored("new")])
            #expect(local.embedded == ["old", "new"])
            #expect(try await server.waiting() == 0)
        }
    }

    @Test(arguments: [
        WordEmbedder.Fault.fails(.unavailable), .fails(.refused), .fails(.model), .truncates,
    ])
    func `a model that fails loses no passage`(fault: WordEmbedder.Fault) async throws {
        try await withServer(embedders: embedders) { server in
            local.fail(fault)
            let archive = try await server.newArchive(["kept all the same"])
            #expect(try await server.vectors() == [])
            #expect(try await server.waiting() == 1)
            let found = try await server.engine.passages.search(
                "kept", PassageFilter(archiveIDs: [archive]), limit: 1, by: Caller())
            #expect(found.matches.count == 1)
            #expect(server.engine.embedders.lastFailure != nil)
        }
    }

    @Test func `a model that does not answer in time leaves its passages to be embedded later`() async throws {
        try await withServer(embedders: embedders) {
            $0.embeddingSeconds = 0.05
        } _: { server in
            local.fail(.hangs)
            let archive = try await server.newArchive(["one"])
            #expect(try await server.waiting() == 1)
            // Now it is known to have much to do, and the next writer does not wait for it.
            local.fail(nil)
            #expect(server.engine.embedders.isResting(local.model))
            #expect(server.engine.embedders.lastFailure == nil)
            _ = try await server.engine.passages.create([NewPassage(text: "two")], inArchive: archive, by: Caller())
            #expect(try await server.waiting() == 2 && local.embedded == [])
        }
    }

    @Test func `a service whose model cannot be found out is asked once, then left alone`() async throws {
        let asked = Lock(0)
        let local = local
        let embedders = Embedders(
            local: { local },
            remote: { _ in
                asked.withLock { $0 += 1 }
                throw EmbeddingError(.unavailable, "Nothing listens there.")
            }, firstRest: .seconds(3600))
        try await withServer(embedders: embedders) { server in
            let new = NewArchive(name: "a", embedding: "ollama/unheard-of")
            let archive = try await server.engine.archives.create(new, by: Caller()).id
            for text in ["one", "two", "three"] {
                _ = try await server.engine.passages.create([NewPassage(text: text)], inArchive: archive, by: Caller())
            }
            #expect(asked.withLock { $0 } == 1)
            #expect(try await server.waiting() == 3)
            // Who asks for it by name wants to know now.
            await #expect(throws: Refusal.self) {
                _ = try await server.engine.embedding.reembed(archive: archive, with: nil, by: Caller())
            }
            #expect(asked.withLock { $0 } == 2)
            // And the worker after the rest.
            try await server.work()
            #expect(asked.withLock { $0 } == 3)
            #expect(embedders.lastFailure?.error.message == "Nothing listens there.")
        }
    }

    @Test func `a writer waits only so long for a service to say what its model is`() async throws {
        let gate = TestGate()
        let remote = WordEmbedder("remote", handle: "ollama/unheard-of")
        let embedders = Embedders(
            local: { nil },
            remote: { _ in
                await gate.wait()
                return remote
            }, firstRest: .seconds(3600))
        try await withServer(embedders: embedders) {
            $0.embeddingSeconds = 0.05
        } _: { server in
            let new = NewArchive(name: "a", embedding: remote.model.handle)
            let archive = try await server.engine.archives.create(new, by: Caller()).id
            for text in ["one", "two"] {
                _ = try await server.engine.passages.create([NewPassage(text: text)], inArchive: archive, by: Caller())
            }
            #expect(gate.arrived == 1)
            #expect(try await server.waiting() == 2)
            gate.open()
            try await server.work()
            #expect(try await server.waiting() == 0)
            #expect(gate.arrived == 1)
        }
    }

    @Test func `a writer's cancellation ends its waiting for a service`() async throws {
        let gate = TestGate()
        let embedders = Embedders(
            local: { nil },
            remote: { _ in
                await gate.wait()
                return nil
            })
        try await withServer(embedders: embedders) { server in
            let new = NewArchive(name: "a", embedding: "ollama/unheard-of")
            let archive = try await server.engine.archives.create(new, by: Caller()).id
            let engine = server.engine
            let writing = Task {
                try await engine.passages.create([NewPassage(text: "one")], inArchive: archive, by: Caller())
            }
            while gate.arrived == 0 { try await Task.sleep(for: .milliseconds(2)) }
            writing.cancel()
            await #expect(throws: CancellationError.self) { _ = try await writing.value }
            gate.open()
        }
    }

    @Test func `a service gets few texts at first and never more than it likes`() async throws {
        let remote = WordEmbedder("remote", handle: "openai/small", dimensions: 32, preferredBatch: 100)
        let local = local
        try await withServer(embedders: Embedders(local: { local }, remote: { _ in remote })) { server in
            let new = NewArchive(name: "a", embedding: remote.model.handle)
            let archive = try await server.engine.archives.create(new, by: Caller()).id
            let texts = (0..<300).map { "text \($0)" }
            _ = try await server.engine.passages.create(
                texts.map { NewPassage(text: $0) }, inArchive: archive, by: Caller())
            #expect(remote.batches.first == 32 && remote.batches.allSatisfy { $0 <= 100 })
            #expect(remote.embedded == texts)
            #expect(try await server.vectors() == texts.map { remote.stored($0) })
        }
    }

    @Test func `what is deleted or changed is forgotten by the cache of vectors too`() async throws {
        try await withServer(embedders: embedders) { server in
            let archive = try await server.newArchive(["kept", "deleted", "changed"])
            let other = try await server.newArchive(["of another archive", "kept"])
            let texts = ["kept", "deleted", "changed", "of another archive", "unrelated"]
            let hashes = texts.map { ContentHash(of: $0, as: .passage) }
            let model = try await server.store.write(by: .default) { transaction in
                let key = try transaction.vectors.register(local.model, at: transaction.now).key
                for (text, hash) in zip(texts, hashes) {
                    try transaction.embeddingCache.store(
                        [hash: local.vector(of: text)], model: key, at: transaction.now)
                }
                return key
            }
            @Sendable func cached() async throws -> [String] {
                let found = try await server.store.read {
                    try $0.embeddingCache.find(hashes, model: model, at: .now).vectors
                }
                return zip(texts, hashes).filter { found[$1] != nil }.map(\.0)
            }
            let engine = server.engine
            @Sendable func id(_ text: String) async throws -> String {
                let found = try await engine.passages.search(
                    text, PassageFilter(archiveIDs: [archive]), limit: 1, by: Caller())
                return try #require(found.matches.first).passage.id
            }
            try await engine.passages.delete(id("deleted"), fromArchive: archive, by: Caller())
            #expect(try await cached() == ["kept", "changed", "of another archive", "unrelated"])
            let agent = try await server.newAgent()
            try await engine.archives.attach(archive, toAgent: agent, by: Caller())
            var patch = PassagePatch()
            patch.tags = .value(["t"])
            _ = try await engine.passages.update(id("changed"), patch, ofAgent: agent, by: Caller())
            #expect(try await cached().contains("changed"))
            patch.text = .value("new")
            _ = try await engine.passages.update(id("changed"), patch, ofAgent: agent, by: Caller())
            #expect(try await cached() == ["kept", "of another archive", "unrelated"])
            try await engine.archives.delete(other, by: Caller())
            #expect(try await cached() == ["unrelated"])
        }
    }

    @Test func `a text so long that nobody waits for it does not stop the others`() async throws {
        try await withServer(embedders: embedders) {
            $0.embeddingSeconds = 0.05
        } _: { server in
            local.fail(.hangs)
            let archive = try await server.newArchive([String(repeating: "long ", count: 8000)])
            local.fail(nil)
            #expect(!server.engine.embedders.isResting(local.model))
            _ = try await server.engine.passages.create([NewPassage(text: "two")], inArchive: archive, by: Caller())
            #expect(try await server.waiting() == 1)
            #expect(try await server.vectors() == [local.stored("two")])
        }
    }

    @Test func `a local model with much to do is still asked questions, and finishes in the background`() async throws {
        try await withServer(embedders: embedders) {
            $0.embeddingSeconds = 0.05
        } _: { server in
            let archive = try await server.newArchive(["one"])
            var work = EmbeddingWork(engine: server.engine)
            while try await work.step() {}
            local.fail(.hangs)
            _ = try await server.engine.passages.create([NewPassage(text: "two")], inArchive: archive, by: Caller())
            #expect(try await server.waiting() == 1)
            local.fail(nil)
            let found = try await server.engine.passages.search(
                "one", PassageFilter(archiveIDs: [archive]), limit: 1, by: Caller())
            #expect(found.means == .wordsAndMeaning)
            while try await work.step() {}
            #expect(try await server.waiting() == 0)
        }
    }

    @Test func `a caller who goes away while a text is embedded writes nothing`() async throws {
        try await withServer(embedders: embedders) { server in
            let archive = try await server.newArchive([])
            local.fail(.hangs)
            let engine = server.engine
            let writing = Task {
                try await engine.passages.create([NewPassage(text: "one")], inArchive: archive, by: Caller())
            }
            writing.cancel()
            await #expect(throws: CancellationError.self) { _ = try await writing.value }
            let count = try await server.store.read { try $0.counts().passages }
            #expect(count == 0)
        }
    }

    @Test func `many texts are embedded in pieces, each with its own vector`() async throws {
        try await withServer(embedders: embedders) { server in
            let texts = (0..<100).map { "number \($0)" }
            _ = try await server.newArchive(texts)
            #expect(try await server.vectors() == texts.map { local.stored($0) })
            #expect(try await server.waiting() == 0)
        }
    }

    @Test func `without a model passages are kept and wait`() async throws {
        try await withServer { server in
            let archive = try await server.newArchive(["one", "two"])
            #expect(try await server.waiting() == 2)
            #expect(try await server.models(ofArchive: archive)?.current == nil)
        }
    }

    @Test func `a handle without a service gets the local model and is kept`() async throws {
        try await withServer(embedders: embedders) { server in
            let archive = try await server.engine.archives.create(
                NewArchive(name: "a", embedding: "openai/text-embedding-3-small"), by: Caller())
            _ = try await server.engine.passages.create([NewPassage(text: "x")], inArchive: archive.id, by: Caller())
            #expect(try await server.models(ofArchive: archive.id)?.current?.model == local.model)
            let kept = try await server.engine.archives.find(archive.id, by: Caller())
            #expect(kept.embeddingConfig?.value["handle"] == "openai/text-embedding-3-small")
        }
    }

    @Test func `an archive keeps the model it has when another one becomes possible`() async throws {
        let remote = WordEmbedder("remote", handle: "openai/text-embedding-3-small", dimensions: 32)
        let hasKey = Lock(false)
        let local = local
        let embedders = Embedders(local: { local }, remote: { _ in hasKey.withLock { $0 } ? remote : nil })
        try await withServer(embedders: embedders) { server in
            let new = NewArchive(name: "a", embedding: remote.model.handle)
            let old = try await server.engine.archives.create(new, by: Caller()).id
            @Sendable func add(_ text: String, _ archive: String) async throws -> EmbeddingModel? {
                _ = try await server.engine.passages.create([NewPassage(text: text)], inArchive: archive, by: Caller())
                return try await server.models(ofArchive: archive)?.current?.model
            }
            #expect(try await add("one", old) == local.model)
            hasKey.withLock { $0 = true }
            #expect(try await add("two", old) == local.model)
            let young = try await server.engine.archives.create(new, by: Caller()).id
            #expect(try await add("three", young) == remote.model)
            #expect(try await server.waiting() == 0)
            #expect(remote.embedded == ["three"])
        }
    }

    @Test func `while an archive changes its model new passages get both vectors`() async throws {
        let next = WordEmbedder("next", handle: "openai/next", dimensions: 32)
        let local = local
        try await withServer(embedders: Embedders(local: { local }, remote: { _ in next })) { server in
            let archive = try await server.newArchive(["old"])
            try await server.change(archive, to: next.model)
            _ = try await server.engine.passages.create([NewPassage(text: "new")], inArchive: archive, by: Caller())
            #expect(try await server.waiting() == 0)
            #expect(try await server.vectors() == [local.stored("old"), local.stored("new"), next.stored("new")])
            next.fail(.fails(.unavailable))
            _ = try await server.engine.passages.create([NewPassage(text: "newer")], inArchive: archive, by: Caller())
            // Searchable at once by the model that is searched; the other vector follows.
            #expect(try await server.vectors().contains(local.stored("newer")))
            #expect(try await server.waiting() == 1)
        }
    }

    @Test func `a model that changes between embedding and writing leaves the passage waiting`() async throws {
        let gate = TestGate()
        let local = WordEmbedder(gate: gate)
        let next = WordEmbedder("next", handle: "openai/next")
        let embedders = Embedders(local: { local }, remote: { _ in next })
        try await withServer(embedders: embedders) { server in
            let new = NewArchive(name: "a", embedding: "letta/letta-free")
            let archive = try await server.engine.archives.create(new, by: Caller()).id
            let engine = server.engine
            async let written = engine.passages.create([NewPassage(text: "x")], inArchive: archive, by: Caller())
            while gate.arrived == 0 { try await Task.sleep(for: .milliseconds(2)) }
            try await server.choose(archive, next.model)
            gate.open()
            _ = try await written
            #expect(try await server.waiting() == 1)
            #expect(try await server.vectors() == [])
        }
    }

    @Test func `a local model that cannot be loaded is no model, and says why`() async throws {
        let embedders = Embedders(local: { throw EmbeddingError(.model, "The folder is damaged.") })
        try await withServer(embedders: embedders) { server in
            _ = try await server.newArchive(["one"])
            #expect(try await server.waiting() == 1)
            #expect(embedders.localProblem?.message == "The folder is damaged.")
        }
    }
}

extension WordEmbedder {
    /// The vector of a text as it is stored.
    func stored(_ text: String) -> EncodedVector { EncodedVector(vector(of: text)) }
}

extension TestServer {
    /// A new archive with these texts, which gets the local model.
    func newArchive(_ texts: [String]) async throws -> String {
        let new = NewArchive(name: "a", embedding: "letta/letta-free")
        let archive = try await engine.archives.create(new, by: Caller()).id
        _ = try await engine.passages.create(texts.map { NewPassage(text: $0) }, inArchive: archive, by: Caller())
        return archive
    }

    func newAgent() async throws -> String {
        try await post("/v1/agents/", ["name": "a", "embedding": "letta/letta-free"]).id
    }

    /// Every stored vector, in the order they were written.
    func vectors() async throws -> [EncodedVector] {
        try await store.read { transaction in
            try transaction.connection.rows("SELECT vector FROM passage_vectors ORDER BY key") {
                EncodedVector(stored: $0.blob(0))
            }
        }
    }

    func waiting() async throws -> Int { try await store.read { try $0.embeddingQueue.count() } }

    func models(ofArchive id: String) async throws -> OwnerModels? {
        try await store.read { transaction in
            let link = try transaction.archives.links([id], organization: Actor.default.organizationID).first
            return try link.flatMap { try transaction.vectors.archive($0.key) }
        }
    }

    /// Begins to change an archive's model, without anybody who makes the vectors.
    func change(_ archive: String, to model: EmbeddingModel) async throws {
        let key = try #require(try await models(ofArchive: archive)).ownerKey
        try await store.write(by: .default) { transaction in
            let model = try transaction.vectors.register(model, at: transaction.now)
            try transaction.vectors.change(archive: key, to: model.key)
        }
    }

    /// Gives an archive that has no model this one.
    func choose(_ archive: String, _ model: EmbeddingModel) async throws {
        let key = try #require(try await models(ofArchive: archive)).ownerKey
        try await store.write(by: .default) { transaction in
            let model = try transaction.vectors.register(model, at: transaction.now)
            try transaction.vectors.choose(model.key, for: key)
        }
    }
}
