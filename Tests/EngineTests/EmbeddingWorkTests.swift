import Domain
import Platform
import RoostTesting
import Testing

@testable import Engine
@testable import Storage

/// What writing leaves behind is embedded in the background, and archives change their models.
@Suite(.timeLimit(.minutes(10))) struct EmbeddingWorkTests {
    private let local = WordEmbedder()
    private let remote = WordEmbedder("remote", handle: "openai/small", dimensions: 32)

    private var embedders: Embedders {
        let (local, remote) = (local, remote)
        return Embedders(
            local: { local }, remote: { $0.provider == "openai" ? remote : nil }, firstRest: .seconds(3600))
    }

    /// Leaves texts without vectors.
    private func left(_ texts: [String], _ server: TestServer) async throws -> String {
        local.fail(.fails(.unavailable))
        let archive = try await server.newArchive(texts)
        local.fail(nil)
        server.engine.embedders.endOutages()
        return archive
    }

    @Test func `what was left is embedded, in any number of archives`() async throws {
        try await withServer(embedders: embedders) { server in
            let first = (0..<150).map { "first \($0)" }
            _ = try await left(first, server)
            _ = try await left(["second"], server)
            try await server.work()
            #expect(try await server.waiting() == 0)
            let stored = try await server.vectors()
            #expect(stored.count == 151)
            for text in first + ["second"] { #expect(stored.contains(local.stored(text))) }
        }
    }

    @Test func `a service gets as many texts at a call as it likes`() async throws {
        let remote = WordEmbedder("remote", handle: "openai/small", dimensions: 32, preferredBatch: 128)
        let local = local
        try await withServer(embedders: Embedders(local: { local }, remote: { _ in remote })) { server in
            remote.fail(.fails(.unavailable))
            let new = NewArchive(name: "a", embedding: remote.model.handle)
            let archive = try await server.engine.archives.create(new, by: Caller()).id
            let texts = (0..<300).map { NewPassage(text: "text \($0)") }
            _ = try await server.engine.passages.create(texts, inArchive: archive, by: Caller())
            remote.fail(nil)
            let failed = remote.batches.count
            try await server.work()
            #expect(try await server.waiting() == 0)
            #expect(Array(remote.batches[failed...]) == [128, 128, 44])
        }
    }

    @Test func `a model that is out of order is left alone until its time comes`() async throws {
        try await withServer(embedders: embedders) { server in
            _ = try await left((0..<200).map { "text \($0)" }, server)
            local.fail(.fails(.unavailable))
            let failures = local.calls
            try await server.work()
            #expect(local.calls == failures + 1)
            #expect(try await server.waiting() == 200)
            local.fail(nil)
            try await server.work()
            #expect(try await server.waiting() == 0)
        }
    }

    @Test func `one text that a service refuses keeps no other from its vector`() async throws {
        try await withServer(embedders: embedders) { server in
            let texts = (0..<40).map { "text \($0)" } + ["poison"]
            _ = try await left(texts, server)
            local.fail(.refuses(word: "poison"))
            try await server.work()
            #expect(try await server.vectors().count == 40)
            #expect(try await server.waiting() == 1)
            // It is tried again later, not at once and for ever.
            let calls = local.calls
            try await server.work()
            #expect(local.calls == calls)
        }
    }

    @Test func `a service that refuses everything is asked a few times, not for every text`() async throws {
        try await withServer(embedders: embedders) { server in
            _ = try await left((0..<60).map { "text \($0)" }, server)
            local.fail(.fails(.refused))
            let calls = local.calls
            try await server.work()
            #expect(local.calls - calls <= 3)
            #expect(try await server.waiting() == 60)
        }
    }

    @Test func `an archive is searched by its old vectors until all new ones are there`() async throws {
        try await withServer(embedders: embedders) { server in
            let texts = (0..<700).map { "text \($0)" }
            let archive = try await server.newArchive(texts)
            let state = try await server.engine.embedding.reembed(
                archive: archive, with: "openai/small", by: Caller())
            #expect(state.model == local.model && state.next == remote.model)
            #expect(state.passages == 700 && state.embedded == 0)
            var work = EmbeddingWork(engine: server.engine)
            // As much as is looked at in one step.
            _ = try await work.step()
            let halfway = try await server.models(ofArchive: archive)
            #expect(halfway?.current?.model == local.model && halfway?.next?.model == remote.model)
            #expect(try await server.count(archive, local.model) == 700)
            #expect(try await server.count(archive, remote.model) > 0)
            // Written halfway: found by both.
            let engine = server.engine
            _ = try await engine.passages.create([NewPassage(text: "halfway")], inArchive: archive, by: Caller())
            while try await work.step() {}
            let after = try await server.models(ofArchive: archive)
            #expect(after?.current?.model == remote.model && after?.next == nil && after?.isCleaning == false)
            #expect(try await server.count(archive, local.model) == 0)
            #expect(try await server.count(archive, remote.model) == 701)
            #expect(Set(remote.embedded) == Set(texts + ["halfway"]) && remote.embedded.count == 701)
        }
    }

    @Test func `a change that was interrupted goes on where it was`() async throws {
        try await withServer(embedders: embedders) { server in
            let archive = try await server.newArchive((0..<700).map { "text \($0)" })
            _ = try await server.engine.embedding.reembed(archive: archive, with: "openai/small", by: Caller())
            var first = EmbeddingWork(engine: server.engine)
            _ = try await first.step()
            #expect(try await (1..<700).contains(server.count(archive, remote.model)))
            // What knew of the walk is gone.
            try await server.work()
            #expect(try await server.count(archive, remote.model) == 700)
            #expect(remote.embedded.count == 700)
            #expect(try await server.count(archive, local.model) == 0)
        }
    }

    @Test func `a change that is taken back leaves the old vectors and no others`() async throws {
        try await withServer(embedders: embedders) { server in
            let archive = try await server.newArchive((0..<700).map { "text \($0)" })
            let embedding = server.engine.embedding
            _ = try await embedding.reembed(archive: archive, with: "openai/small", by: Caller())
            var work = EmbeddingWork(engine: server.engine)
            _ = try await work.step()
            _ = try await embedding.reembed(archive: archive, with: "roost/words", by: Caller())
            while try await work.step() {}
            #expect(try await server.count(archive, remote.model) == 0)
            #expect(try await server.count(archive, local.model) == 700)
            let models = try await server.models(ofArchive: archive)
            #expect(models?.current?.model == local.model && models?.next == nil && models?.isCleaning == false)
        }
    }

    @Test func `a service that fails in the middle of a change delays it, and nothing is lost`() async throws {
        try await withServer(embedders: embedders) { server in
            let archive = try await server.newArchive((0..<700).map { "text \($0)" })
            _ = try await server.engine.embedding.reembed(archive: archive, with: "openai/small", by: Caller())
            var work = EmbeddingWork(engine: server.engine)
            _ = try await work.step()
            remote.fail(.fails(.unavailable))
            while try await work.step() {}
            #expect(try await server.models(ofArchive: archive)?.current?.model == local.model)
            remote.fail(nil)
            work.tryAgain()
            while try await work.step() {}
            #expect(try await server.count(archive, remote.model) == 700)
            #expect(try await server.models(ofArchive: archive)?.current?.model == remote.model)
        }
    }

    @Test func `texts that are written and changed during a change have the new model's vectors at its end`()
        async throws
    {
        try await withServer(embedders: embedders) { server in
            let agent = try await server.newAgent()
            let passages = server.engine.passages
            let texts = (0..<200).map { NewPassage(text: "text \($0)") }
            let ids = try await passages.create(texts, forAgent: agent, by: Caller()).map(\.id)
            let archive = try await server.get("/v1/archives/").ids[0]
            var patch = AgentPatch()
            patch.embedding = .value("openai/small")
            _ = try await server.engine.agents.update(agent, patch, by: Caller())
            async let worked: Void = server.work()
            for (number, id) in ids.enumerated() where number % 10 == 0 {
                var patch = PassagePatch()
                patch.text = .value("changed \(number)")
                _ = try await passages.update(id, patch, ofAgent: agent, by: Caller())
                _ = try await passages.create([NewPassage(text: "new \(number)")], forAgent: agent, by: Caller())
                if number % 50 == 0 { try await passages.delete(id, ofAgent: agent, by: Caller()) }
            }
            try await worked
            try await server.work()
            #expect(try await server.waiting() == 0)
            #expect(try await server.models(ofArchive: archive)?.current?.model == remote.model)
            try await server.expectVectorsFit(remote, archive)
            #expect(try await server.count(archive, remote.model) == 216)
        }
    }

    @Test func `the worker sees at once what is left behind, and stops in the middle of a call`() async throws {
        try await withServer(embedders: embedders) { server in
            let archive = try await server.newArchive([])
            try await server.choose(archive, local.model)
            let worker = EmbeddingWorker(engine: server.engine, interval: .seconds(3600))
            worker.start()
            try await server.leaveBehind("by hand", archive)
            server.engine.embedding.wakeWorker()
            while try await server.waiting() > 0 { try await Task.sleep(for: .milliseconds(2)) }
            #expect(try await server.vectors() == [local.stored("by hand")])
            local.fail(.hangs)
            let calls = local.calls
            try await server.leaveBehind("never", archive)
            server.engine.embedding.wakeWorker()
            while local.calls == calls { try await Task.sleep(for: .milliseconds(2)) }
            await worker.stop()
            #expect(try await server.waiting() == 1)
        }
    }

    @Test func `the worker notices what another process left, and survives a closed database`() async throws {
        try await withServer(embedders: embedders) { server in
            let archive = try await server.newArchive(["known"])
            let worker = EmbeddingWorker(engine: server.engine, interval: .milliseconds(5))
            worker.start()
            try await server.leaveBehind("from elsewhere", archive)
            while try await server.waiting() > 0 { try await Task.sleep(for: .milliseconds(2)) }
            #expect(try await server.vectors().contains(local.stored("from elsewhere")))
            await server.store.close()
            await worker.stop()
        }
    }

    @Test func `two engines on one file share the work`() async throws {
        try await withServer(embedders: embedders) { server in
            let texts = (0..<300).map { "text \($0)" }
            let archive = try await left(texts, server)
            let second = try server.secondEngine(embedders: embedders)
            async let first: Void = server.work()
            var work = EmbeddingWork(engine: second)
            while try await work.step() {}
            try await first
            #expect(try await server.waiting() == 0)
            try await server.expectVectorsFit(local, archive)
            #expect(try await server.count(archive, local.model) == 300)
            _ = try await second.embedding.reembed(archive: archive, with: "openai/small", by: Caller())
            async let third: Void = server.work()
            while try await work.step() {}
            try await third
            try await server.work()
            #expect(try await server.count(archive, remote.model) == 300)
            #expect(try await server.count(archive, local.model) == 0)
            try await server.expectVectorsFit(remote, archive)
            await second.store.close()
        }
    }

    @Test func `another local model takes the place of the old one at the next start`() async throws {
        try await withServer(embedders: embedders) { server in
            let archive = try await server.newArchive(["one", "two"])
            let better = WordEmbedder("better", handle: "roost/better", dimensions: 16)
            let second = try server.secondEngine(embedders: Embedders(local: { better }))
            let worker = EmbeddingWorker(engine: second, interval: .milliseconds(5))
            worker.start()
            while try await server.models(ofArchive: archive)?.current?.model != better.model {
                try await Task.sleep(for: .milliseconds(2))
            }
            await worker.stop()
            #expect(try await server.count(archive, better.model) == 2)
            await second.store.close()
        }
    }

    @Test func `an archive whose service is gone keeps its vectors and waits for it`() async throws {
        try await withServer(embedders: embedders) { server in
            let archive = try await server.engine.archives.create(
                NewArchive(name: "a", embedding: "openai/small"), by: Caller()
            ).id
            _ = try await server.engine.passages.create([NewPassage(text: "x")], inArchive: archive, by: Caller())
            let local = local
            let second = try server.secondEngine(embedders: Embedders(local: { local }))
            _ = try await second.passages.create([NewPassage(text: "y")], inArchive: archive, by: Caller())
            var work = EmbeddingWork(engine: second)
            while try await work.step() {}
            #expect(try await server.waiting() == 1)
            #expect(try await server.count(archive, remote.model) == 1)
            let status = try await second.embedding.status(by: Caller())
            #expect(
                status.models.map(\.isAvailable) == [false] && status.advice?.contains("openai/small") == true)
            try await server.work()
            #expect(try await server.count(archive, remote.model) == 2)
            await second.store.close()
        }
    }

    @Test func `what has no model waits for one, however long`() async throws {
        try await withServer { server in
            let archive = try await server.newArchive(["one", "two"])
            try await server.work()
            #expect(try await server.waiting() == 2)
            let status = try await server.engine.embedding.status(by: Caller())
            #expect(status.local == nil && status.advice?.contains("docs/embeddings.md") == true)
            let second = try server.secondEngine(embedders: embedders)
            var work = EmbeddingWork(engine: second)
            while try await work.step() {}
            #expect(try await server.waiting() == 0)
            try await server.expectVectorsFit(local, archive)
            await second.store.close()
        }
    }
}

