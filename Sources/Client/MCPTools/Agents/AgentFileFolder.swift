import Glibc
import MCP
import Platform

/// The one folder in which tools read and write agent files: the client's, on its own machine. Paths come from a model, so
/// nothing outside is touched, whatever `..` and symbolic links say.
struct AgentFileFolder: Sendable {
    private let folder: String
    /// What to do without a path.
    private let instead: String

    static let largest = 256 << 20

    /// Throws `ToolError` over HTTP, where a path would be one of another machine.
    /// - Parameter instead: what to do without a path.
    init(_ call: ToolCall, instead: String) throws {
        guard call.context.isLocal else {
            throw ToolError("Paths of files are taken over stdio only, not over HTTP.", hints: [instead])
        }
        folder = call.session.scope.folder ?? "."
        self.instead = instead
    }

    /// Throws `ToolError` for what is outside, not there, or no plain file.
    func read(_ path: String) async throws -> [UInt8] {
        try await BlockingThread.run(name: "agent-file") { try OpenFolder(folder, instead).read(path) }
    }

    /// Writes a file that its owner alone can read, in one step; gives its whole path. A file that is there is replaced only
    /// when it is an agent file itself.
    func write(_ bytes: [UInt8], to path: String) async throws -> String {
        try await BlockingThread.run(name: "agent-file") { try OpenFolder(folder, instead).write(bytes, to: path) }
    }
}

/// The folder during one reading or writing, which blocks: disks and network drives take their time.
private struct OpenFolder {
    /// Without symbolic links.
    private let root: String

    init(_ folder: String, _ instead: String) throws {
        guard let root = FileText.resolved(folder), root != "/" else {
            throw ToolError("There is no folder for agent files: start the server in one.", hints: [instead])
        }
        self.root = root
    }

    // MARK: Reading

    func read(_ path: String) throws -> [UInt8] {
        guard let resolved = FileText.resolved(try whole(path)) else { throw failure(path, "cannot be read") }
        try requireInside(resolved, path)
        // Without waiting, for a pipe that nobody writes to.
        let descriptor = open(resolved, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { throw failure(path, "cannot be read") }
        defer { close(descriptor) }
        // Once more for what was opened: a folder on the way may have become a link since.
        try requireInside(Self.place(of: descriptor), path)
        return try contents(of: descriptor, path)
    }

    private func contents(of descriptor: Int32, _ path: String) throws -> [UInt8] {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw ToolError("'\(path)' is not a file.")
        }
        guard status.st_size <= AgentFileFolder.largest else {
            throw ToolError("'\(path)' is larger than \(AgentFileFolder.largest >> 20) MB.")
        }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure(path, "cannot be read") }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
            // It may grow while it is read.
            guard bytes.count <= AgentFileFolder.largest else {
                throw ToolError("'\(path)' is larger than \(AgentFileFolder.largest >> 20) MB.")
            }
        }
    }

    // MARK: Writing

    func write(_ bytes: [UInt8], to path: String) throws -> String {
        let (folder, name) = try writable(path)
        // Held open, so that every step is in this very folder, whatever its path leads to by then.
        let place = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
        guard place >= 0 else { throw failure(path, "cannot be written") }
        defer { close(place) }
        try requireInside(Self.place(of: place).map { $0 + "/" + name }, path)
        try requireReplaceable(name, in: place, path)
        let draft = name + ".new-" + Identifier.uuid()
        let descriptor = openat(place, draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw failure(path, "cannot be written") }
        let isWritten = writeAll(bytes, to: descriptor) && fsync(descriptor) == 0
        let problem = isWritten ? nil : failure(path, "cannot be written")
        close(descriptor)
        if problem == nil, renameat(place, draft, place, name) == 0 { return folder + "/" + name }
        let refusal = problem ?? failure(path, "cannot be written")
        unlinkat(place, draft, 0)
        throw refusal
    }

    /// The folder and the name in it.
    private func writable(_ path: String) throws -> (folder: String, name: String) {
        let parts = try whole(path).split(separator: "/", omittingEmptySubsequences: false)
        guard let name = parts.last, name.hasSuffix(".af") || name.hasSuffix(".json"), name.first != "." else {
            throw ToolError("'\(path)' has to end in the name of a file such as agent.af or agent.json.")
        }
        guard let folder = FileText.resolved(parts.dropLast().joined(separator: "/") + "/") else {
            throw failure(path, "cannot be written")
        }
        try requireInside(folder + "/" + name, path)
        return (folder, String(name))
    }

    private func requireReplaceable(_ name: String, in place: Int32, _ path: String) throws {
        var status = stat()
        guard fstatat(place, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFREG, isAgentFile(name, in: place) else {
            throw ToolError(
                "'\(path)' is there already and is no agent file: it was left alone.",
                hints: ["Choose another output_path."])
        }
    }

    private func isAgentFile(_ name: String, in place: Int32) -> Bool {
        let descriptor = openat(place, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        // Not being readable and not being JSON are answers here.
        let json = try? JSONValue(parsing: try contents(of: descriptor, name))
        return json?["agents"]?.array != nil && json?["blocks"]?.array != nil
    }

    // MARK: Paths

    private func whole(_ path: String) throws -> String {
        // C would take a NUL for the end of the path.
        guard !path.isEmpty, !path.utf8.contains(0) else { throw ToolError("'\(path)' is not a path.") }
        return path.hasPrefix("/") ? path : root + "/" + path
    }

    private func requireInside(_ resolved: String?, _ path: String) throws {
        guard let resolved, resolved.hasPrefix(root + "/") else {
            throw ToolError(
                "'\(path)' is outside of the folder for agent files, \(root).", hints: ["Use a path inside of it."])
        }
    }

    private func failure(_ path: String, _ what: String) -> ToolError {
        ToolError("'\(path)' \(what): \(String(cString: strerror(errno))).")
    }

    /// Where an open file or folder is now.
    private static func place(of descriptor: Int32) -> String? { FileText.resolved("/proc/self/fd/\(descriptor)") }
}
