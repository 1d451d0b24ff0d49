import Platform

/// One file that setup changes, and how.
struct SetupFile: Sendable {
    enum Content: Sendable {
        case settings(SettingsChange)
        case servers(ServersChange)
        case notes(usesPlugin: Bool)
        /// A file that is ours as a whole.
        case own(String)
    }

    let path: String
    let content: Content

    /// The file with everything that setup gives it. Throws `SetupError`.
    func install(_ bytes: [UInt8], _ notes: inout [String]) throws -> EditedText {
        switch content {
        case .settings(let change):
            return try edit(bytes) { try change.install(&$0, &notes) }
        case .servers(let change):
            return try edit(bytes) { try change.install(&$0, &notes) }
        case .notes(let usesPlugin): return MemoryInstructions.install(bytes, usesPlugin: usesPlugin)
        case .own(let wanted):
            var text = EditedText(bytes)
            if bytes == Array(wanted.utf8) { return text }
            guard bytes.isEmpty || Self.isOurs(bytes) || Self.isGuides(bytes) else {
                notes.append("\(path) is another file of that name. It was left as it is.")
                return text
            }
            text.replace(0..<bytes.count, with: Array(wanted.utf8))
            return text
        }
    }

    /// The file without our parts, whatever else was changed in it. Nil: nothing is left of it.
    func remove(_ bytes: [UInt8], server: String?) throws -> [UInt8]? {
        switch content {
        case .settings: try edit(bytes) { try SettingsChange.remove(&$0, server: server) }.bytes
        case .servers: try edit(bytes) { try ServersChange.remove(&$0) }.bytes
        case .notes: MemoryInstructions.remove(bytes).bytes
        case .own(let text): bytes == Array(text.utf8) ? nil : bytes
        }
    }

    /// Whether a file says nothing: what is left of one that setup made.
    func isEmpty(_ bytes: [UInt8]) -> Bool {
        switch content {
        case .settings, .servers: (try? JSONValue(parsing: bytes)) == .emptyObject
        case .notes, .own: bytes.allSatisfy { $0 <= 0x20 }
        }
    }

    private func edit(_ bytes: [UInt8], _ body: (inout JSONEdit) throws -> Void) throws -> EditedText {
        do {
            var edit = try JSONEdit(bytes)
            // An empty text that stays without members stays empty.
            let begun = edit.text.bytes
            guard case .object = edit.tree.root.kind else {
                throw SetupError("\(path) is not a JSON object. Correct it or move it away; nothing was changed.")
            }
            try body(&edit)
            return edit.text.bytes == begun ? EditedText(bytes) : edit.text
        } catch let error as JSONError {
            let place = JSONTree.place(of: error.offset, in: bytes)
            throw SetupError(
                "\(path) is not JSON: \(error.message) in line \(place.line), column \(place.column). Correct it; nothing was "
                    + "changed.")
        }
    }

    /// An earlier text of ours: nobody else names our tools in the head of a command or skill.
    private static func isOurs(_ bytes: [UInt8]) -> Bool {
        bytes.firstRange(of: Array(RoostTool.plugged("").utf8)) != nil
    }

    /// A command or skill of the guides, which calls tools of the predecessors or Python.
    private static func isGuides(_ bytes: [UInt8]) -> Bool {
        guard let text = String(validating: bytes, as: UTF8.self), text.hasPrefix("---"), !SecretName.isIn(text) else {
            return false
        }
        let head = text.split(whereSeparator: \.isNewline).prefix(6)
        return head.contains { $0.hasPrefix("description:") && $0.contains("Letta") }
    }
}

extension SetupOptions {
    /// Every file that setup may change, in the order of the diff.
    var files: [SetupFile] {
        var files = [
            SetupFile(path: settings, content: .settings(SettingsChange(plan: self))),
            SetupFile(path: servers, content: .servers(ServersChange(plan: self))),
            SetupFile(path: notes, content: .notes(usesPlugin: usesPlugin)),
        ]
        for command in MemoryCommand.all {
            files.append(SetupFile(path: claudeFolder + "/commands/\(command.name).md", content: .own(command.text)))
        }
        for skill in MemorySkill.all {
            files.append(SetupFile(path: claudeFolder + "/skills/\(skill.name)/SKILL.md", content: .own(skill.text)))
        }
        return files
    }
}
