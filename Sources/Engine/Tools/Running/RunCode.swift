import Domain
import Platform

/// `run_code` and `run_code_with_tools`: programs that a model writes (wire notes, section 10).
extension BuiltInToolRun {
    /// A program may be wrong in ways that tools are not, so it gets less time.
    private static let seconds = 60.0

    func runCode(_ call: ToolInvocation) async throws -> ToolOutcome {
        let arguments = ToolArguments(call)
        let code = try arguments.text("code")
        let name = try arguments.optionalText("language") ?? "python"
        guard let language = CodeLanguage(name: name.trimmed) else {
            throw ToolFailure("run_code does not run '\(name)' here. Write it in python, or in js.", .notServed)
        }
        var program = CodeCall(language, source: code)
        // The agent's secrets are for its tools: a model could be talked into sending them somewhere.
        program.environment = CodeToolRun.environment(of: call, [])
        return try await run(program, call.name)
    }

    func run(_ call: CodeCall, _ tool: String) async throws -> ToolOutcome {
        var call = call
        call.limits.seconds = Self.seconds
        call.limits.allowsNetwork = true
        do {
            return Self.outcome(of: try await engine.sandbox.run(call), call.secretMask)
        } catch let error as CodeError {
            throw ToolFailure("\(tool) cannot be carried out: \(error.message)", .notServed)
        }
    }

    /// What was printed, what the last expression was and how it failed, as V1 gives them.
    private static func outcome(of result: CodeResult, _ mask: SecretMask) -> ToolOutcome {
        let stdout = mask.masked(result.stdout)
        let stderr = mask.masked(result.stderr)
        var json = JSONObject()
        let text = mask.masked(result.text)
        json["results"] = .array(text.isEmpty ? [] : [.string(text)])
        json["logs"] = [
            "stdout": .array(stdout.map { .string($0) }), "stderr": .array(stderr.map { .string($0) }),
        ]
        if let failure = failure(result.ending) {
            json["error"] = ["name": .string(failure.name), "value": .string(mask.masked(failure.value))]
        }
        return ToolOutcome(JSONValue.object(json).text, isError: json["error"] != nil, stdout: stdout, stderr: stderr)
    }

    private static func failure(_ ending: CodeResult.Ending) -> (name: String, value: String)? {
        switch ending {
        case .returned: nil
        case .raised(let kind, let message): (kind, message)
        case .timedOut(let seconds): ("TimeoutError", "It was stopped after \(JSONValue.seconds(seconds)) seconds.")
        case .killed(let reason): ("RuntimeError", "It was stopped: \(reason)")
        }
    }
}
