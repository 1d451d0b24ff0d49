import Client
import Glibc
import HTTP
import Platform

/// One run of an import command: finds where to, shows progress, sums up.
struct ImportRun: Sendable {
    private let session: Session
    private let line: ProgressLine

    init(_ session: Session) {
        self.session = session
        line = ProgressLine(session.terminal)
    }

    private var call: Invocation { session.call }

    /// - Throws: `Failure`, `ExitStatus` when some records were left out or the import was interrupted.
    func store<Source: ImportSource>(_ source: Source) async throws {
        let isTrial = call.flag("dry-run")
        let place = try await destination(isTrial: isTrial)
        var options = PassageImport.Options()
        options.tags = call.texts("tag")
        options.isTrial = isTrial
        options.keepsGoing = call.flag("keep-going")
        let interrupt = Interrupt()
        // Without a terminal the signal ends the process as ever: whole batches are stored, nothing else.
        if session.terminal.isErrorTerminal { interrupt.watch() }
        var listener = PassageImport.Listener()
        listener.isStopped = { interrupt.isNoted }
        listener.progress = { count, part in
            line.show("\(count.read) read, \(count.added) added", done: count.read, part: part)
        }
        listener.problem = { problem in
            line.clear()
            session.terminal.printError(Table.oneLine(problem.description))
        }
        var source = source
        do {
            let run = PassageImport(session.client, archive: place.archive, options: options, listener: listener)
            let count = try await run(&source)
            line.clear()
            report(count, place, isInterrupted: interrupt.isNoted)
            if interrupt.isNoted { throw ExitStatus(code: 130) }
            if count.failed > 0 { throw ExitStatus(code: 1) }
        } catch let problem as ImportProblem {
            line.clear()
            let advice =
                problem.endsSource || options.keepsGoing
                ? "" : " Repair it, or leave such records out with --keep-going."
            throw Failure(Table.oneLine(problem.description) + advice)
        }
    }

    private func report(_ count: PassageImport.Count, _ place: Destination, isInterrupted: Bool) {
        if call.isJSON {
            var body = JSONObject([
                ("read", .int(Int64(count.read))), ("added", .int(Int64(count.added))),
                ("known", .int(Int64(count.known))), ("failed", .int(Int64(count.failed))),
                ("dry_run", .bool(call.flag("dry-run"))), ("interrupted", .bool(isInterrupted)),
            ])
            body["archive_id"] = place.archive.map { .string($0) } ?? .null
            return session.terminal.print(json: .object(body))
        }
        let verb = call.flag("dry-run") ? "would be stored" : "stored"
        var text = "\(count.added) \(count.added == 1 ? "passage" : "passages") \(verb) in \(place.name)"
        if count.known > 0 { text += ", \(count.known) known already" }
        if count.failed > 0 { text += ", \(count.failed) left out" }
        session.terminal.print(text + ".")
        if isInterrupted {
            session.terminal.printError(
                "Interrupted. Run the same command again for the rest; nothing is stored twice.")
        }
    }
}

// MARK: Where to

extension ImportRun {
    private struct Destination {
        /// Nil in a trial, when it would have to be made.
        let archive: String?
        let name: String
    }

    private func destination(isTrial: Bool) async throws -> Destination {
        switch (call.text("archive"), call.text("agent")) {
        case (_?, _?):
            throw UsageError(message: "Name --archive or --agent, not both.", path: call.command.path)
        case (let archive?, nil):
            return try await self.archive(archive, isTrial: isTrial)
        case (nil, let agent):
            guard let agent = agent ?? session.settings.agent else {
                throw UsageError(
                    message: "Where to? Name --archive ARCHIVE or --agent AGENT.", path: call.command.path)
            }
            return try await archive(ofAgent: agent, isTrial: isTrial)
        }
    }

    private func archive(_ reference: String, isTrial: Bool) async throws -> Destination {
        let id = try await existing(.archive, reference) {
            isTrial
                ? nil
                : try await session.client.call(.post, "/v1/archives/", body: ["name": .string(reference)])["id"]?
                    .string
        }
        return Destination(archive: id, name: "the archive \(reference)")
    }

    /// The archive that the agent's new passages go to, which is made when it has none.
    private func archive(ofAgent reference: String, isTrial: Bool) async throws -> Destination {
        let name = "the memory of \(reference)"
        let agent = try await existing(.agent, reference) {
            if isTrial { return nil }
            var body = BodyDraft()
            body.set("name", reference)
            return try await AgentCommands.make(body, session)["id"]?.string
        }
        guard let agent else { return Destination(archive: nil, name: name) }
        return Destination(archive: try await session.client.archive(ofAgent: agent, isTrial: isTrial), name: name)
    }

    /// The id of what has this name; what `make` gives when there is none and --create allows it.
    private func existing(
        _ named: RoostClient.Named, _ reference: String, make: () async throws -> String?
    ) async throws -> String? {
        do {
            return try await session.client.id(of: named, reference)
        } catch let error as ClientError where error.status == 404 {
            guard call.flag("create") else { throw ClientError("\(error.description) Or make it with --create.") }
            return try await make()
        }
    }
}

/// Whether somebody pressed Ctrl-C.
private final class Interrupt: Sendable {
    private let flag = Lock(false)

    var isNoted: Bool { flag.withLock { $0 } }

    /// From now on the signals do not end the process.
    func watch() {
        let signals = Signals.stream(of: [SIGINT, SIGTERM])
        Task {
            for await _ in signals {
                // The second one means it.
                if isNoted { _exit(130) }
                flag.withLock { $0 = true }
            }
        }
    }
}
