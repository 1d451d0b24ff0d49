import Platform

/// What setup would change: made first, shown, then carried out.
package struct SetupPlan: Sendable {
    package struct Change: Sendable {
        package let path: String
        /// Nil: there is no such file.
        package let before: [UInt8]?
        /// Nil: the file goes away.
        package let after: [UInt8]?
        /// Where it is written, links resolved.
        let target: String
        /// Folders that go away with it when they are empty.
        var folders: [String] = []
    }

    package private(set) var changes: [Change] = []
    /// What the user should know beside the changes.
    package private(set) var notes: [String] = []
    /// The server that the hooks and the MCP entry will use; nil for the local file.
    package let server: String?
    let options: SetupOptions
    private var record: SetupRecord
    private let previous: SetupRecord?

    package var isEmpty: Bool { changes.isEmpty }

    private init(_ options: SetupOptions) {
        self.options = options
        previous = SetupRecord.read(SetupRecord.path(options))
        record = SetupRecord()
        server = options.server
    }

    // MARK: Setting up

    /// - Throws: `SetupError`, `FileError`. Reads files; changes none.
    package static func install(_ options: SetupOptions) throws -> SetupPlan {
        var options = options
        if options.server == nil { options.server = try knownServer(options) }
        var plan = SetupPlan(options)
        plan.record.server = options.server
        for file in options.files {
            if options.usesPlugin, case .own = file.content { try plan.takeOut(file) } else { try plan.install(file) }
        }
        plan.notes += OtherSettings(options: options).notes()
        if options.usesPlugin, let server = options.server {
            plan.notes.append(
                "The plugin's MCP server takes the address from the environment: export LETTA_BASE_URL=\(server) where you "
                    + "start Claude Code.")
        }
        return plan
    }

    /// Hooks and tools have to mean the same memory, so an address that one of them has is meant for all.
    private static func knownServer(_ options: SetupOptions) throws -> String? {
        for (path, find) in [
            (options.settings, { $0.value(["env", "LETTA_BASE_URL"])?.string }),
            (options.servers, ServersChange.server),
        ] as [(String, (JSONEdit) -> String?)] {
            // What is not JSON is told with its place when it is to be changed.
            guard let bytes = try contents(path), let edit = try? JSONEdit(bytes), let text = find(edit) else {
                continue
            }
            // A password in an address stays in its file.
            if let address = try? ServerAddress(text), address.root == address.shown { return address.root }
        }
        return nil
    }

    private mutating func install(_ file: SetupFile) throws {
        let target = try SetupTarget.resolve(file.path, options)
        let current = try Self.contents(target)
        let known = previous?.files.first { $0.path == file.path }
        var noted: [String] = []
        let direct = try file.install(current ?? [], &noted)
        if direct.bytes == current ?? [] {
            if let known { record.files.append(known) }
            notes += noted
            return
        }
        if case .own = file.content, let known, let current, SetupRecord.hash(current) != known.hash {
            notes.append(
                "\(file.path) was changed since it was set up. It was left as it is; delete it to get the new one.")
            record.files.append(known)
            return
        }
        // What an earlier setup did is undone first, so that one step leads back to before it.
        noted = []
        var base = current
        if let known, let current { base = try original(of: current, known, file) }
        let text = try file.install(base ?? [], &noted)
        notes += noted
        guard text.bytes != base ?? [] || base != current else { return }
        let isMade = base == nil || (known?.isMade == true && base.map(file.isEmpty) == true)
        if text.bytes == base ?? [] {
            changes.append(Change(path: file.path, before: current, after: base, target: target))
            return
        }
        record.files.append(
            SetupRecord.File(
                path: file.path, isMade: isMade,
                folders: known?.folders ?? SetupTarget.missingFolders(above: target),
                hash: SetupRecord.hash(text.bytes),
                edits: text.edits))
        changes.append(Change(path: file.path, before: current, after: text.bytes, target: target))
    }

    // MARK: Undoing

    /// - Throws: `SetupError`, `FileError`. Reads files; changes none.
    package static func uninstall(_ options: SetupOptions) throws -> SetupPlan {
        var plan = SetupPlan(options)
        for file in options.files { try plan.takeOut(file) }
        return plan
    }

    private mutating func takeOut(_ file: SetupFile) throws {
        let target = try SetupTarget.resolve(file.path, options)
        guard let current = try Self.contents(target) else { return }
        let known = previous?.files.first { $0.path == file.path }
        let after: [UInt8]?
        if let known {
            after = try original(of: current, known, file)
            if after == current, case .own = file.content {
                notes.append("\(file.path) was changed since, so it was left as it is.")
            }
        } else {
            after = try file.remove(current, server: nil)
        }
        guard after != current else { return }
        changes.append(
            Change(path: file.path, before: current, after: after, target: target, folders: known?.folders ?? []))
    }

    /// A file as it was before an earlier setup, as far as that can be had.
    private mutating func original(
        of current: [UInt8], _ known: SetupRecord.File, _ file: SetupFile
    ) throws -> [UInt8]? {
        if let original = known.original(of: current) { return original }
        if case .own = file.content { return try file.remove(current, server: nil) }
        // Somebody else changed it: only our own parts go, and what they replaced comes back where it can be found.
        let patched = known.patched(current)
        let server = previous?.server
        // A patched text that cannot be read is none of theirs: what there is tells why below.
        if !known.isMade, let clean = try? file.remove(patched, server: server), clean == patched {
            noteLost(known, in: patched, file)
            return patched
        }
        let rest = try file.remove(current, server: server)
        if let rest, !known.isMade { noteLost(known, in: rest, file) }
        return known.isMade && rest.map(file.isEmpty) == true ? nil : rest
    }

    /// Tells what an earlier setup took out and cannot be put back in its place.
    private mutating func noteLost(_ known: SetupRecord.File, in bytes: [UInt8], _ file: SetupFile) {
        for edit in known.edits where edit.removed.contains(where: { $0 > 0x20 && $0 != UInt8(ascii: ",") }) {
            guard bytes.firstRange(of: edit.removed) == nil else { continue }
            notes.append(
                "\(file.path) was changed since, so this text, which setup took out, was not put back: "
                    + String(decoding: edit.removed, as: UTF8.self))
        }
    }

    private static func contents(_ path: String) throws -> [UInt8]? {
        FileText.exists(path) ? try FileText.read(path, limit: 64 << 20) : nil
    }

    // MARK: Carrying out

    /// Writes everything, each file in one step. Blocks.
    /// - Throws: `SetupError` when a file was changed since the plan was made, `FileError`.
    package func carryOut() throws {
        let path = SetupRecord.path(options)
        try FileText.makeFolder(SetupTarget.folder(of: path))
        try FileLock.hold(path + ".lock") {
            for change in changes where try Self.contents(change.target) != change.before {
                throw SetupError("\(change.path) was changed in this moment. Run setup again; nothing was changed.")
            }
            for change in changes { SetupTarget.removeDrafts(of: change.target) }
            // Before the files, so that whatever is written can be undone.
            if !record.files.isEmpty {
                try FileText.writePrivate(Array(record.json(options).text.utf8), to: path)
            }
            for change in changes {
                if let after = change.after {
                    try SetupTarget.write(after, to: change.target)
                } else {
                    try SetupTarget.remove(change.target)
                }
            }
            for change in changes where change.after == nil { SetupTarget.removeEmpty(change.folders) }
            if record.files.isEmpty, FileText.exists(path) { try SetupTarget.remove(path) }
        }
    }
}
