import Glibc
import Platform

/// What a repository's own files tell without starting a process: the branch, and which tracked files changed last.
struct GitFolder: Sendable, Equatable {
    struct ChangedFile: Sendable, Equatable {
        /// Relative to the top of the repository.
        let path: String
        let time: Timestamp
    }

    /// The top folder of the repository, or of the worktree.
    let top: String
    private let folder: String

    /// Of the folder or the nearest parent; nil outside of a repository.
    init?(containing folder: String) {
        var place = folder
        for _ in 0..<100 {
            if let found = Self.folder(at: place) {
                top = place
                self.folder = found
                return
            }
            guard let slash = place.lastIndex(of: "/"), place != "/" else { return nil }
            place = slash == place.startIndex ? "/" : String(place[..<slash])
        }
        return nil
    }

    /// The folder with HEAD and index: `.git` itself, or what a worktree's or submodule's file `.git` names.
    private static func folder(at top: String) -> String? {
        let git = (top == "/" ? "" : top) + "/.git"
        guard let mode = FileText.mode(git) else { return nil }
        if mode & S_IFMT == S_IFDIR { return git }
        guard let bytes = FileText.readPlain(git) else { return nil }
        let line = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).first ?? ""
        guard line.hasPrefix("gitdir: ") else { return nil }
        let path = String(line.dropFirst("gitdir: ".count))
        return path.hasPrefix("/") ? path : (top == "/" ? "" : top) + "/" + path
    }

    /// The branch, or the beginning of the commit that is checked out without one; nil when that cannot be read.
    var branch: String? {
        guard let bytes = FileText.readPlain(folder + "/HEAD") else { return nil }
        let head =
            String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        if head.hasPrefix("ref: refs/heads/") { return String(head.dropFirst("ref: refs/heads/".count)) }
        guard [40, 64].contains(head.utf8.count), head.utf8.allSatisfy(Self.isHexadecimal) else { return nil }
        return "commit " + head.prefix(12)
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (97...102).contains(byte)
    }

    // MARK: Files

    /// The tracked files that changed last, the newest first; none when that says nothing, as after a clone, which writes
    /// all of them at once.
    func changedFiles(_ most: Int) -> [ChangedFile] {
        guard let bytes = FileText.readPlain(folder + "/index", limit: Self.largestIndex), let index = GitIndex(bytes)
        else { return [] }
        var files = index.entries
        // The index knows the times of what was added or committed; of files changed since the file system does.
        if files.count <= Self.mostLookedAt { files = files.compactMap(present) }
        guard let oldest = files.map(\.seconds).min() else { return [] }
        var inSecond: [Int: Int] = [:]
        for file in files { inSecond[file.seconds, default: 0] += 1 }
        return
            files
            .filter { $0.seconds > oldest + Self.leastSeconds && inSecond[$0.seconds, default: 0] <= Self.mostAtOnce }
            .sorted { ($0.seconds, $1.path) > ($1.seconds, $0.path) }
            .prefix(most)
            .map { ChangedFile(path: $0.path, time: Timestamp(microseconds: Int64($0.seconds) * 1_000_000)) }
    }

    /// As the file is now; nil when it is gone.
    private func present(_ entry: GitIndex.Entry) -> GitIndex.Entry? {
        var status = stat()
        guard lstat((top == "/" ? "" : top) + "/" + entry.path, &status) == 0 else { return nil }
        return GitIndex.Entry(path: entry.path, seconds: status.st_mtim.tv_sec)
    }

    /// A million files have about 100 MB; an index of that size is not worth the time.
    private static let largestIndex = 8 << 20
    /// A look costs two microseconds.
    private static let mostLookedAt = 1500
    /// More files with the same second were written by a checkout or a generator.
    private static let mostAtOnce = 12
    /// What is no newer than this than the oldest file came with it.
    private static let leastSeconds = 600
}
