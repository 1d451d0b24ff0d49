import Client
import Engine
import Glibc
import Platform

/// `roost hook EVENT`: what Claude Code runs at the events of a session.
enum HookCommand {
    static var command: Command {
        var command = Command("hook", "Answers an event of a Claude Code session, which is read from standard input") {
            call in await answer(call)
        }
        command.detail = """
            Set up by 'roost setup claude-code'. Reads one JSON object, prints one or nothing. Whatever goes wrong, the exit code
            is 0 and the session goes on; after one second (prompts) or three it ends by itself. Unknown events do nothing.
            """
        command.operands = [Operand("EVENT", "SessionStart, UserPromptSubmit, PostToolUse, Stop, …", optional: true)]
        command.options = Session.options
        command.examples = ["roost hook SessionStart < event.json"]
        return command
    }

    private static func answer(_ call: Invocation) async {
        let began = ContinuousClock.now
        let event = call.operand(0).flatMap(HookEvent.init(rawValue:))
        staysQuiet()
        // Known events have their own limit; without a name the input says what it is.
        end(after: event?.timeLimit ?? 1)
        if call.operand(0) != nil, event == nil { return }
        // What is not an event's JSON cannot be answered, and is nobody's fault who sits before the editor.
        guard let bytes = try? FileText.read("-", limit: 64 << 20),
            let json = (try? JSONValue(parsing: bytes))?.object
        else { return }
        let input = HookInput(json)
        guard let event = event ?? input.event.flatMap(HookEvent.init(rawValue:)) else { return }
        let output: HookOutput
        var memory: HookMemory?
        var run: HookRun?
        do {
            let settings = try Settings.read(call)
            let opened = HookMemory(
                settings: settings, log: settings.quietLog(call, above: .error), timeLimit: event.timeLimit)
            memory = opened
            let begun = HookRun(event, input, in: surroundings(input, settings, opened, call))
            run = begun
            output = await begun.output()
        } catch {
            // Once a session would need the home folder, which is among what could not be read.
            output = event == .sessionStart ? HookOutput(message: "Roost: \(error)") : HookOutput()
        }
        // The answer first: the time may be over before what waited is delivered and vectors are made, and closing may have to
        // wait for another process.
        call.terminal.write(output.bytes(for: event))
        await run?.afterwards()
        if event == .sessionEnd { await memory?.makeVectors(until: began + .seconds(event.timeLimit * 0.7)) }
        // What was written is moved into the file. After reading there is nothing to close that the system does not.
        if event.mayWrite { await memory?.close() }
        // Taking the process apart takes longer than ending it.
        withExtendedLifetime(memory) { _exit(0) }
    }

    private static func surroundings(
        _ input: HookInput, _ settings: Settings, _ memory: HookMemory, _ call: Invocation
    ) -> HookSurroundings {
        let environment = call.surroundings.environment
        let folder = environment["CLAUDE_PROJECT_DIR"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? input.folder
        let scope = ToolSession.Scope(agent: settings.agent, project: settings.project, folder: folder)
        var made = HookSurroundings(
            home: settings.home, folder: folder ?? "/", memory: ToolSession(scope: scope) { try await memory.client() },
            isMemoryThere: settings.baseURL != nil || FileText.exists(settings.database), options: settings.hooks,
            now: .now, place: place(settings))
        made.summarize = settings.summarize
        return made
    }

    /// What tells one memory from another, without anything secret.
    private static func place(_ settings: Settings) -> String {
        settings.baseURL.map(Redaction.redacted) ?? "file:" + settings.database
    }

    /// Whoever does not read the answer, and whatever is wrong with this program, is no failure of the session: no signal of
    /// its own making ends the process with anything but 0, or writes where it was.
    private static func staysQuiet() {
        signal(SIGPIPE, SIG_IGN)
        for number in [SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV] { signal(number) { _ in _exit(0) } }
    }

    /// Ends the process after so many seconds, whatever it is doing. Nothing is torn by it: files are replaced in one step, and
    /// the database undoes what was not committed.
    private static func end(after seconds: Double) {
        BlockingThread.start(name: "time-limit") {
            usleep(UInt32(seconds * 950_000))
            _exit(0)
        }
    }
}

/// The memory of one hook: opened when it is needed first, closed at the end.
actor HookMemory {
    private let settings: Settings
    private let log: Log
    /// Seconds for a call to a server, or for a lock on the file: so short that there is time left to say that it does not
    /// answer.
    private let timeout: Double
    private var assembly: Assembly?
    private var opened: RoostClient?

    init(settings: Settings, log: Log, timeLimit: Double) {
        self.settings = settings
        self.log = log
        timeout = timeLimit * 0.7
    }

    /// Throws `ClientError`.
    func client() async throws -> RoostClient {
        if let opened { return opened }
        do {
            let client = try await open()
            opened = client
            return client
        } catch { throw ClientError("\(error)") }
    }

    private func open() async throws -> RoostClient {
        if let client = try RoostClient.elsewhere(settings, timeout: timeout) { return client }
        let isNew = !FileText.exists(settings.database)
        // A hook makes one call after the other.
        let assembly = try Assembly(
            settings: settings, log: log, leavesVectors: true, readers: 1, busySeconds: timeout)
        self.assembly = assembly
        // The built-in tools, which new agents get; a file that is there has them.
        if isNew { try await assembly.prepare() }
        return RoostClient(transport: assembly.transport(), project: settings.project, user: settings.author)
    }

    func close() async {
        await assembly?.engine.accesses.flush()
        await assembly?.close()
    }

    /// The vectors of what hooks wrote, as far as there is time: a session's end may be the last process for long.
    func makeVectors(until end: ContinuousClock.Instant) async {
        guard settings.baseURL == nil, FileText.exists(settings.database) else { return }
        do {
            _ = try await client()
            guard let assembly else { return }
            var work = EmbeddingWork(engine: assembly.engine)
            while ContinuousClock.now < end, try await work.step() {}
        } catch {
            // What waits is found again by the next process that makes vectors.
        }
    }
}
