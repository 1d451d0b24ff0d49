import Domain
import Engine
import Models
import Platform
import Storage

/// What `roost doctor` says about embedding models and the vectors of passages.
struct EmbeddingCheck: Sendable {
    let settings: Settings

    /// Of the model in this process only: doctor asks no service.
    private var embedders: Embedders { Embedders(local: { [settings] in try await Assembly.localEmbedder(settings) }) }

    private typealias Finding = Examination.Finding

    func findings() async -> [Examination.Finding] {
        var findings = [await model()]
        guard FileText.exists(settings.database) else { return findings }
        do {
            let store = try Store.open(Assembly.storage(settings), log: .silent)
            let state: Result<State, any Error>
            do { state = .success(try await store.read { try State($0) }) } catch { state = .failure(error) }
            await store.close()
            findings += await self.findings(try state.get())
        } catch {
            // The check of the database says what is wrong with it.
        }
        return findings
    }

    /// What the database tells.
    private struct State: Sendable {
        let waiting: Int
        let models: [RegisteredModel]
        let counts: [Int: Int]
        let handles: [String]

        init(_ transaction: ReadTransaction) throws {
            waiting = try transaction.embeddingQueue.count()
            models = try transaction.vectors.models()
            counts = try transaction.vectors.archiveCounts()
            handles = try transaction.archives.embeddingConfigs().compactMap { $0.value["handle"]?.string }
        }
    }

    private func model() async -> Finding {
        guard let configured = settings.localModel.localModel(home: settings.home) else {
            if settings.localModel.model != nil {
                return Finding(
                    check: "embedding", state: .ok,
                    message: "The local embedding model is switched off: without a service, words alone find.")
            }
            return Finding(
                check: "embedding", state: .warning,
                message: "No embedding model is installed: without a service, words alone find.",
                advice: "'make bootstrap' in the source installs one, or name a folder with ROOST_EMBEDDING_MODEL.")
        }
        let embedders = self.embedders
        guard let embedder = await embedders.local() else {
            return Finding(
                check: "embedding", state: .error,
                message: embedders.localProblem?.message ?? "\(configured.folder) holds no model that can be used.",
                advice: "Name another folder with ROOST_EMBEDDING_MODEL, or none; see docs/embeddings.md.")
        }
        // The weights are not looked at when a model is opened.
        do { try await (embedder as? LocalEmbedder)?.verify() } catch {
            return Finding(
                check: "embedding", state: .error, message: (error as? EmbeddingError)?.message ?? "\(error)",
                advice: "Delete that file and start the server again. What was written since it was damaged may have "
                    + "wrong vectors: write it again.")
        }
        let local = embedder.model
        return Finding(
            check: "embedding", state: .ok,
            message: "\(local.handle), \(local.dimensions) dimensions, in \(configured.folder).")
    }

    private func findings(_ state: State) async -> [Finding] {
        var findings: [Finding] = []
        let named = (state.handles + [settings.defaultEmbedding].compactMap { $0 }).uniqued
        let missing = named.filter { !isSetUp($0) }
        if !missing.isEmpty {
            findings.append(
                Finding(
                    check: "embedding", state: .warning,
                    message: "Not set up: the service of \(missing.prefix(5).joined(separator: ", ")). The local model "
                        + "stands in where there is one.",
                    advice: "Set its key or address (docs/configuration.md), then 'roost embeddings reembed ARCHIVE'."))
        }
        let local = await embedders.local()?.model
        for known in state.models {
            let archives = state.counts[known.key] ?? 0
            guard archives > 0, known.model.id != local?.id, !isSetUp(known.model.handle, orLocal: false) else {
                continue
            }
            findings.append(
                Finding(
                    check: "embedding", state: .warning,
                    message: "\(archives) archives have vectors of \(known.model.handle), which is not here: they are "
                        + "searched by words only.",
                    advice: "Set it up again, or choose another: roost embeddings reembed ARCHIVE --embedding HANDLE"))
        }
        if state.waiting > 0 {
            findings.append(
                Finding(
                    check: "embedding", state: .warning,
                    message:
                        "\(state.waiting == 1 ? "1 passage waits for its vector" : "\(state.waiting) passages wait for their vectors").",
                    advice: "A running server makes them; without one: roost embeddings run"))
        }
        return findings
    }

    /// Whether a handle means a model of a service that is set up, or the local one.
    private func isSetUp(_ text: String, orLocal: Bool = true) -> Bool {
        // What is no handle names no service.
        guard let handle = try? ModelHandle(text) else { return orLocal }
        return handle.isLocalEmbedding ? orLocal : settings.providers.contains { $0.name == handle.provider }
    }
}
