/// Writes files of vector indexes and takes what they hold out of the log.
struct VectorUpkeep {
    let file: SQLiteFile
    let folder: VectorFolder
    var isCancelled: @Sendable () -> Bool = { false }

    private var tuning: VectorTuning { file.configuration.vectorTuning }
    private static let prunedAtOnce = 5000

    /// Writes an index's file, then shortens the log. False when another process is at it, or it was cancelled.
    func write(_ index: VectorIndex) throws -> Bool {
        let connection = try file.open()
        defer { connection.close() }
        return try folder.locked {
            folder.removeParts()
            guard try write(index.name, index.modelID, index.dimensions, connection) else { return false }
            try shortenLog(index.kind, connection)
            return true
        } ?? false
    }

    private func write(
        _ name: VectorFolder.Name, _ id: String, _ dimensions: Int, _ connection: SQLiteConnection
    ) throws -> Bool {
        let writer = VectorFileWriter(
            connection: connection, kind: name.kind, model: name.model, modelID: id, dimensions: dimensions,
            isCancelled: isCancelled)
        return try writer.write(to: folder.file(name))
    }

    /// Removes what all files hold. A file without news for long is written anew first, one of no model is removed.
    private func shortenLog(_ kind: VectorKind, _ connection: SQLiteConnection) throws {
        let newest = try VectorLog(connection: connection, kind: kind, model: 0).newest().seq
        let models = try connection.rows("SELECT key, id, dimensions FROM embedding_models") {
            (key: $0.int(0), id: $0.text(1), dimensions: $0.int(2))
        }
        var held = newest
        for name in folder.files where name.kind == kind {
            guard let model = models.first(where: { $0.key == name.model }) else {
                folder.remove(name)
                continue
            }
            var position = folder.header(name.model, kind)?.position.seq ?? 0
            if position < newest - tuning.mostBehind, try write(name, model.id, model.dimensions, connection) {
                position = folder.header(name.model, kind)?.position.seq ?? 0
            }
            held = min(held, position)
        }
        let end = held - tuning.slack
        while !isCancelled() {
            let first = try connection.count("SELECT min(seq) FROM \(sql: kind.changes)")
            guard first > 0, first < end else { return }
            let last = min(first + Self.prunedAtOnce, end)
            try connection.inWriteTransaction {
                try connection.execute("DELETE FROM \(sql: kind.changes) WHERE seq < \(last)")
            }
        }
    }
}
