import Domain
import Platform
import Storage

/// Where texts are going to be written, as far as their vectors are concerned.
struct EmbeddingTarget: Sendable {
    /// Nil for an archive that is still to be made.
    let models: OwnerModels?
    /// The `embedding_config` that chooses the model of the first vector.
    let configuration: JSONText?

    init(_ models: OwnerModels) {
        self.models = models
        configuration = models.configuration
    }

    init(newArchive configuration: JSONText?) {
        models = nil
        self.configuration = configuration
    }

    /// The handle in an `embedding_config`; older clients name the endpoint's type and the model only.
    static func handle(of configuration: JSONText?) -> ModelHandle? {
        guard let configuration else { return nil }
        let value = configuration.value
        // What is no handle was stored as it came, and names no service.
        if let text = value["handle"]?.string { return try? ModelHandle(text) }
        guard let provider = value["embedding_endpoint_type"]?.string, !provider.isEmpty,
            let model = value["embedding_model"]?.string, !model.isEmpty
        else { return nil }
        return ModelHandle(provider: provider, model: model)
    }
}

/// Vectors of texts that are about to be written.
struct EmbeddedTexts: Sendable {
    struct Part: Sendable {
        let model: EmbeddingModel
        /// In the order of the texts; nil for those that were not embedded.
        let vectors: [EncodedVector?]
    }

    var parts: [Part] = []
}

extension ReadTransaction {
    /// Nil when there is no such archive.
    func embeddingTarget(ofArchive id: String, organization: String) throws -> EmbeddingTarget? {
        guard let link = try archives.links([id], organization: organization).first else { return nil }
        return try vectors.archive(link.key).map(EmbeddingTarget.init)
    }

    /// The archive that an agent's new passages go to. Nil when there is no such agent.
    func embeddingTarget(ofAgent id: String, organization: String) throws -> EmbeddingTarget? {
        if let link = try archives.ofAgent(id).first { return try vectors.archive(link.key).map(EmbeddingTarget.init) }
        return try agents.find(id, organization: organization).map {
            EmbeddingTarget(newArchive: $0.embeddingConfig)
        }
    }
}

extension WriteTransaction {
    /// Stores the vectors of passages that this transaction wrote, all in one archive. False when some of the passages
    /// still wait for a vector: none was made, or the archive's model changed meanwhile.
    func put(_ embedded: EmbeddedTexts, of passages: [PassageKey]) throws -> Bool {
        guard let archive = passages.first?.archive, !embedded.parts.isEmpty else { return passages.isEmpty }
        for part in embedded.parts where part.vectors.contains(where: { $0 != nil }) {
            guard let model = try key(of: part.model, archive) else { continue }
            for (vector, passage) in zip(part.vectors, passages) {
                if let vector { try vectors.put(vector, model: model, written: passage) }
            }
        }
        return try embeddingQueue.settle(passages.map(\.key)) == passages.count
    }

    /// The number of a model in an archive that wants it, or that has none yet and takes it; else nil. The same for the
    /// messages of an agent.
    func key(of model: EmbeddingModel, _ ownerKey: Int, _ kind: VectorKind = .passages) throws -> Int? {
        guard let owner = try vectors.owners([ownerKey], kind).first else { return nil }
        if let wanted = owner.wanted.first(where: { $0.model.id == model.id }) { return wanted.key }
        guard owner.current == nil else { return nil }
        let chosen = try vectors.register(model, at: now)
        try vectors.choose(chosen.key, for: ownerKey, kind)
        return chosen.key
    }
}
