import Glibc
import Platform

/// The files that somebody means by a path, a folder or a pattern: `reports`, `build/**/TEST-*.xml`.
package enum ReportFiles {
    private static let most = 5000

    /// In their order, each once. Throws `FileError` for a path that is not there; a pattern may fit nothing.
    /// - Parameter ending: what is read of a folder.
    package static func find(_ paths: [String], ending: String) throws -> [String] {
        var found: [String] = []
        for path in paths {
            if let mode = FileText.mode(path) {
                if mode & S_IFMT == S_IFDIR {
                    walk(path, ["**", "*" + ending][...], &found)
                } else {
                    found.append(path)
                }
            } else if path.contains(where: { "*?[".contains($0) }) {
                let parts = path.split(separator: "/").map(String.init)
                walk(path.hasPrefix("/") ? "/" : "", parts[...], &found)
            } else {
                throw FileError("There is no \(path). Run the tests first, or name where their report is.")
            }
        }
        return Array(found.uniqued.prefix(most))
    }

    /// Adds what fits the rest of a pattern in a folder. Links to folders are not followed where any folder fits.
    private static func walk(_ folder: String, _ pattern: ArraySlice<String>, depth: Int = 0, _ found: inout [String]) {
        guard let part = pattern.first, depth < 40, found.count < most else { return }
        let rest = pattern.dropFirst()
        if part == "**" { walk(folder, rest, depth: depth + 1, &found) }
        for name in FileText.names(in: folder.isEmpty ? "." : folder) {
            let path = folder.isEmpty || folder == "/" ? folder + name : folder + "/" + name
            var status = stat()
            guard lstat(path, &status) == 0 else { continue }
            let isFolder = status.st_mode & S_IFMT == S_IFDIR
            if part == "**" {
                // Other people's code has reports of its own.
                if isFolder, !name.hasPrefix("."), name != "node_modules" {
                    walk(path, pattern, depth: depth + 1, &found)
                }
            } else if fnmatch(part, name, FNM_PERIOD) == 0 {
                if rest.isEmpty {
                    // What is no file, such as a pipe, could be waited for forever.
                    if FileText.mode(path).map({ $0 & S_IFMT == S_IFREG }) == true { found.append(path) }
                } else {
                    walk(path, rest, depth: depth + 1, &found)
                }
            }
        }
    }
}
