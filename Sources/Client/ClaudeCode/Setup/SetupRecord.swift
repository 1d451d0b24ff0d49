import Platform

/// What setup did, kept in `ROOST_HOME` for the way back: the places that were changed, not the files. What stood there before
/// is among it, so setup never replaces a text that holds a password.
struct SetupRecord: Sendable, Equatable {
    struct File: Sendable, Equatable {
        let path: String
        /// There was no such file before.
        let isMade: Bool
        /// Folders that were made for it, the outermost first.
        let folders: [String]
        /// Of the whole file after the change.
        let hash: String
        let edits: [EditedText.Edit]

        /// The file as it was before; nil when somebody has changed it since. `.some(nil)`: there was none.
        func original(of bytes: [UInt8]) -> [UInt8]?? {
            guard SetupRecord.hash(bytes) == hash else { return nil }
            if isMade { return .some(nil) }
            return EditedText.undo(edits, in: bytes).map { .some($0) }
        }

        /// Undoes what can be found again in a file that was changed since. Places that are near each other are looked for
        /// together, by how far apart they are; then each by itself. Only what is there exactly once is meant.
        func patched(_ bytes: [UInt8]) -> [UInt8] {
            var bytes = bytes
            for group in groups.reversed() where !Self.undo(group, in: &bytes) && group.count > 1 {
                for edit in group.reversed() { _ = Self.undo([edit], in: &bytes) }
            }
            return bytes
        }

        private static let near = 400

        private var groups: [ArraySlice<EditedText.Edit>] {
            var groups: [ArraySlice<EditedText.Edit>] = []
            var start = 0
            for index in edits.indices.dropFirst() {
                let end = edits[index - 1].after + edits[index - 1].inserted.count
                if edits[index].after - end > Self.near {
                    groups.append(edits[start..<index])
                    start = index
                }
            }
            return edits.isEmpty ? [] : groups + [edits[start...]]
        }

        private static func undo(_ group: ArraySlice<EditedText.Edit>, in bytes: inout [UInt8]) -> Bool {
            guard let longest = group.max(by: { $0.inserted.count < $1.inserted.count }), !longest.inserted.isEmpty
            else {
                return false
            }
            var places: [Int] = []
            var from = 0
            while let found = bytes[from...].firstRange(of: longest.inserted) {
                let shift = found.lowerBound - longest.after
                let isPlace = group.allSatisfy { edit in
                    edit.after + shift >= 0 && bytes.dropFirst(edit.after + shift).starts(with: edit.inserted)
                }
                if isPlace { places.append(shift) }
                from = found.lowerBound + 1
            }
            guard places.count == 1 else { return false }
            for edit in group.reversed() {
                let start = edit.after + places[0]
                bytes.replaceSubrange(start..<(start + edit.inserted.count), with: edit.removed)
            }
            return true
        }
    }

    var server: String?
    var files: [File] = []

    static func hash(_ bytes: [UInt8]) -> String { SHA256.digits(bytes) }

    /// One for each folder that was set up.
    static func path(_ options: SetupOptions) -> String {
        let name = hash(Array((options.scope.rawValue + "\0" + options.claudeFolder).utf8)).prefix(16)
        return "\(options.home)/setup/\(name).json"
    }

    // MARK: Its file

    /// Nil when there is none, or it cannot be read: then only our own parts can be taken out.
    static func read(_ path: String) -> SetupRecord? {
        guard FileText.exists(path), let bytes = try? FileText.read(path, limit: 16 << 20),
            let json = try? JSONValue(parsing: bytes)
        else { return nil }
        return SetupRecord(json)
    }

    init() {}

    init?(_ json: JSONValue) {
        guard json["version"]?.int == 1, let files = json["files"]?.array else { return nil }
        server = json["server"]?.string
        self.files = files.compactMap { file in
            guard let path = file["path"]?.string, let hash = file["sha256"]?.string else { return nil }
            let edits = (file["edits"]?.array ?? []).compactMap { edit -> EditedText.Edit? in
                guard let after = edit["at"]?.int, let before = edit["was_at"]?.int, after >= 0,
                    let inserted = edit["inserted"]?.string, let removed = edit["removed"]?.string
                else { return nil }
                return EditedText.Edit(
                    before: before, after: after, removed: Array(removed.utf8), inserted: Array(inserted.utf8))
            }
            return File(
                path: path, isMade: file["made"]?.bool ?? false, folders: file["folders"]?.strings ?? [], hash: hash,
                edits: edits)
        }
    }

    func json(_ options: SetupOptions) -> JSONValue {
        let files = files.map { file -> JSONValue in
            [
                "path": .string(file.path), "made": .bool(file.isMade),
                "folders": .array(file.folders.map { .string($0) }), "sha256": .string(file.hash),
                "edits": .array(file.isMade ? [] : file.edits.map(Self.json)),
            ]
        }
        return [
            "version": 1, "scope": .string(options.scope.rawValue), "folder": .string(options.claudeFolder),
            "server": server.map { .string($0) } ?? .null, "files": .array(files),
        ]
    }

    private static func json(_ edit: EditedText.Edit) -> JSONValue {
        [
            "at": .int(Int64(edit.after)), "was_at": .int(Int64(edit.before)),
            "inserted": .string(String(decoding: edit.inserted, as: UTF8.self)),
            "removed": .string(String(decoding: edit.removed, as: UTF8.self)),
        ]
    }
}
