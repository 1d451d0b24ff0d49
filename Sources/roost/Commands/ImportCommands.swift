import Client
import Platform

/// `roost import …`: passages from files of other programs.
enum ImportCommands {
    static var all: [Command] { [jsonLines, markdown, chroma] }

    private static let options: [Option] = [
        Option("archive", "ARCHIVE", "Into this archive, by id or by name"),
        Option("agent", "AGENT", "Into the archive of this agent, by id or by name (LETTA_AGENT_ID)"),
        Option("create", nil, "Make the archive or the agent when there is none of this name"),
        Option("tag", "TAG", "A tag for every passage; may be repeated", repeated: true),
        Option("dry-run", nil, "Read and check everything, store nothing"),
        Option("keep-going", nil, "Report what cannot be used and go on; the exit code is 1 then"),
    ]

    private static let detail =
        "An import can be stopped and run again: what is there already is left out, known by 'import_id' in its metadata."

    private static var jsonLines: Command {
        var command = Command.overAPI(
            "import jsonl", "Stores the lines of a file as passages, one JSON object a line",
            [Operand("FILE", "The file; - reads standard input")],
            options: options + [Option("text-field", "NAME", "The member that holds the text")],
            examples: [
                "roost import jsonl notes.jsonl --archive notes --create",
                "export-notes | roost import jsonl - --agent demo --tag imported",
            ]
        ) { session in
            let source = try Self.reading {
                try JSONLinesSource(session.call.operand(0) ?? "", textField: session.call.text("text-field"))
            }
            try await ImportRun(session).store(source)
        }
        command.detail = detail
        return command
    }

    private static var markdown: Command {
        var command = Command.overAPI(
            "import markdown", "Stores the sections of Markdown files as passages",
            [Operand("PATH", "A file, or a folder with .md and .markdown files", repeated: true)],
            options: options + [
                Option(
                    "section-size", "CHARACTERS", "Cut longer sections at blank lines (\(MarkdownSource.defaultLimit))",
                    kind: .integer(200...1_000_000))
            ],
            examples: [
                "roost import markdown docs --archive handbook --create",
                "roost import markdown README.md CHANGELOG.md --agent demo --dry-run",
            ]
        ) { session in
            let source = try Self.reading {
                try MarkdownSource(
                    session.call.operands, limit: session.call.integer("section-size") ?? MarkdownSource.defaultLimit)
            }
            try await ImportRun(session).store(source)
        }
        command.detail = detail
        return command
    }

    private static var chroma: Command {
        var command = Command.overAPI(
            "import chroma", "Stores the documents of a local Chroma store as passages",
            [Operand("DIR", "The folder that was given to Chroma's PersistentClient")],
            options: options + [Option("collection", "NAME", "Only this collection")],
            examples: [
                "roost import chroma ./chroma --archive memories --create",
                "roost import chroma ./chroma --collection notes --agent demo --dry-run",
            ]
        ) { session in
            let source = try ChromaSource(
                session.call.operand(0) ?? "", collection: session.call.text("collection"))
            try await ImportRun(session).store(source)
        }
        command.detail = detail + " The store is only read; its vectors are left out, because Roost makes its own."
        return command
    }

    private static func reading<Source>(_ open: () throws -> Source) throws -> Source {
        do { return try open() } catch let problem as ImportProblem { throw Failure(problem.description) }
    }
}
