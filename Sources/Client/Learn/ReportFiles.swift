import Glibc
import Platform

/// The files that somebody means by a path, a folder or a pattern: `reports`, `build/**/TEST-*.xml`.
package struct ReportFiles {
    /// How far a search goes before it counts as a mistake.
    package struct Limits: Sendable {
        /// Folders and files looked at.
        package var looked = 200_000
        package var found = 5000
        /// Folders in each other.
        package var depth = 40

        package init() {}
    }

    private let limits: Limits
    private var found: [String] = []
    private var looked = 0

    private init(limits: Limits) { self.limits = limits }

    /// In their order, each once; a pattern may fit nothing. Blocks.
    /// - Parameter ending: what is read of a folder.
    /// - Throws: `FileError` for a path that is not there or is no file, and for a folder that holds too much to mean a report.
    package static func find(_ paths: [String], ending: String, limits: Limits = Limits()) throws -> [String] {
        var files = ReportFiles(limits: limits)
        for path in paths {
            files.looked = 0
            if let mode = FileText.mode(path) {
                switch mode & S_IFMT {
                case S_IFDIR: try files.walk(path, ["**", "*" + ending][...], of: path)
                case S_IFREG: files.found.append(path)
                // A pipe or a device could be waited for forever.
                default:
                    throw FileError("\(path) is no file but a pipe, socket or device. Name the file of the report.")
                }
            } else if path.contains(where: { "*?[".contains($0) }) {
                let parts = path.split(separator: "/").map(String.init)
                try files.walk(path.hasPrefix("/") ? "/" : "", parts[...], of: path)
            } else {
                throw FileError("There is no \(path). Run the tests first, or name where their report is.")
            }
        }
        return files.found.uniqued
    }

    /// Adds what fits the rest of a pattern in a folder. Links to folders are not followed where any folder fits.
    /// - Parameter whole: what was asked for, for the error.
    private mutating func walk(
        _ folder: String, _ pattern: ArraySlice<String>, depth: Int = 0, of whole: String
    ) throws {
        guard let part = pattern.first, depth < limits.depth else { return }
        let rest = pattern.dropFirst()
        if part == "**" { try walk(folder, rest, depth: depth + 1, of: whole) }
        for name in FileText.names(in: folder.isEmpty ? "." : folder) {
            looked += 1
            guard looked <= limits.looked, found.count < limits.found else {
                throw FileError(
                    "There is too much in \(whole): more than \(found.count < limits.found ? limits.looked : limits.found) "
                        + "files\(found.count < limits.found ? "" : " that fit"). Name the folder that the tests write their "
                        + "reports to.")
            }
            let path = folder.isEmpty || folder == "/" ? folder + name : folder + "/" + name
            var status = stat()
            guard lstat(path, &status) == 0 else { continue }
            let isFolder = status.st_mode & S_IFMT == S_IFDIR
            if part == "**" {
                // Other people's code has reports of its own.
                if isFolder, !name.hasPrefix("."), name != "node_modules", !Self.isOfTheSystem(path) {
                    try walk(path, pattern, depth: depth + 1, of: whole)
                }
            } else if fnmatch(part, name, FNM_PERIOD) == 0 {
                if rest.isEmpty {
                    if FileText.mode(path).map({ $0 & S_IFMT == S_IFREG }) == true { found.append(path) }
                } else {
                    try walk(path, rest, depth: depth + 1, of: whole)
                }
            }
        }
    }

    /// Folders without an end, in which nothing is a file on a disk.
    private static func isOfTheSystem(_ path: String) -> Bool { ["/proc", "/sys", "/dev"].contains(path) }
}