extension TestServer {
    /// Does all there is to do now.
    func work() async throws {
        var work = EmbeddingWork(engine: engine)
        work.tryAgain()
        while try await work.step() {}
    }

    func count(_ archive: String, _ model: EmbeddingModel) async throws -> Int {
        let key = try #require(try await models(ofArchive: archive)).ownerKey
        return try await store.read { transaction in
            guard let known = try transaction.vectors.model(id: model.id) else { return 0 }
            return try transaction.vectors.count(model: known.key, archive: key)
        }
    }

    /// Writes a passage as a process without a model does.
    func leaveBehind(_ text: String, _ archive: String) async throws {
        let draft = try PassageDraft(NewPassage(text: text))
        _ = try await store.write(by: .default) { transaction in
            let link = try transaction.archives.links([archive], organization: Actor.default.organizationID)[0]
            return try transaction.insert([draft], EmbeddedTexts(), into: link).passages.count
        }
    }

    /// Every passage of an archive has the vector of its text and model, and no other.
    func expectVectorsFit(_ embedder: WordEmbedder, _ archive: String) async throws {
        let rows = try await store.read { transaction in
            try transaction.connection.rows(
                """
                SELECT p.text, v.vector, m.id FROM passages p LEFT JOIN passage_vectors v ON v.passage_key = p.key \
                LEFT JOIN embedding_models m ON m.key = v.model_key WHERE p.archive_id = \(archive)
                """
            ) { (text: $0.text(0), vector: EncodedVector(stored: $0.blob(1)), model: $0.text(2)) }
        }
        #expect(!rows.isEmpty)
        for row in rows {
            #expect(row.model == embedder.model.id && row.vector == embedder.stored(row.text), "\(row.text)")
        }
    }

    /// Another process on the same file.
    func secondEngine(embedders: Embedders) throws -> Engine {
        Engine(
            store: try Store.open(StoreConfiguration(path: databasePath), log: .silent), settings: engine.settings,
            metrics: Metrics(), log: .silent, embedders: embedders)
    }
}
