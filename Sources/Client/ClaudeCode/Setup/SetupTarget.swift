import Glibc
import Platform

/// The files that setup writes: where they really are, and writing them.
enum SetupTarget {
    /// Follows links. A link in a stranger's repository must not lead us to write into a file of another kind or place.
    /// - Throws: `SetupError`.
    static func resolve(_ path: String, _ options: SetupOptions) throws -> String {
        var status = stat()
        let parent = whole(folder(of: path))
        let places = options.scope == .project ? [options.folder] : [options.folder, options.userFolder]
        let roots = places.map(whole)
        guard roots.contains(where: { isInside(parent, $0) }) else {
            throw SetupError("\(path) leads out of \(options.folder), to \(parent). Nothing was changed.")
        }
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK else { return path }
        guard let target = FileText.resolved(path) else {
            throw SetupError("\(path) is a link to nothing. Mend or remove it; nothing was changed.")
        }
        guard stat(target, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_uid == getuid(),
            !target.contains("/.git/"),
            roots.contains(where: { isInside(target, $0) }) || name(of: target) == name(of: path)
        else {
            throw SetupError(
                "\(path) is a link to \(target), which setup does not write to. Replace the link by a file; nothing was changed."
            )
        }
        return target
    }

    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func name(of path: String) -> Substring { path.split(separator: "/").last ?? "" }

    private static func isInside(_ path: String, _ root: String) -> Bool {
        path == root || path.hasPrefix(root == "/" ? "/" : root + "/")
    }

    /// A folder with its links resolved, as far as it is there already.
    private static func whole(_ folder: String) -> String {
        if let resolved = FileText.resolved(folder) { return resolved }
        let parent = self.folder(of: folder)
        return parent == folder ? folder : whole(parent) + "/" + name(of: folder)
    }

    /// Folders that have to be made for a file, the outermost first.
    static func missingFolders(above path: String) -> [String] {
        var missing: [String] = []
        var folder = folder(of: path)
        while FileText.mode(folder) == nil, folder != "/", folder != "." {
            missing.insert(folder, at: 0)
            folder = self.folder(of: folder)
        }
        return missing
    }

    /// Replaces a file in one step and keeps its permissions; a new one is made as the user's programs do.
    static func write(_ bytes: [UInt8], to path: String) throws {
        let mode = FileText.mode(path).map { $0 & 0o7777 }
        for folder in missingFolders(above: path) {
            guard mkdir(folder, 0o777) == 0 || errno == EEXIST else {
                throw FileError("Cannot make the folder \(folder): \(FileText.reason()).")
            }
        }
        try FileText.replace(path, with: bytes, mode: mode)
    }

    /// Takes away what a setup left that was killed while it wrote this file.
    static func removeDrafts(of path: String) {
        let start = name(of: path) + ".roost-"
        let folder = folder(of: path)
        guard let directory = opendir(folder) else { return }
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name.hasPrefix(start), let process = Int32(name.dropFirst(start.count)), process > 0,
                kill(process, 0) != 0, errno == ESRCH
            else { continue }
            unlink(folder + "/" + name)
        }
    }

    static func remove(_ path: String) throws {
        guard unlink(path) == 0 || errno == ENOENT else {
            throw FileError("Cannot remove \(path): \(FileText.reason()).")
        }
    }

    /// Takes folders away that setup made, unless somebody has put something into them.
    static func removeEmpty(_ folders: [String]) {
        for folder in folders.reversed() { rmdir(folder) }
    }
}
