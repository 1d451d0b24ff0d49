import Glibc
import Platform

/// Markdown files, one record a section.
///
/// The text of a record begins with the path of its headings, so that it can be understood and found alone. Front matter
/// becomes tags, time and metadata; `metadata.file_path` is the file, `metadata.heading` the path of headings.
package struct MarkdownSource: ImportSource {
    private let paths: [String]
    private let limit: Int
    private var index = 0
    private var records: ArraySlice<ImportRecord> = []

    package static let defaultLimit = 2000
    private static let largest = 16 << 20

    /// - Parameters:
    ///   - paths: files, and folders that are looked through for `.md` and `.markdown`.
    ///   - limit: characters of a section, roughly.
    /// Throws `ImportProblem` when a path is not there, or no file was found.
    package init(_ paths: [String], limit: Int = defaultLimit) throws {
        self.limit = limit
        var found: [String] = []
        for path in paths {
            var status = stat()
            guard stat(path, &status) == 0 else {
                throw ImportProblem(path, "cannot be read: \(String(cString: strerror(errno))).", endsSource: true)
            }
            if status.st_mode & S_IFMT == S_IFDIR { Self.walk(path, depth: 0, &found) } else { found.append(path) }
        }
        guard !found.isEmpty else {
            throw ImportProblem(
                paths.joined(separator: ", "), "there is no .md or .markdown file in it.", endsSource: true)
        }
        self.paths = found.uniqued
    }

    package var fileCount: Int { paths.count }
    package var progress: Double? { Double(index) / Double(paths.count) }

    package mutating func next() throws -> ImportRecord? {
        while records.isEmpty {
            guard index < paths.count else { return nil }
            index += 1
            records = try Self.records(paths[index - 1], limit)[...]
        }
        return records.popFirst()
    }

    // MARK: One file

    private static func records(_ path: String, _ limit: Int) throws -> [ImportRecord] {
        guard let file = fopen(path, "rb") else {
            throw ImportProblem(path, "cannot be read: \(String(cString: strerror(errno))).")
        }
        defer { fclose(file) }
        var status = stat()
        guard fstat(fileno(file), &status) == 0, status.st_size <= largest else {
            throw ImportProblem(path, "is larger than \(largest >> 20) MB.")
        }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        let count = fread(&bytes, 1, bytes.count, file)
        let marked = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        guard let text = String(validating: bytes[..<count].dropFirst(marked), as: UTF8.self) else {
            throw ImportProblem(path, "is not UTF-8 text.")
        }
        let changed = Timestamp(microseconds: Int64(status.st_mtim.tv_sec) * 1_000_000)
        return records(text, path: path, changed: changed, limit)
    }

    /// - Parameter changed: when the file was last changed: the time of sections whose front matter has none.
    static func records(_ text: String, path: String, changed: Timestamp?, _ limit: Int) -> [ImportRecord] {
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        let front = FrontMatter(lines)
        let sections = MarkdownSections.of(
            Array(lines.dropFirst(front.lineCount)), offset: front.lineCount, limit: limit)
        let name = path.split(separator: "/").last.map(String.init) ?? path
        return sections.map { section in
            let heading = section.headings.filter { !$0.isEmpty }.joined(separator: " > ")
            var metadata = front.metadata
            metadata["file_path"] = .string(path)
            if !heading.isEmpty { metadata["heading"] = .string(heading) }
            return ImportRecord(
                text: heading.isEmpty ? section.text : heading + "\n\n" + section.text, tags: front.tags,
                metadata: metadata, createdAt: front.createdAt ?? changed, place: "\(path):\(section.line)",
                identity: ["markdown", name])
        }
    }

    // MARK: Folders

    /// Hidden folders and those of other people's code are left out; links are not followed.
    static func walk(_ folder: String, depth: Int, _ found: inout [String]) {
        guard depth < 40 else { return }
        for name in FileText.names(in: folder) where !name.hasPrefix(".") && name != "node_modules" {
            let path = folder.hasSuffix("/") ? folder + name : folder + "/" + name
            var status = stat()
            guard lstat(path, &status) == 0 else { continue }
            let kind = status.st_mode & S_IFMT
            let ending = name.lowercased()
            if kind == S_IFDIR {
                walk(path, depth: depth + 1, &found)
            } else if kind == S_IFREG, ending.hasSuffix(".md") || ending.hasSuffix(".markdown") {
                found.append(path)
            }
        }
    }
}
