import Glibc

/// The folder beside the database with the files of the vector indexes. Everything in it can be made again from the
/// database.
struct VectorFolder: Sendable {
    /// Of a file that is being written, before the number of the process.
    static let partSuffix = ".part-"
    private static let indexSuffix = ".index"

    /// A file: the kind of texts and the model that its vectors are of.
    struct Name: Hashable {
        let kind: VectorKind
        let model: Int
    }

    let path: String

    init(database: String) { path = database + "-vectors" }

    func file(of model: Int, _ kind: VectorKind = .passages) -> String { path + "/\(model)" + kind.fileSuffix }

    func file(_ name: Name) -> String { file(of: name.model, name.kind) }

    func make() throws {
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
            throw StoreError(
                .cannotOpen, "The folder of the vector index cannot be made: \(String(cString: strerror(errno))).")
        }
    }

    /// The files that there are.
    var files: [Name] {
        names.compactMap { text in
            for kind in VectorKind.allCases where text.hasSuffix(kind.fileSuffix) {
                if let model = Int(text.dropLast(kind.fileSuffix.utf8.count)) { return Name(kind: kind, model: model) }
            }
            return nil
        }
    }

    func remove(_ name: Name) { unlink(file(name)) }

    /// The header of a file; nil when there is none that is whole.
    func header(_ model: Int, _ kind: VectorKind = .passages) -> VectorFileHeader? {
        let descriptor = Glibc.open(file(of: model, kind), O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var page = [UInt8](repeating: 0, count: VectorFileLayout.page)
        guard pread(descriptor, &page, page.count, 0) == page.count else { return nil }
        return page.withUnsafeBytes { VectorFileHeader($0) }
    }

    /// Removes what a process that was killed left unfinished. Only for who holds the lock.
    func removeParts() {
        for name in names where name.contains(Self.indexSuffix + Self.partSuffix) { unlink(path + "/" + name) }
    }

    /// What all files take.
    var bytes: Int {
        files.reduce(0) { sum, name in
            var status = stat()
            return stat(file(name), &status) == 0 ? sum + Int(status.st_size) : sum
        }
    }

    private var names: [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            names.append(name)
        }
        return names
    }

    /// Runs a body while no other process writes here; nil when one does.
    func locked<T>(_ body: () throws -> T) throws -> T? {
        try make()
        let descriptor = Glibc.open(path + "/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw StoreError(
                .cannotOpen, "The folder of the vector index cannot be used: \(String(cString: strerror(errno))).")
        }
        // The lock goes with the descriptor, also when the process is killed.
        defer { close(descriptor) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return nil }
        return try body()
    }
}
