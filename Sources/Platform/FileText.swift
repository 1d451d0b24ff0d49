package import Glibc

/// A file could not be read or written: which one, why, what to do.
package struct FileError: Error, Equatable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

/// Reading and writing files without Foundation. Everything blocks.
package enum FileText {
    /// The whole file; `-` is standard input. Throws `FileError`, naming the file.
    package static func read(_ path: String, limit: Int = 256 << 20) throws -> [UInt8] {
        let descriptor = path == "-" ? 0 : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError("Cannot read \(path): \(reason()).") }
        defer { if descriptor != 0 { close(descriptor) } }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw FileError("Cannot read \(path): \(reason()).") }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
            guard bytes.count <= limit else { throw FileError("\(path) is larger than \(limit >> 20) MB.") }
        }
    }

    /// A file that somebody else chose, such as one of a stranger's repository: nil when there is none, it cannot be read, is
    /// larger, or is no plain file. A pipe in its place is not waited for.
    package static func readPlain(_ path: String, limit: Int = 1 << 20) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size <= limit
        else { return nil }
        return [UInt8](unsafeUninitializedCapacity: Int(status.st_size)) { buffer, filled in
            while filled < buffer.count {
                let count = Glibc.read(descriptor, buffer.baseAddress.map { $0 + filled }, buffer.count - filled)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { break }
                filled += count
            }
        }
    }

    package static func readText(_ path: String) throws -> String {
        guard let text = String(validating: try read(path), as: UTF8.self) else {
            throw FileError("\(path == "-" ? "Standard input" : path) is not UTF-8 text.")
        }
        return text
    }

    /// Writes a file that its owner alone can read, replacing one that is there in one step.
    /// - Parameter isDurable: it is on the disk afterwards. Otherwise a power failure may leave the one before it, or none.
    package static func writePrivate(_ bytes: [UInt8], to path: String, isDurable: Bool = true) throws {
        try replace(path, with: bytes, mode: 0o600, draft: path + ".new", isDurable: isDurable)
    }

    /// Writes somebody's file, replacing one that is there in one step.
    /// - Parameter mode: permission bits; nil for those that new files of this process get.
    package static func replace(_ path: String, with bytes: [UInt8], mode: mode_t?) throws {
        try replace(path, with: bytes, mode: mode, draft: path + ".roost-\(getpid())", isDurable: true)
    }

    private static func replace(
        _ path: String, with bytes: [UInt8], mode: mode_t?, draft: String, isDurable: Bool
    ) throws {
        unlink(draft)
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode == nil ? 0o666 : 0o600)
        guard descriptor >= 0 else { throw FileError("Cannot write \(path): \(reason()).") }
        if let mode { fchmod(descriptor, mode) }
        let isWritten = writeAll(bytes, to: descriptor) && (!isDurable || fsync(descriptor) == 0)
        let problem = reason()
        close(descriptor)
        guard isWritten, rename(draft, path) == 0 else {
            unlink(draft)
            throw FileError("Cannot write \(path): \(isWritten ? reason() : problem).")
        }
    }

    /// Adds to the end of a file that may not be there yet.
    package static func append(_ bytes: [UInt8], to path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw FileError("Cannot write \(path): \(reason()).") }
        defer { close(descriptor) }
        guard writeAll(bytes, to: descriptor) else { throw FileError("Cannot write \(path): \(reason()).") }
    }

    /// The first line of a password file.
    package static func readPassword(_ path: String) throws -> String {
        guard let line = try readText(path).split(whereSeparator: \.isNewline).first else {
            throw FileError("The password file \(path) is empty. Write the password into its first line.")
        }
        return String(line)
    }

    /// The folder this process works in; nil when it is gone.
    package static var workingFolder: String? {
        guard let path = getcwd(nil, 0) else { return nil }
        defer { free(path) }
        return String(cString: path)
    }

    package static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Type and permission bits; nil when there is no such file.
    package static func mode(_ path: String) -> mode_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode : nil
    }

    /// The names in a folder, sorted; none when it cannot be read.
    package static func names(in folder: String) -> [String] {
        guard let handle = opendir(folder) else { return [] }
        defer { closedir(handle) }
        var names: [String] = []
        while let entry = readdir(handle) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Where a path leads, links resolved; nil when there is nothing.
    package static func resolved(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// A path without `.`, `..` and slashes that say nothing, by its letters alone. A relative one stays relative.
    package static func plain(_ path: String) -> String {
        guard path.contains("./") || path.contains("//") || ["/..", "/.", "/"].contains(where: path.hasSuffix) else {
            return path
        }
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part == "..", !parts.isEmpty || path.hasPrefix("/") { _ = parts.popLast() } else { parts.append(part) }
        }
        return (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
    }

    /// A path without the folder that it is inside of; nil for one that is not.
    package static func relative(_ path: String, to folder: String) -> String? {
        let base = folder.hasSuffix("/") ? folder : folder + "/"
        return path.hasPrefix(base) && path.count > base.count ? String(path.dropFirst(base.count)) : nil
    }

    /// Makes a folder and those above it, for its owner alone.
    package static func makeFolder(_ path: String) throws {
        if mode(path) != nil { return }
        if let slash = path.lastIndex(of: "/"), slash > path.startIndex { try makeFolder(String(path[..<slash])) }
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
            throw FileError(
                "Cannot make the folder \(path): \(reason()). Name another one (Roost's own: --home or ROOST_HOME).")
        }
    }

    /// The text of the last failed call.
    package static func reason() -> String { String(cString: strerror(errno)) }
}
