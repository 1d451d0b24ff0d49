package import Domain
package import Platform
import Storage

/// Carries out what has source code: custom tools, and code that a model writes itself (`run_code`).
package struct CodeToolRun: Sendable {
    let engine: Engine

    /// For whom a tool runs: whose secrets it gets, and whose state.
    enum Owner: Sendable {
        case agent(ToolInvocation)
        /// Nobody: a tool is tried out, with variables that its caller gave and may see again.
        case caller([(name: String, value: String)])
    }

    func canRun(_ tool: Tool) -> Bool { tool.isCustom && tool.sourceCode != nil }

    /// - Throws: `Refusal` when the store fails; `CancellationError`.
    func run(_ tool: Tool, _ invocation: ToolInvocation) async throws -> ToolOutcome {
        try await run(tool, invocation.arguments, for: .agent(invocation))
    }

    func run(_ tool: Tool, _ arguments: JSONObject, for owner: Owner) async throws -> ToolOutcome {
        let clock = ContinuousClock.now
        let outcome: ToolOutcome
        do {
            try ArgumentCheck.check(arguments, of: tool.name, against: tool.jsonSchema?.value)
            let call = try await call(of: tool, arguments, for: owner)
            outcome = Self.outcome(of: try await engine.sandbox.run(call), tool.name, call.secretMask)
        } catch let failure as ToolFailure {
            outcome = .failure(failure, tool: tool.name)
        } catch let error as CodeError {
            outcome = Self.failed(tool.name, error.code.kind, error.message)
        }
        engine.log.info(
            "tool_code_ran", ("tool", .string(tool.name)), ("failed", .bool(outcome.isError)),
            ("milliseconds", .int(Int64((ContinuousClock.now - clock).nanoseconds) / 1_000_000)))
        return outcome
    }

    // MARK: The call

    /// Everything that the sandbox is told.
    /// - Throws: `ToolFailure` for a tool that cannot be run; `Refusal` when the store fails.
    func call(of tool: Tool, _ arguments: JSONObject, for owner: Owner) async throws -> CodeCall {
        let language = try Self.language(of: tool)
        guard let source = tool.sourceCode else { throw Self.noSource(tool.name) }
        var call = CodeCall(language, source: source, function: tool.name)
        call.arguments = arguments
        // Whether there is one for tools is the operator's word.
        call.limits.allowsNetwork = true
        do {
            call.requirements = try (tool.pipRequirements?.value.array ?? []).map { try PipRequirement($0) }
        } catch let refusal as Refusal {
            throw ToolFailure(refusal.message)
        }
        switch owner {
        case .caller(let variables):
            call.environment = variables.map { CodeVariable($0.name, Secret($0.value), isSecret: false) }
        case .agent(let invocation):
            let wantsState = language == .python && source.containsBytes(of: "agent_state")
            let found = try await engine.read { try $0.codeSurroundings(of: invocation, withState: wantsState) }
            call.environment = Self.environment(of: invocation, found.secrets)
            call.agentState = found.state
        }
        return call
    }

    static func language(of tool: Tool) throws(ToolFailure) -> CodeLanguage {
        // V1 calls a Python tool `json` when it was made from its schema.
        let name = tool.sourceType ?? "python"
        if name == "json" { return .python }
        guard let language = CodeLanguage(name: name) else {
            throw ToolFailure(
                "\(tool.name) is written in '\(name)', which is not run here. Python, JavaScript and TypeScript are.",
                .notServed)
        }
        return language
    }

    private static func noSource(_ tool: String) -> ToolFailure {
        ToolFailure(
            "\(tool) has no source code, so the program that talks to the agent has to carry it out (client_tools).",
            .notServed)
    }

    /// What V1 sets, then the agent's secrets: they may stand in the place of the others.
    static func environment(of invocation: ToolInvocation, _ secrets: [AgentSecret]) -> [CodeVariable] {
        var variables = [CodeVariable("LETTA_AGENT_ID", Secret(invocation.agent.id), isSecret: false)]
        if let project = invocation.agent.projectID {
            for name in ["LETTA_PROJECT_ID", "PROJECT_ID"] {
                variables.append(CodeVariable(name, Secret(project), isSecret: false))
            }
        }
        let names = Set(secrets.map(\.key))
        return variables.filter { !names.contains($0.name) } + secrets.map { CodeVariable($0.key, Secret($0.value)) }
    }

    // MARK: The outcome

    /// The most characters of a failure, as in V1.
    private static let longestFailure = 1000

    private static func outcome(of result: CodeResult, _ tool: String, _ mask: SecretMask) -> ToolOutcome {
        var outcome: ToolOutcome
        switch result.ending {
        case .returned:
            outcome = ToolOutcome(mask.masked(result.text))
            outcome.value = result.value.map(mask.masked) ?? .string(outcome.text)
        case .raised(let kind, let message): outcome = failed(tool, kind, mask.masked(message))
        case .timedOut(let seconds):
            outcome = failed(
                tool, "TimeoutError", "Executing tool \(tool) timed out after \(JSONValue.seconds(seconds)) seconds.")
        case .killed(let reason): outcome = failed(tool, "RuntimeError", "it was stopped: \(mask.masked(reason))")
        }
        outcome.stdout = mask.masked(result.stdout)
        let stderr = mask.masked(result.stderr)
        outcome.stderr = stderr.isEmpty ? outcome.stderr ?? [] : stderr
        return outcome
    }

    private static func failed(_ tool: String, _ kind: String, _ message: String) -> ToolOutcome {
        let text = "Error executing function \(tool): \(kind): \(message)"
        let cut = String(text.unicodeScalars.prefix(longestFailure))
        return ToolOutcome(cut, isError: true, stdout: [], stderr: [cut])
    }
}

extension CodeCall {
    var secretMask: SecretMask { SecretMask(environment.filter(\.isSecret).map(\.value)) }
}

extension CodeError.Code {
    /// The exception that Python has for it.
    var kind: String {
        switch self {
        case .unavailable: "NotImplementedError"
        case .requirements: "ImportError"
        case .invalidSource: "SyntaxError"
        case .busy: "RuntimeError"
        }
    }
}

extension Engine {
    var codeTools: CodeToolRun { CodeToolRun(engine: self) }
}

extension JSONValue {
    /// Without a fraction where there is none.
    static func seconds(_ value: Double) -> String { Int(exactly: value).map(String.init) ?? "\(value)" }
}
