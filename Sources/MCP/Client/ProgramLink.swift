import Glibc
import Platform

/// A program that speaks over its standard input and output, a message a line.
final class ProgramLink: ServerLink {
    private let child: ChildProcess
    private let outbox: ProgramInput
    private let errors = LastWords()
    private let replies = Replies()
    private let tasks: [Task<Void, Never>]

    /// Starts the program.
    /// - Throws: `MCPClientError`.
    init(
        _ command: String, _ arguments: [String], _ environment: [RemoteServer.Field], _ limits: ClientLimits,
        hear: @escaping Hearing
    ) async throws {
        let variables = Self.variables(environment)
        let searchPath = variables.last { $0.name == "PATH" }?.value ?? "/usr/local/bin:/usr/bin:/bin"
        guard let path = ChildProgram.path(of: command, in: searchPath) else {
            throw MCPClientError(
                .unreachable,
                "There is no program '\(command.prefix(200))' that this server can run. Give its absolute path, or set PATH in "
                    + "env.")
        }
        var program = ChildProgram(path, arguments)
        program.environment = variables
        let child: ChildProcess
        do { child = try await ChildProcess.start(program) } catch let error as ChildProcessError {
            throw MCPClientError(.unreachable, "The program cannot be started: \(error.description)")
        }
        self.child = child
        guard let input = child.input, let output = child.output, let error = child.error else {
            throw MCPClientError(.unreachable, "The program cannot be started: it has no pipes.")
        }
        let outbox = ProgramInput(limit: limits.messageBytes * 2)
        self.outbox = outbox
        let (replies, errors) = (replies, errors)
        tasks = [
            Task {
                var taking = AnswerTaking(replies, limits, hear: hear)
                if let problem = await Self.readAll(output, &taking, limits) { return replies.end(problem) }
                let ending = await Self.ending(of: child)
                replies.end(Self.end(ending))
            },
            Task { await outbox.writeAll(to: input) },
            Task { await errors.readAll(error) },
        ]
    }

    deinit { for task in tasks { task.cancel() } }

    /// A small part of this process's own: never its keys.
    private static func variables(_ given: [RemoteServer.Field]) -> [(name: String, value: String)] {
        let names: [String] = ["PATH", "HOME", "LANG"]
        let own = names.compactMap { name in
            getenv(name).map { (name: name, value: String(cString: $0)) }
        }
        return own.filter { variable in !given.contains { $0.name == variable.name } }
            + given.map { (name: $0.name, value: $0.value) }
    }

    // MARK: What it writes

    /// - Returns: why it is not listened to any more; nil at the end of its output.
    private static func readAll(
        _ output: PipeEnd, _ taking: inout AnswerTaking, _ limits: ClientLimits
    ) async -> MCPClientError? {
        var splitter = LineSplitter(limit: limits.messageBytes)
        do {
            while true {
                let bytes = try await output.read()
                if bytes.isEmpty { return nil }
                for line in splitter.lines(in: bytes) {
                    guard case .complete(let line) = line else {
                        return MCPClientError(
                            .protocolBroken, "The program wrote a line of more than \(limits.messageBytes) bytes.")
                    }
                    try taking.take(line)
                }
            }
        } catch let error as MCPClientError {
            return error
        } catch {
            // The pipe broke, or nobody listens any more.
            return nil
        }
    }

    /// Nil when it still runs a moment after it closed its output.
    private static func ending(of child: ChildProcess) async -> ChildProcess.Ending? {
        for _ in 0..<25 where child.ending == nil {
            guard (try? await Task.sleep(for: .milliseconds(20))) != nil else { break }
        }
        return child.ending
    }

    private static func end(_ ending: ChildProcess.Ending?) -> MCPClientError {
        let how =
            switch ending {
            case .exited(let status): "The program ended with the status \(status)."
            case .signalled(let number): "The program was ended by the signal \(number)."
            case nil: "The program closed its output."
            }
        return MCPClientError(.ended, how)
    }

    // MARK: The link

    var isOpen: Bool { replies.ended == nil }
    var lastWords: String? { errors.text }

    func agree(on revision: Revision) {}

    func tell(_ message: [UInt8]) async throws {
        if let end = replies.ended { throw end }
        try outbox.push(message)
    }

    func ask(_ request: ServerRequest) async throws -> Reply {
        try replies.expect(request.id)
        do { try outbox.push(request.bytes) } catch {
            replies.forget(request.id)
            throw error
        }
        return try await replies.reply(to: request.id)
    }

    /// As the protocol asks: its input ends, then it is told, then it is ended.
    func close() async {
        replies.end(MCPClientError(.ended, "The connection to the server was closed."))
        outbox.finish()
        child.input?.close()
        if await Self.ending(of: child) == nil {
            child.send(SIGTERM)
            _ = await Self.ending(of: child)
        }
        child.send(SIGKILL)
        for task in tasks { task.cancel() }
    }
}

/// Messages on their way to a program, which may be slow to take them.
private final class ProgramInput: Sendable {
    private let limit: Int
    private let waiting = Lock(0)
    private let messages: AsyncStream<[UInt8]>
    private let queue: AsyncStream<[UInt8]>.Continuation

    init(limit: Int) {
        self.limit = limit
        (messages, queue) = AsyncStream.makeStream()
    }

    /// - Throws: `MCPClientError` when the program takes nothing any more.
    func push(_ message: [UInt8]) throws {
        let isTaken = waiting.withLock { waiting in
            guard waiting == 0 || waiting + message.count <= limit else { return false }
            waiting += message.count
            return true
        }
        guard isTaken else { throw MCPClientError(.protocolBroken, "The program does not read what it is sent.") }
        queue.yield(message)
    }

    func finish() { queue.finish() }

    func writeAll(to input: PipeEnd) async {
        for await message in messages {
            // It has ended: whoever reads its output learns of it.
            guard (try? await input.write(message + [UInt8(ascii: "\n")])) != nil else { break }
            waiting.withLock { $0 -= message.count }
        }
        input.close()
    }
}

/// What a program wrote to its standard error at last.
private final class LastWords: Sendable {
    private let bytes = Lock<[UInt8]>([])
    private static let kept = 4096

    func readAll(_ error: PipeEnd) async {
        // The pipe broke, or nobody listens any more.
        while let piece = try? await error.read(), !piece.isEmpty {
            bytes.withLock { bytes in
                bytes += piece.suffix(Self.kept)
                if bytes.count > 2 * Self.kept { bytes.removeFirst(bytes.count - Self.kept) }
            }
            // Who writes without end writes slowly.
            if piece.count >= 32 << 10, await Self.isCancelled(after: .milliseconds(10)) { return }
        }
    }

    private static func isCancelled(after time: Duration) async -> Bool {
        // Only a cancelled task does not sleep.
        (try? await Task.sleep(for: time)) == nil
    }

    /// The last lines on one line; nil when there are none.
    var text: String? {
        let text = String(decoding: bytes.withLock { $0.suffix(Self.kept) }, as: UTF8.self)
        let lines = text.split { $0.isNewline }.suffix(5).map { line in
            String(String.UnicodeScalarView(line.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }))
        }
        return lines.isEmpty ? nil : String(lines.joined(separator: " | ").suffix(1000))
    }
}
