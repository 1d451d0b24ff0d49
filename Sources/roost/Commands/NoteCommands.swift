import Client
import Platform

/// `roost remember`, `roost log-error`, `roost forget`: notes of the project one works in, by the same rules as the MCP tools.
enum NoteCommands {
    static let all: [Command] = [remember, logError, forget]

    // MARK: remember

    private static let remember: Command = .overAPI(
        "remember", "Keeps a note for later sessions, once",
        [Operand("TEXT", "The note; - reads standard input", repeated: true)],
        options: [
            .agent, Option("type", "TYPE", "decision, bug, learning, preference, …"), .tags, .metadata,
            Option("file", "PATH", "The file it is about"),
        ],
        examples: [
            "roost remember 'Port 8283 is taken on the build machine; tests use 8300' --type learning",
            "roost remember 'We left Redis: one queue is enough' --type decision --tag queue",
            "git log -1 --format=%B | roost remember - --type decision --file src/queue.py",
        ]
    ) { session in
        let call = session.call
        var note = MemoryNote(
            try text(session), type: call.text("type"),
            from: Provenance(source: "cli", trust: .user, file: await session.notedFile()))
        note.tags = call.texts("tag")
        if let metadata = try session.json(option: "metadata") {
            guard let object = metadata.object else { throw Failure("--metadata must be a JSON object.") }
            note.metadata = object
        }
        if let file = note.provenance.file { note.metadata["file_path"] = .string(file) }
        let answer = try await session.memory.remember(note)
        report(answer, session) {
            answer["stored"] == true
                ? "Stored \(answer.shown("id")) in \(answer.shown("memory"))."
                : "\(answer.shown("id")) in \(answer.shown("memory")) says this already."
        }
    }

    private static func text(_ session: Session) throws -> String {
        let words = session.call.operands
        let text = words == ["-"] ? try FileText.readText("-") : words.joined(separator: " ")
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let kept = lines.drop { $0.allSatisfy(\.isWhitespace) }
        guard let last = kept.lastIndex(where: { !$0.allSatisfy(\.isWhitespace) }) else {
            throw Failure("There is no text to remember.")
        }
        return kept[...last].joined(separator: "\n")
    }

    // MARK: log-error

    private static let logError: Command = .overAPI(
        "log-error", "Keeps an error and its fix; the same error again is counted",
        [Operand("MESSAGE", "What it said", repeated: true)],
        options: [
            .agent, Option("file", "PATH", "Where it came from"),
            Option("command", "COMMAND", "What was run"), Option("fix", "TEXT", "What mended it: it is resolved then"),
            Option("stack", "FILE", "A file with the stack trace; - is standard input"),
        ],
        examples: [
            "roost log-error 'ECONNREFUSED 127.0.0.1:5432' --command 'npm test'",
            "roost log-error 'ECONNREFUSED 127.0.0.1:5432' --fix 'docker compose up -d db first'",
        ]
    ) { session in
        let call = session.call
        var error = ErrorReport(try text(session))
        error.file = await session.notedFile()
        error.command = call.text("command")
        error.fix = call.text("fix")
        error.stack = try call.text("stack").map(FileText.readText)
        let answer = try await session.memory.log(error, source: "cli")
        report(answer, session) { sentence(ofError: answer) }
    }

    private static func sentence(ofError answer: JSONValue) -> String {
        let count = answer["count"]?.int ?? 1
        var text =
            answer["stored"] == true
            ? "Stored \(answer.shown("id"))."
            : "Known as \(answer.shown("id")), met \(count) \(count == 1 ? "time" : "times")."
        if answer["resolved"] == true { text += " It is resolved." }
        if answer["fix"] != nil { text += "\nFixed last time by: \(Table.oneLine(answer.shown("fix")))" }
        return text
    }

    // MARK: forget

    private static let forget: Command = .overAPI(
        "forget", "Deletes notes, after showing which",
        [Operand("ID-OR-QUERY", "A passage's id, or what the notes are about", repeated: true)],
        options: [.agent, .yes],
        examples: ["roost forget passage-9f… --yes", "roost forget 'the old staging server'"]
    ) { session in
        let words = session.call.operands.joined(separator: " ")
        let target: ForgetTarget = Identifier.isValid(words, .passage) ? .passage(words) : .query(words)
        let notes = try await session.memory.notes(toForget: target)
        let isSure = session.call.flag("yes")
        if session.call.isJSON {
            let deleted = isSure ? try await session.memory.forget(notes) : []
            return session.terminal.print(json: [
                "deleted": .bool(!deleted.isEmpty), "dry_run": .bool(!isSure),
                "passages": .array(isSure ? deleted : notes),
            ])
        }
        if notes.isEmpty {
            return session.terminal.printError(
                "Nothing in this memory is surely about that. 'roost recall' shows ids; pass one.")
        }
        for note in notes { NoteText.show(note, session.terminal) }
        let count = notes.count == 1 ? "this note" : "these \(notes.count) notes"
        if !isSure, !session.terminal.isInputTerminal {
            return session.terminal.printError("Nothing was deleted. Add --yes to delete \(count).")
        }
        try session.confirm("Delete \(count)?")
        let deleted = try await session.memory.forget(notes)
        session.terminal.print("Deleted \(deleted.count) \(deleted.count == 1 ? "note" : "notes").")
    }

    // MARK: Answers

    private static func report(_ answer: JSONValue, _ session: Session, _ sentence: () -> String) {
        if session.call.isJSON { return session.terminal.print(json: answer) }
        session.terminal.print(Table.printable(sentence()))
        for similar in answer["similar"]?.array ?? [] {
            session.terminal.printError(
                "Similar: \(similar.shown("id")) \(Table.oneLine(Table.cut(similar.shown("text"), to: 160)))")
        }
        if answer["similar"] != nil {
            session.terminal.printError("If the new note replaces one of them: roost forget ID")
        } else {
            for hint in answer["hints"]?.strings ?? [] where answer["stored"] == true || answer["count"] != nil {
                session.terminal.printError(hint)
            }
        }
    }
}

/// A passage as a person reads it.
enum NoteText {
    /// Its first line says what it is, the second where it stands.
    static func show(_ note: JSONValue, _ terminal: Terminal) {
        let style = terminal.style
        let width = min(terminal.width, 100)
        let tags = note.shownList("tags")
        terminal.print(
            style.faint(
                "\(note.shownTime("created_at"))  \(note.shown("id"))\(tags.isEmpty ? "" : "  ")\(Table.oneLine(tags))")
        )
        for line in Excerpt(note.shown("text"), around: [], width: width - 2, lines: 3).lines {
            terminal.print("  \(line)")
        }
    }
}

extension Session {
    /// `--file` as notes have it: relative to the project.
    func notedFile() async -> String? {
        guard let path = call.text("file") else { return nil }
        return await noted(path)
    }

    /// A path as notes have it: relative to the project's top folder.
    func noted(_ path: String) async -> String {
        guard let folder = ClientFolder.find(call.surroundings.environment) else { return path }
        return Project(folder: folder).noted(path, from: FileText.workingFolder ?? folder)
    }
}
