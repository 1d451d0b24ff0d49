import Client
import Domain
import Engine
import HTTP
import Platform
import Storage

/// `roost embeddings …`: the vectors of passages.
enum EmbeddingCommands {
    static var all: [Command] { [status, run, reembed] }

    private static var status: Command {
        .overAPI(
            "embeddings status", "Shows which models make the vectors of passages, and how many passages wait",
            examples: ["roost embeddings status", "roost embeddings status --json"]
        ) { session in
            let status = try await session.client.get("/v1/roost/embeddings")
            if session.call.isJSON { return session.terminal.print(json: status) }
            let local = status["local"]?.shown("handle") ?? ""
            session.terminal.print("Local model: \(local.isEmpty ? "none" : local)")
            session.terminal.print(
                "Passages: \(status.shown("passages")), \(status.shown("embedded")) with vectors, "
                    + "\(status.shown("waiting")) waiting")
            show(status["models"]?.array ?? [], archives: status["archives"]?.array ?? [], session)
            if let error = status["last_error"], error != .null {
                session.terminal.print(
                    "Last failure, \(error.shownTime("at")), of \(error.shown("model")): \(error.shown("message"))")
            }
            if let advice = status["advice"]?.string { session.terminal.print("→ \(advice)") }
        }
    }

    private static func show(_ models: [JSONValue], archives: [JSONValue], _ session: Session) {
        let (style, width) = (session.terminal.style, session.terminal.width)
        if !models.isEmpty {
            var table = Table("MODEL", "DIMENSIONS", "ARCHIVES", "AVAILABLE")
            for model in models {
                table.add(
                    model.shown("handle"), model.shown("dimensions"), model.shown("archives"),
                    model["available"] == true ? "yes" : "no")
            }
            session.terminal.print(table.text(style: style, width: width))
        }
        if !archives.isEmpty {
            var table = Table("ARCHIVE", "ID", "MODEL", "CHANGES TO", "EMBEDDED", "WAITING")
            for archive in archives {
                table.add(
                    archive.shown("name"), archive.shown("archive_id"), archive["model"]?.shown("handle") ?? "",
                    archive["next_model"]?.shown("handle") ?? "",
                    "\(archive.shown("embedded")) of \(archive.shown("passages"))", archive.shown("waiting"))
            }
            session.terminal.print(table.text(style: style, width: width))
        }
    }

    private static var reembed: Command {
        .overAPI(
            "embeddings reembed", "Embeds the passages of an archive again, with its own model or another",
            [Operand("ARCHIVE", "The archive, by id or by name")],
            options: [Option("embedding", "HANDLE", "The model; without it the one that the archive names")],
            examples: [
                "roost embeddings reembed notes",
                "roost embeddings reembed notes --embedding openai/text-embedding-3-small",
            ]
        ) { session in
            let id = try await session.id(of: .archive)
            var body = BodyDraft()
            body.set("embedding", session.call.text("embedding"))
            let archive = try await session.client.call(.post, "/v1/roost/archives/\(id)/reembed", body: body.json)
            let next = archive["next_model"]?.shown("handle") ?? ""
            let sentence =
                next.isEmpty
                ? "The archive \(archive.shown("name")) has this model already, or takes it with its first passage."
                : "The archive \(archive.shown("name")) changes to \(next): \(archive.shown("embedded")) of "
                    + "\(archive.shown("passages")) passages. A running server does it now, else 'roost embeddings run'."
            session.report(archive, sentence)
        }
    }

    // MARK: Run

    private static var run: Command {
        var command = Command("embeddings run", "Makes the vectors that passages of the local file wait for, now") {
            call in
            let settings = try Settings.read(call)
            let log = Log(level: .warning, isJSON: settings.logsJSON ?? !call.terminal.isErrorTerminal)
            let assembly = try Assembly(settings: settings, log: log)
            let result: Result<Void, any Error>
            do { result = .success(try await run(assembly.engine, call)) } catch { result = .failure(error) }
            await assembly.close()
            try result.get()
        }
        command.detail = """
            A running server does this by itself. Ctrl-C loses nothing: what is done is kept, the rest waits. Exit code 1 when
            something is still waiting at the end.
            """
        command.options =
            Setting.all.filter { ["home", "database"].contains($0.name) }.map(\.option) + Settings.fileOptions
        command.examples = ["roost embeddings run"]
        return command
    }

    private static func run(_ engine: Engine, _ call: Invocation) async throws {
        var work = EmbeddingWork(engine: engine)
        let before = try await engine.embedding.status(by: Caller())
        let line = ProgressLine(call.terminal)
        let total = before.work
        var status = before
        var shown = ContinuousClock.now
        while try await work.step() {
            // Counting a long queue costs more than a step.
            guard shown.duration(to: .now) > .seconds(1) else { continue }
            status = try await engine.embedding.status(by: Caller())
            let done = max(0, total - status.work)
            line.show("\(done) of \(total) embedded", done: done, part: total > 0 ? Double(done) / Double(total) : nil)
            shown = .now
        }
        status = try await engine.embedding.status(by: Caller())
        line.clear()
        let done = max(0, total - status.work)
        if call.isJSON {
            call.terminal.print(
                json: ["embedded": .int(Int64(done)), "waiting": .int(Int64(status.work))])
        } else {
            call.terminal.print(
                total == 0 ? "Nothing waits." : "\(done) of \(total) embedded, \(status.work) still waiting.")
        }
        guard status.work > 0 else { return }
        let reason = status.lastFailure.map { "\($0.handle): \($0.error.message)" } ?? status.advice
        throw Failure(reason ?? "What is left was refused by its model and is tried again later.")
    }
}

extension EmbeddingStatus {
    /// Vectors that are still to be made, as far as it is known.
    fileprivate var work: Int {
        waiting + archives.filter { $0.next != nil }.map { max(0, $0.passages - $0.embedded) }.reduce(0, +)
    }
}
