import Platform

/// What one turn did to one file, as far as it is worth remembering: how much, and a few of the lines.
struct FileChange: Sendable, Equatable {
    /// Relative to the project.
    let path: String
    /// The prompt that led to it.
    let prompt: String
    var tool: String
    var operation: String
    var added: Int
    var removed: Int
    /// Begin with `+` or `-`.
    var lines: [String]
    var edits = 1
    var at: String
    /// Whether its passage says all of this already; one that was written once is changed from then on.
    var isWritten = false
    var wasWritten = false

    private static let mostLines = 8
    private static let longestLine = 120
    private static let longestText = 64 << 10

    /// Nil when the event changed no file.
    init?(_ input: HookInput, path: String, at: Timestamp) {
        guard let tool = input.toolName else { return nil }
        let response = input.toolResponse
        let arguments = input.toolInput
        var diff = ChangedLines()
        switch tool {
        case "Edit", "MultiEdit", "Write":
            diff.add(patch: response?["structuredPatch"])
            if diff.isEmpty {
                let old = arguments["old_string"]?.string ?? response?["originalFile"]?.string ?? ""
                diff.add(old: old, new: arguments["new_string"]?.string ?? arguments["content"]?.string ?? "")
            }
        case "NotebookEdit":
            let new = response?["new_source"]?.string ?? arguments["new_source"]?.string ?? ""
            diff.add(old: response?["old_source"]?.string ?? "", new: new)
        default: return nil
        }
        self.path = path
        self.tool = tool
        prompt = input.promptID ?? ""
        operation = response?["type"]?.string == "create" ? "create" : "edit"
        (added, removed) = (diff.added.count, diff.removed.count)
        lines = Self.telling(diff.removed, 3).map { "- " + $0 } + Self.telling(diff.added, 5).map { "+ " + $0 }
        self.at = at.iso8601
    }

    /// The path that an event's tool works on.
    static func path(of input: HookInput) -> String? {
        let arguments = input.toolInput
        return arguments["file_path"]?.string ?? arguments["notebook_path"]?.string
            ?? input.toolResponse?["filePath"]?.string
    }

    /// The lines that say most: those that are not empty, not only punctuation, not data, and not long.
    private static func telling(_ lines: [String], _ most: Int) -> [String] {
        // Together, because some secrets take several lines. Of a long text no more is cleaned than may be looked at.
        let text = ShortText.prefix(of: lines.joined(separator: "\n"), longestText) ?? lines.joined(separator: "\n")
        let telling = Redaction.redacted(text).split(separator: "\n").lazy.map(\.trimmed).filter { line in
            line.filter(\.isLetter).count >= 3 && !isData(line)
        }
        return telling.prefix(most).map { ShortText.beginning(of: $0, longestLine) }
    }

    /// A line in the middle of a key, an image: base64 without a word's end.
    private static func isData(_ line: String) -> Bool {
        line.utf8.count >= 40 && line.contains(where: \.isNumber) && line.contains(where: \.isUppercase)
            && line.utf8.allSatisfy { byte in
                byte.isLetter || byte.isDigit || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "/")
                    || byte == UInt8(ascii: "=")
            }
    }

    /// The same file in the same turn again.
    mutating func join(_ later: FileChange) {
        edits &+= later.edits
        added &+= later.added
        removed &+= later.removed
        lines = Array((lines + later.lines).uniqued.prefix(Self.mostLines))
        if operation != "create" { operation = later.operation }
        tool = later.tool
        at = later.at
        isWritten = false
    }

    mutating func remove(_ text: PrivateText) { lines = lines.map(text.removed) }

    var text: String {
        let verb = operation == "create" ? "Created" : "Changed"
        let times = edits > 1 ? " in \(edits) edits" : ""
        return (["\(verb) \(path) (+\(added) -\(removed))\(times)"] + lines).joined(separator: "\n")
    }

    // MARK: In the session's file

    var json: JSONValue {
        [
            "path": .string(path), "prompt": .string(prompt), "tool": .string(tool), "operation": .string(operation),
            "added": .int(Int64(added)), "removed": .int(Int64(removed)), "lines": .array(lines.map { .string($0) }),
            "edits": .int(Int64(edits)), "at": .string(at), "written": .bool(isWritten), "was": .bool(wasWritten),
        ]
    }

    init?(_ json: JSONValue) {
        guard let path = json["path"]?.string, let at = json["at"]?.string else { return nil }
        self.path = path
        self.at = at
        prompt = json["prompt"]?.string ?? ""
        tool = json["tool"]?.string ?? ""
        operation = json["operation"]?.string ?? "edit"
        added = json["added"]?.int ?? 0
        removed = json["removed"]?.int ?? 0
        lines = json["lines"]?.strings ?? []
        edits = json["edits"]?.int ?? 1
        isWritten = json["written"]?.bool ?? false
        wasWritten = json["was"]?.bool ?? false
    }
}

/// Lines that came and lines that went.
private struct ChangedLines {
    private(set) var added: [String] = []
    private(set) var removed: [String] = []
    var isEmpty: Bool { added.isEmpty && removed.isEmpty }

    mutating func add(patch: JSONValue?) {
        for hunk in patch?.array ?? [] {
            for line in hunk["lines"]?.strings ?? [] {
                if line.hasPrefix("+") { added.append(String(line.dropFirst())) }
                if line.hasPrefix("-") { removed.append(String(line.dropFirst())) }
            }
        }
    }

    mutating func add(old: String, new: String) {
        let (before, after) = (Line.lines(of: old), Line.lines(of: new))
        for change in LineDiff(before, after).changes {
            removed += before[change.old].map(\.text).filter { !$0.isEmpty }
            added += after[change.new].map(\.text).filter { !$0.isEmpty }
        }
    }
}
