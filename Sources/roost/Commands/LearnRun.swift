import Client
import Platform

/// One run of `roost learn …`. Memory is never the reason that a pipeline fails: what goes wrong is a warning, unless
/// `--strict` is given.
struct LearnRun: Sendable {
    let memory: LearnedMemory
    let run: CIRun
    let call: Invocation

    static let options: [Option] =
        [
            Option("commit", "SHA", "The commit it is about (in CI: the pipeline's own)"),
            Option("branch", "NAME", "The branch it is about (in CI: the pipeline's own)"),
            Option("run", "ID", "What tells this run from others (in CI: the pipeline's own)"),
            Option("strict", nil, "End with 1 when nothing could be stored, instead of warning"),
            .agent,
        ] + Session.options

    static func command(
        _ name: String, _ summary: String, _ operands: [Operand] = [], options: [Option] = [], detail: String = "",
        examples: [String], _ body: @escaping @Sendable (LearnRun) async throws -> LearnOutcome
    ) -> Command {
        var command = Command("learn " + name, summary) { call in try await perform(call, body) }
        command.operands = operands
        command.options = options + Self.options
        command.detail = detail
        command.examples = examples
        return command
    }

    private static func perform(
        _ call: Invocation, _ body: @escaping @Sendable (LearnRun) async throws -> LearnOutcome
    ) async throws {
        do {
            try await Session.run(call) { session in
                let learn = LearnRun(memory: LearnedMemory(session.memory), run: try run(of: call), call: call)
                var outcome = try await body(learn)
                if session.settings.baseURL == nil,
                    call.surroundings.environment["RUNNER_ENVIRONMENT"] == "github-hosted"
                {
                    outcome.notes.append("LETTA_BASE_URL is not set: what was stored is lost with this runner.")
                }
                learn.report(outcome)
            }
        } catch let error as UsageError {
            throw error
        } catch {
            if call.flag("strict") { throw error }
            warn("Nothing was stored in memory. \(error)", call)
        }
    }

    private static func run(of call: Invocation) throws -> CIRun {
        let environment = call.surroundings.environment
        // Only for what it says of a pull request; a payload that cannot be read says nothing.
        let event = try? environment["GITHUB_EVENT_PATH"].map { try JSONValue(parsing: FileText.read($0)) }
        var run = CIRun(
            environment: environment, event: event ?? nil, folder: FileText.workingFolder, time: .now)
        run.commit = call.text("commit") ?? run.commit
        run.branch = call.text("branch") ?? run.branch
        run.run = call.text("run") ?? run.run
        return run
    }

    /// On standard error; GitHub shows it beside the run.
    static func warn(_ text: String, _ call: Invocation) {
        guard call.surroundings.environment["GITHUB_ACTIONS"] == "true" else {
            return call.terminal.printError("roost: \(text)")
        }
        var line = text
        for (character, code) in [("%", "%25"), ("\r", "%0D"), ("\n", "%0A")] { line.replace(character, with: code) }
        call.terminal.printError("::warning title=Roost::\(line)")
    }

    // MARK: What came of it

    private func report(_ outcome: LearnOutcome) {
        if call.isJSON {
            call.terminal.print(json: outcome.json)
        } else {
            for line in outcome.lines { call.terminal.print(line) }
        }
        let environment = call.surroundings.environment
        let files = [("GITHUB_STEP_SUMMARY", outcome.markdown), ("GITHUB_OUTPUT", outcome.outputs)]
        for case (let name, let text?) in files {
            guard let path = environment[name], !path.isEmpty else { continue }
            do { try FileText.append(Array(text.utf8), to: path) } catch { Self.warn("\(error)", call) }
        }
    }
}

extension Invocation {
    /// An option that is a number with or without decimals.
    func number(_ name: String) throws -> Double? {
        guard let text = text(name) else { return nil }
        guard let number = Double(text), number.isFinite else {
            throw UsageError(message: "'--\(name)' needs a number, not '\(text)'.", path: command.path)
        }
        return number
    }
}
