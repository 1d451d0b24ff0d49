import Client
import HTTP
import Platform

/// Saves an edit of a block from the command line: merged where others changed it too, refused with both texts where that cannot be.
struct MergingEditRun: Sendable {
    let session: Session

    /// Opens the person's editor on the block.
    func edit(_ block: JSONValue) async throws {
        let old = block.shown("value")
        let new = try await TextEditor(command: session.settings.editor).edit(old, name: block.shown("label"))
        guard !new.utf8.elementsEqual(old.utf8) else { return session.report(block, "Nothing was changed.") }
        try await save(new, of: block, madeFrom: (block["version"]?.int ?? 1, old), keepsText: true)
    }

    /// - Parameter keepsText: a refused text is kept in a file, because it is nowhere else.
    func save(
        _ value: String, of block: JSONValue, madeFrom base: (Int, String), keepsText: Bool = false
    ) async throws {
        let call = session.call
        if call.flag("ours"), call.flag("theirs") {
            throw UsageError(message: "Give --ours or --theirs, not both.", path: call.command.path)
        }
        let side: ThreeWayMerge.Side? = call.flag("ours") ? .ours : call.flag("theirs") ? .theirs : nil
        let edit = MergingEdit(
            client: session.client, blockID: block.shown("id"), base: base, value: value, side: side)
        do {
            let outcome = try await edit.save()
            let merged = outcome.mergedVersion.map { ", merged with version \($0)" } ?? ""
            session.report(
                outcome.block,
                outcome.isChanged
                    ? "Changed \(outcome.block.shown("label")): version \(outcome.block.shown("version"))\(merged)."
                    : "The block has all of your changes already.")
        } catch let conflict as MergingEdit.Conflict {
            try refuse(conflict, keepsText: keepsText)
        } catch  where keepsText {
            throw Failure("\(error) \(kept(value))")
        }
    }

    private func refuse(_ conflict: MergingEdit.Conflict, keepsText: Bool) throws {
        let by = conflict.current.author.map { " by \($0)" } ?? ""
        if session.call.isJSON {
            session.terminal.print(json: [
                "conflict": true, "current_version": .int(Int64(conflict.current.version)),
                "author": conflict.current.author.map { .string($0) } ?? .null, "yours": .string(conflict.yours),
                "theirs": .string(conflict.current.value), "marked": .string(conflict.marked),
            ])
        } else {
            session.terminal.print(conflict.marked)
        }
        throw Failure(
            "The block was changed\(by) in the same lines (version \(conflict.current.version)), so nothing was written. Put "
                + "the two together and save with --base \(conflict.current.version), or decide with --ours or --theirs."
                + (keepsText ? " " + kept(conflict.yours) : ""))
    }

    /// Keeps a text that could not be saved.
    private func kept(_ text: String) -> String {
        let path = "\(session.settings.home)/unsaved-\(Timestamp.now.microseconds / 1_000_000).md"
        do {
            try FileText.makeFolder(session.settings.home)
            try FileText.writePrivate(Array(text.utf8), to: path)
            return "Your text is kept in \(path)."
        } catch { return "Your text could not be kept either: \(error)" }
    }
}

/// A difference on a terminal: words that differ are coloured more than their lines.
struct DiffText: Sendable {
    let style: Style

    func print(_ diff: TextDiff, _ old: BlockVersion, _ new: BlockVersion, _ terminal: Terminal) {
        terminal.print(style.bold("--- " + title(old)))
        terminal.print(style.bold("+++ " + title(new)))
        for line in diff.lines { terminal.print(text(line)) }
    }

    private func title(_ version: BlockVersion) -> String {
        let time = Table.time(version.writtenAt ?? "")
        return (["version \(version.version)", time, version.author ?? ""].filter { !$0.isEmpty }).joined(
            separator: ", ")
    }

    func text(_ line: TextDiff.Line) -> String {
        switch line {
        case .place(let text): style.faint(text)
        case .same(let text): " " + Table.oneLine(text)
        case .removed(let pieces): style.red("-") + pieces.map { piece($0, style.red) }.joined()
        case .added(let pieces): style.green("+") + pieces.map { piece($0, style.green) }.joined()
        }
    }

    private func piece(_ piece: TextDiff.Piece, _ colour: (String) -> String) -> String {
        let text = colour(Table.oneLine(piece.text))
        return piece.isChanged ? style.reversed(text) : text
    }
}
