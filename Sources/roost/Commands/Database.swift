import Glibc
import Platform
import Storage

/// `roost db …`: upkeep of the local file, while servers and commands use it.
enum Database {
    static var all: [Command] { [check, vacuum, backup, restore] }

    private static let options =
        Setting.all.filter { ["database", "home"].contains($0.name) }.map(\.option) + Settings.fileOptions

    private static func command(
        _ path: String, _ summary: String, _ operands: [Operand] = [], options: [Option] = [], examples: [String],
        detail: String = "", _ body: @escaping @Sendable (Invocation, Settings, Store) async throws -> Void
    ) -> Command {
        var command = Command(path, summary) { call in
            let settings = try Settings.read(call)
            try settings.requireLocalFile()
            guard FileText.exists(settings.database) || call.command.path == ["db", "restore"] else {
                throw Failure(
                    "There is no database at \(settings.database). 'roost serve' makes one; --database names another.")
            }
            let log = Log(level: .error, isJSON: !call.terminal.isErrorTerminal)
            let outcome: Result<Void, any Error>
            do {
                let store = try Store.open(Assembly.storage(settings), log: log)
                do { outcome = .success(try await body(call, settings, store)) } catch { outcome = .failure(error) }
                await store.close()
                try outcome.get()
            } catch let error as StoreError {
                throw Failure("\(settings.database): \(error.message)")
            }
        }
        command.operands = operands
        command.options = options + Self.options
        command.examples = examples
        command.detail = detail
        return command
    }

    private static var check: Command {
        command(
            "db check", "Examines the database",
            options: [Option("repair", nil, "Build the text and vector indexes anew")],
            examples: ["roost db check", "roost db check --json"],
            detail: """
                Looks at every page, reference and index. Exit code 1 when something is wrong. A damaged vector index is
                removed, and built again when it is needed.
                """
        ) { call, settings, store in
            if call.flag("repair") { try await store.rebuildIndexes() }
            let report = try await store.check()
            if call.isJSON {
                let rows = JSONObject(report.rows.map { ($0.table, .int(Int64($0.count))) })
                call.terminal.print(
                    json: [
                        "healthy": .bool(report.isHealthy), "problems": .array(report.problems.map { .string($0) }),
                        "notes": .array(report.notes.map { .string($0) }),
                        "schema_version": .int(Int64(report.schemaVersion)), "bytes": .int(Int64(report.bytes)),
                        "rows": .object(rows),
                    ])
            } else {
                let filled = report.rows.filter { $0.count > 0 }.map { "\($0.count) \($0.table)" }
                call.terminal.print(
                    "\(settings.database): \(ByteCount.text(report.bytes)), schema \(report.schemaVersion), "
                        + (filled.isEmpty ? "empty" : filled.joined(separator: ", ")))
                for note in report.notes { call.terminal.print(note) }
                for problem in report.problems { call.terminal.print(call.terminal.style.red("✗ ") + problem) }
                call.terminal.print(
                    report.isHealthy
                        ? call.terminal.style.green("✓ ") + "No problems."
                        : "Repair the text indexes with 'roost db check --repair', or restore a backup.")
            }
            if !report.isHealthy { throw ExitStatus(code: 1) }
        }
    }

    private static var vacuum: Command {
        command(
            "db vacuum", "Gives unused space back to the disk", examples: ["roost db vacuum"],
            detail: "Needs as much free space as the database is large; writers wait meanwhile."
        ) { call, _, store in
            let report = try await store.vacuum()
            if call.isJSON {
                return call.terminal.print(
                    json: [
                        "bytes_before": .int(Int64(report.bytesBefore)), "bytes_after": .int(Int64(report.bytesAfter)),
                    ])
            }
            call.terminal.print(
                "\(ByteCount.text(report.bytesBefore)) before, \(ByteCount.text(report.bytesAfter)) now.")
        }
    }

