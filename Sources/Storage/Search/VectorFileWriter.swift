import CVectorMath
import Glibc

/// Writes the file of one model's index from what the database holds. The database is read a piece at a time, so neither
/// its writer nor its log has to wait; what changes meanwhile is in the log after the file's position, and is applied by
/// whoever uses the file. The file gets its name when it is complete and on the disk.
struct VectorFileWriter {
    let connection: any Connection
    var kind = VectorKind.passages
    let model: Int
    let modelID: String
    let dimensions: Int
    /// Asked between pieces; true gives up.
    let isCancelled: () -> Bool

    private struct Place {
        let archive: Int
        let passage: Int
        let row: Int
    }

    private static let keysAtOnce = 20_000
    private static let vectorsAtOnce = 2000

    /// Returns false when it was cancelled. Throws `StoreError` when the file cannot be written.
    func write(to path: String) throws -> Bool {
        let position = try VectorLog(connection: connection, kind: kind, model: model).newest()
        guard let places = try places() else { return false }
        let starts = places.indices.filter { $0 == 0 || places[$0].archive != places[$0 - 1].archive }
        let layout = VectorFileLayout(dimensions: dimensions, rows: places.count, archives: starts.count)
        let file = try WrittenFile(beside: path, size: layout.size)
        writeKeys(places, starts, layout, file.start)
        guard try writeVectors(places, layout, file) else { return false }
        let body = layout.size - VectorFileLayout.page
        let header = VectorFileHeader(
            layout, model: model, modelID: modelID, position,
            checksum: roost_checksum(file.start + VectorFileLayout.page, body),
            directoryChecksum: roost_checksum(file.start + layout.directory, layout.directoryBytes))
        file.start.copyMemory(from: header.bytes, byteCount: VectorFileLayout.page)
        try file.finish()
        return true
    }

    // MARK: Reading

    /// What goes into the file, in its order; nil when cancelled.
    private func places() throws -> [Place]? {
        var places: [Place] = []
        var last = -1
        while true {
            if isCancelled() { return nil }
            let some = try connection.rows(
                """
                SELECT key, \(sql: kind.ownerKey), \(sql: kind.textKey) FROM \(sql: kind.vectors) \
                WHERE key > \(last) AND model_key = \(model) AND length(vector) = \(dimensions * 2) \
                ORDER BY key LIMIT \(Self.keysAtOnce)
                """
            ) { Place(archive: $0.int(1), passage: $0.int(2), row: $0.int(0)) }
            places += some
            guard let end = some.last, some.count == Self.keysAtOnce else { break }
            last = end.row
        }
        places.sort { ($0.archive, $0.passage, $0.row) < ($1.archive, $1.passage, $1.row) }
        // A vector that was replaced between two pieces may have been read twice.
        var unique: [Place] = []
        unique.reserveCapacity(places.count)
        for place in places {
            if let last = unique.last, last.passage == place.passage, last.archive == place.archive {
                unique.removeLast()
            }
            unique.append(place)
        }
        return unique
    }

    // MARK: Writing

    private func writeKeys(
        _ places: [Place], _ starts: [Int], _ layout: VectorFileLayout, _ start: UnsafeMutableRawPointer
    ) {
        func part<T>(_ offset: Int, _ type: T.Type) -> UnsafeMutablePointer<T> {
            (start + offset).assumingMemoryBound(to: type)
        }
        let directory = part(layout.directory, Int64.self)
        for (entry, first) in starts.enumerated() {
            let end = entry + 1 < starts.count ? starts[entry + 1] : places.count
            directory[entry * 3] = Int64(places[first].archive)
            directory[entry * 3 + 1] = Int64(first)
            directory[entry * 3 + 2] = Int64(end - first)
        }
        let passages = part(layout.passages, Int64.self)
        let rowKeys = part(layout.rowKeys, Int64.self)
        for (row, place) in places.enumerated() {
            passages[row] = Int64(place.passage)
            rowKeys[row] = Int64(place.row)
        }
        let sorted = places.indices.sorted { places[$0].passage < places[$1].passage }
        let sortedPassages = part(layout.sortedPassages, Int64.self)
        let sortedRows = part(layout.sortedRows, UInt32.self)
        for (index, row) in sorted.enumerated() {
            sortedPassages[index] = Int64(places[row].passage)
            sortedRows[index] = UInt32(row)
        }
    }

