import Domain
import Glibc
import Platform

/// The files of a model's folder, read when they are asked for.
struct FolderFiles: Sendable {
    let path: String

    /// A file's contents, nil when it is not there. Throws when it cannot be read or is larger than `limit`.
    func bytes(_ name: String, limit: Int = 64 << 20) throws(EmbeddingError) -> [UInt8]? {
        let file = "\(path)/\(name)"
        var status = stat()
        guard stat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        guard status.st_size <= limit else {
            throw EmbeddingError(.model, "\(file) has \(status.st_size) bytes; such a file has less than \(limit).")
        }
        if status.st_size == 0 { return [] }
        let mapped = try MappedFile(path: file)
        return withExtendedLifetime(mapped) { Array(mapped.bytes) }
    }

    /// A file of JSON, nil when it is not there.
    func json(_ name: String) throws(EmbeddingError) -> JSONValue? {
        guard let bytes = try bytes(name) else { return nil }
        do throws(JSONError) { return try JSONValue(parsing: bytes) } catch {
            throw EmbeddingError(.model, "\(path)/\(name) is not JSON: \(error.description). Download it again.")
        }
    }

    func contains(_ name: String) -> Bool { access("\(path)/\(name)", F_OK) == 0 }
}

/// What tells that files have changed without reading them: their names, sizes and times.
struct FileStamps: Sendable, Equatable {
    private var entries: [Entry] = []

    private struct Entry: Sendable, Equatable {
        let name: String
        /// -1 when there is no such file.
        let size: Int64
        let seconds: Int64
        let nanoseconds: Int64
    }

    init(of names: [String], in folder: String) { entries = names.map { Self.entry($0, folder) } }

    private static func entry(_ name: String, _ folder: String) -> Entry {
        var status = stat()
        guard stat("\(folder)/\(name)", &status) == 0 else {
            return Entry(name: name, size: -1, seconds: 0, nanoseconds: 0)
        }
        return Entry(
            name: name, size: Int64(status.st_size), seconds: Int64(status.st_mtim.tv_sec),
            nanoseconds: Int64(status.st_mtim.tv_nsec))
    }

    /// Whether the same files are in the folder now, unchanged.
    func match(_ folder: String) -> Bool {
        !entries.isEmpty && entries.allSatisfy { Self.entry($0.name, folder) == $0 }
    }

    var json: JSONValue {
        .array(
            entries.map { entry in
                [
                    "name": .string(entry.name), "size": .int(entry.size), "seconds": .int(entry.seconds),
                    "nanoseconds": .int(entry.nanoseconds),
                ]
            })
    }

    /// Nothing matches stamps that cannot be read.
    init(_ json: JSONValue?) {
        for value in json?.array ?? [] {
            guard let name = value["name"]?.string, let size = value["size"]?.int,
                let seconds = value["seconds"]?.int, let nanoseconds = value["nanoseconds"]?.int
            else {
                entries = []
                return
            }
            entries.append(
                Entry(name: name, size: Int64(size), seconds: Int64(seconds), nanoseconds: Int64(nanoseconds)))
        }
    }
}