    private static var backup: Command {
        command(
            "db backup", "Copies the database to one file, as it is at this moment",
            [Operand("FILE", "The backup to write")], options: [Option("replace", nil, "Replace an existing file")],
            examples: ["roost db backup memory-2026-11-20.db", "roost db backup /backups/roost.db --replace"],
            detail: "The file appears only when it is complete, checked and on the disk; its owner alone can read it."
        ) { call, _, store in
            let path = call.operand(0) ?? ""
            if FileText.exists(path), !call.flag("replace") {
                throw Failure("\(path) exists already. Name another file, or add --replace.")
            }
            let report = try await store.backup(to: path, replacing: call.flag("replace"))
            if call.isJSON {
                return call.terminal.print(
                    json: [
                        "file": .string(path), "bytes": .int(Int64(report.bytes)),
                        "schema_version": .int(Int64(report.schemaVersion)),
                    ])
            }
            call.terminal.print("Wrote \(path): \(ByteCount.text(report.bytes)).")
        }
    }

    private static var restore: Command {
        command(
            "db restore", "Replaces the content of the database by a backup", [Operand("FILE", "The backup to read")],
            options: [.yes, Option("no-safety-copy", nil, "Do not back up the present content first")],
            examples: ["roost db restore memory-2026-11-20.db", "roost db restore memory.db --yes"],
            detail: """
                Takes effect at once for every server and command that has the file open. The present content is saved
                beside the database first. A damaged file and one of a newer schema are refused, and nothing changes.
                """
        ) { call, settings, store in
            let path = call.operand(0) ?? ""
            guard FileText.exists(path) else { throw Failure("There is no file \(path).") }
            try Confirmation(call).ask("Replace everything in \(settings.database) by \(path)?")
            var saved: String?
            if !call.flag("no-safety-copy") {
                let time = Timestamp.now.iso8601.prefix(19).filter { $0.isNumber }
                let copy = unused(settings.database + ".before-restore-\(time)")
                _ = try await store.backup(to: copy)
                saved = copy
            }
            let report: BackupReport
            do {
                report = try await store.restore(from: path)
            } catch let refusal as StoreError where [.notADatabase, .cannotOpen].contains(refusal.code) {
                // Nothing was replaced, so there is nothing to go back to.
                if let saved { unlink(saved) }
                throw Failure("\(path): \(refusal.message)")
            }
            if call.isJSON {
                return call.terminal.print(
                    json: [
                        "restored": .string(path), "bytes": .int(Int64(report.bytes)),
                        "saved": saved.map { .string($0) } ?? .null,
                    ])
            }
            call.terminal.print("Restored \(path): \(ByteCount.text(report.bytes)).")
            if let saved { call.terminal.print("What was there before is in \(saved).") }
        }
    }

    /// The name, or the name with a number where there is such a file already.
    private static func unused(_ name: String) -> String {
        var candidate = name
        var number = 2
        while FileText.exists(candidate) {
            candidate = "\(name)-\(number)"
            number += 1
        }
        return candidate
    }
}

enum ByteCount {
    /// `12.3 MB`.
    static func text(_ bytes: Int) -> String {
        if bytes < 1024 { return "\(bytes) bytes" }
        var value = Double(bytes) / 1024
        for unit in ["kB", "MB", "GB"] {
            if value < 1024 || unit == "GB" { return "\((value * 10).rounded() / 10) \(unit)" }
            value /= 1024
        }
        return "\(bytes) bytes"
    }
}

/// Asks before something is lost. Without a person to ask, `--yes` has to be given.
struct Confirmation {
    private let call: Invocation

    init(_ call: Invocation) { self.call = call }

    func ask(_ question: String) throws {
        if call.flag("yes") { return }
        guard call.terminal.isInputTerminal, call.terminal.isErrorTerminal else {
            throw Failure("\(question) Add --yes to do it without being asked.")
        }
        call.terminal.printError("\(question) Type 'yes' to go on:")
        guard readLine()?.lowercased() == "yes" else { throw Failure("Nothing was changed.") }
    }
}