    /// Reads the vectors in the order in which the database keeps them; false when cancelled.
    private func writeVectors(_ places: [Place], _ layout: VectorFileLayout, _ file: WrittenFile) throws -> Bool {
        let order = places.indices.sorted { places[$0].row < places[$1].row }
        let bytes = (file.start + layout.bytes).assumingMemoryBound(to: UInt8.self)
        let scales = (file.start + layout.scales).assumingMemoryBound(to: Float.self)
        let signs = (file.start + layout.signs).assumingMemoryBound(to: UInt64.self)
        var vector = [Float](repeating: 0, count: dimensions)
        var next = 0
        while next < order.count {
            if isCancelled() { return false }
            let end = min(next + Self.vectorsAtOnce, order.count)
            _ = try connection.rows(
                """
                SELECT key, vector FROM \(sql: kind.vectors) WHERE key BETWEEN \(places[order[next]].row) \
                AND \(places[order[end - 1]].row) AND model_key = \(model) ORDER BY key
                """
            ) { stored in
                let key = stored.int(0)
                while next < end, places[order[next]].row < key { next += 1 }
                // A row that is missing, new or of another size changed meanwhile: the log says so.
                guard next < end, places[order[next]].row == key else { return }
                let halves = stored.blob(1)
                guard halves.count == dimensions * 2 else { return }
                let row = order[next]
                halves.withUnsafeBytes {
                    roost_floats_from_halves($0.baseAddress?.assumingMemoryBound(to: UInt16.self), &vector, dimensions)
                }
                scales[row] = roost_put_bytes(vector, dimensions, bytes + row * layout.stride)
                roost_put_signs(vector, dimensions, signs, row)
            }
            next = end
            file.letGo()
        }
        return true
    }
}

/// A file that is written through memory and appears under its name when it is finished.
private final class WrittenFile {
    let start: UnsafeMutableRawPointer
    private let path: String
    private let temporary: String
    private let descriptor: Int32
    private let size: Int
    private var isFinished = false

    init(beside path: String, size: Int) throws {
        self.path = path
        self.size = size
        temporary = path + VectorFolder.partSuffix + String(getpid())
        unlink(temporary)
        descriptor = Glibc.open(temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.failure(errno) }
        // Space is taken now: without it, writing to the mapped memory would be a signal.
        let code = posix_fallocate(descriptor, 0, size)
        let mapped = code == 0 ? mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0) : nil
        guard let mapped, mapped != MAP_FAILED else {
            let reason = code == 0 ? errno : code
            close(descriptor)
            unlink(temporary)
            throw Self.failure(reason)
        }
        start = mapped
    }

    deinit {
        munmap(start, size)
        close(descriptor)
        if !isFinished { unlink(temporary) }
    }

    /// Lets the kernel have the memory; what was written stays.
    func letGo() { madvise(start, size, MADV_DONTNEED) }

    func finish() throws {
        guard fsync(descriptor) == 0, rename(temporary, path) == 0 else { throw Self.failure(errno) }
        isFinished = true
        let folder = Glibc.open(String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]), O_RDONLY | O_CLOEXEC)
        guard folder >= 0 else { return }
        fsync(folder)
        close(folder)
    }

    private static func failure(_ code: Int32) -> StoreError {
        StoreError(
            code == ENOSPC || code == EDQUOT ? .full : .cannotOpen,
            "The file of the vector index cannot be written: \(String(cString: strerror(code))).")
    }
}
