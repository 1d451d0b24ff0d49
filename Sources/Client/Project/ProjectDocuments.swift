import Glibc
import Platform

/// The documents of a project, section by section: README, CLAUDE.md and the like, `docs`, and folders of decision records.
struct ProjectDocuments: ImportSource {
    private let folder: String
    private let paths: [String]
    private var index = 0
    private var records: ArraySlice<ImportRecord> = []
    /// Of everything that was given.
    private(set) var importIDs: Set<String> = []

    /// What seeded passages are found by.
    static let tag = "source:docs"

    private static let names = ["README", "CLAUDE", "AGENTS", "ARCHITECTURE", "CONTRIBUTING", "DESIGN"]
    private static let folders = ["docs", "doc", "adr", "adrs", "decisions"]
    private static let largest = 512 << 10
    private static let mostFiles = 2000

    init(folder: String) {
        self.folder = folder
        let ignored = IgnoreRules(folder: folder, files: [".gitignore", ".roostignore"])
        var found: [String] = []
        for name in FileText.names(in: folder) {
            let path = folder + "/" + name
            let stem = name.split(separator: ".").first.map { $0.uppercased() } ?? ""
            if name.lowercased().hasSuffix(".md"), Self.names.contains(stem) { found.append(path) }
            if Self.folders.contains(name.lowercased()) { MarkdownSource.walk(path, depth: 0, &found) }
        }
        paths = found.map { String($0.dropFirst(folder.count + 1)) }
            .filter { !ignored.ignores($0) && Self.isReadable(folder + "/" + $0) }.prefix(Self.mostFiles).map { $0 }
    }

    var fileCount: Int { paths.count }
    var progress: Double? { paths.isEmpty ? 1 : Double(index) / Double(paths.count) }

    mutating func next() throws -> ImportRecord? {
        while records.isEmpty {
            guard index < paths.count else { return nil }
            index += 1
            records = Self.records(of: paths[index - 1], in: folder)[...]
        }
        guard let record = records.popFirst() else { return nil }
        importIDs.insert(record.importID)
        return record
    }

    private static func records(of path: String, in folder: String) -> [ImportRecord] {
        // One that is not text, or went away meanwhile, has no sections.
        guard let file = try? FileText.readText(folder + "/" + path) else { return [] }
        let text = MemoryInstructions.without(file)
        var status = stat()
        let isThere = stat(folder + "/" + path, &status) == 0
        let changed = isThere ? Timestamp(microseconds: Int64(status.st_mtim.tv_sec) * 1_000_000) : nil
        let parts = path.lowercased().split(separator: "/").dropLast()
        let isDecision = parts.contains { ["adr", "adrs", "decisions"].contains($0) }
        return MarkdownSource.records(text, path: path, changed: changed, MarkdownSource.defaultLimit)
            .filter { !$0.text.contains("PRIVATE KEY-----") }
            .map { record in
                var metadata = record.metadata
                if metadata["type"] == nil { metadata["type"] = isDecision ? "decision" : "document" }
                return ImportRecord(
                    text: Redaction.redacted(record.text), tags: record.tags, metadata: metadata,
                    createdAt: record.createdAt,
                    place: record.place, identity: ["document", path])
            }
    }

    private static func isReadable(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && status.st_size <= largest
    }
}
