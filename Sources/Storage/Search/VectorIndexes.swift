import Platform

/// The indexes of a store, one for each kind of texts and each model whose vectors are searched.
final class VectorIndexes: Sendable {
    private struct Name: Hashable {
        let kind: VectorKind
        let model: Int
    }

    private let files: VectorFiles?
    private let indexes = Lock<[Name: VectorIndex]>([:])

    /// - Parameter files: nil keeps everything in memory.
    init(_ files: VectorFiles? = nil) { self.files = files }

    /// The index of a model; nil when the database does not know the model.
    func index(_ kind: VectorKind, of model: Int, _ connection: any Connection) throws -> VectorIndex? {
        let known = try connection.first("SELECT id, dimensions FROM embedding_models WHERE key = \(model)") {
            (id: $0.text(0), dimensions: $0.int(1))
        }
        guard let known, known.dimensions > 0 else { return nil }
        return indexes.withLock { indexes in
            let name = Name(kind: kind, model: model)
            if let index = indexes[name], index.modelID == known.id, index.dimensions == known.dimensions {
                return index
            }
            let index = VectorIndex(kind, model: model, modelID: known.id, dimensions: known.dimensions, files)
            indexes[name] = index
            return index
        }
    }

    func close() async { await files?.close() }
}
