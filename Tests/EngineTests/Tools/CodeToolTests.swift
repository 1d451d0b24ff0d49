import Domain
import Platform
import RoostTesting
import Testing

@testable import Engine

/// Tools with source code: what the sandbox is given, and what comes of its answer.
@Suite struct CodeToolTests {
    private static let key = "sk-12345/ä b"

    /// An agent with a secret and a tool, whose code answers so.
    private func withTool(
        _ sandbox: ScriptedSandbox, change: (inout NewTool) -> Void = { _ in },
        _ body: (Engine, ToolInvocation, Tool) async throws -> Void
    ) async throws {
        try await withServer(sandbox: sandbox) { server in
            var new = NewTool()
            new.sourceCode = "def add(a, b, agent_state): return a + b"
            new.jsonSchema = [
                "name": "add",
                "parameters": [
                    "type": "object", "properties": ["a": ["type": "integer"], "b": ["type": "integer"]],
                    "required": ["a"],
                ],
            ]
            new.pipRequirements = [
                try PipRequirement("httpx[http2]>=0.27"), try PipRequirement(name: "attrs", version: "1"),
            ]
            change(&new)
            let tool = try await server.engine.tools.create(new, by: Caller())
            var agent = NewAgent()
            agent.name = "Mo"
            agent.memoryBlocks = [NewBlock(label: "human", value: "Ann")]
            agent.secrets = [("API_KEY", Self.key), ("PIN", "123")]
            agent.tags = ["a"]
            let stored = try await server.engine.agents.create(agent, by: Caller()).agent
            let call = ToolInvocation(name: tool.name, arguments: ["a": 1], agent: stored, caller: Caller())
            try await body(server.engine, call, tool)
        }
    }

    @Test func `the sandbox is given source, arguments, variables, packages and the agent's state`() async throws {
        let sandbox = ScriptedSandbox { _ in CodeResult(.returned, text: "3", value: 3) }
        try await withTool(sandbox) { engine, invocation, tool in
            let outcome = try await engine.run(tool, invocation)
            #expect(outcome.text == "3" && outcome.value == 3 && !outcome.isError)
            let call = try #require(sandbox.calls.first)
            #expect(call.language == .python && call.function == "add" && call.source == tool.sourceCode)
            #expect(call.arguments == ["a": 1])
            #expect(call.requirements.map(\.requirement) == ["httpx[http2]>=0.27", "attrs==1"])
            #expect(call.environment.map(\.name) == ["LETTA_AGENT_ID", "API_KEY", "PIN"])
            #expect(call.environment.map(\.isSecret) == [false, true, true])
            let state = try #require(call.agentState?.value)
            #expect(state["name"] == "Mo" && state["tags"] == ["a"] && state["secrets"] == [])
            #expect(state["memory"]?["blocks"]?.array?.first?["value"] == "Ann")
            #expect(!(call.agentState?.text.contains(Self.key) ?? true))
        }
    }

    @Test func `an agent's state is read only for code that asks for it`() async throws {
        let sandbox = ScriptedSandbox()
        try await withTool(sandbox, change: { $0.sourceCode = "def add(a): return a" }) { engine, invocation, tool in
            _ = try await engine.run(tool, invocation)
            #expect(sandbox.calls.first?.agentState == nil)
        }
    }

    @Test(
        arguments: [
            (
                CodeResult(.raised(kind: "ValueError", message: "bad 1"), text: "", stderr: ["Traceback"]),
                "Error executing function add: ValueError: bad 1", ["Traceback"]
            ),
            (
                CodeResult(.timedOut(seconds: 180), text: ""),
                "Error executing function add: TimeoutError: Executing tool add timed out after 180 seconds.", nil
            ),
            (
                CodeResult(.killed("it used more than 1 GiB of memory"), text: ""),
                "Error executing function add: RuntimeError: it was stopped: it used more than 1 GiB of memory", nil
            ),
        ] as [(CodeResult, String, [String]?)]) func `a failure is told in V1's words`(
            _ result: CodeResult, _ text: String, _ stderr: [String]?
        ) async throws
    {
        try await withTool(ScriptedSandbox { _ in result }) { engine, invocation, tool in
            let outcome = try await engine.run(tool, invocation)
            #expect(outcome.isError && outcome.text == text)
            #expect(outcome.stderr == stderr ?? [text] && outcome.stdout == [])
        }
    }

    @Test func `a long failure is cut at 1000 characters`() async throws {
        let long = String(repeating: "ü", count: 3000)
        let sandbox = ScriptedSandbox { _ in CodeResult(.raised(kind: "E", message: long), text: "") }
        try await withTool(sandbox) { engine, invocation, tool in
            let text = try await engine.run(tool, invocation).text
            #expect(text.unicodeScalars.count == 1000)
        }
    }

    @Test(
        arguments: [
            (CodeError(.unavailable, "Install bubblewrap."), "NotImplementedError: Install bubblewrap."),
            (CodeError(.requirements, "pip found no 'x'."), "ImportError: pip found no 'x'."),
            (CodeError(.busy, "Too many calls."), "RuntimeError: Too many calls."),
        ]) func `what cannot be run is a failure of the tool`(_ error: CodeError, _ text: String) async throws
    {
        try await withTool(ScriptedSandbox { _ in throw error }) { engine, invocation, tool in
            let outcome = try await engine.run(tool, invocation)
            #expect(outcome.isError && outcome.text == "Error executing function add: " + text)
        }
    }

    @Test func `secrets are masked however they are spelled; short ones and ids are not`() async throws {
        let spelled = [
            Self.key, #""sk-12345/ä b""#, "sk-12345%2F%C3%A4%20b", "sk-12345%2F%C3%A4+b",
            Base64.encode(Array(Self.key.utf8)), Base64.encode(Array(("x:" + Self.key).utf8)), "123 456",
        ]
        let sandbox = ScriptedSandbox { call in
            CodeResult(
                .returned, text: spelled.joined(separator: "|"), value: ["k": .string(Self.key), "n": 5],
                stdout: ["out " + Self.key, call.environment[0].value.reveal], stderr: ["err " + Self.key])
        }
        try await withTool(sandbox) { engine, invocation, tool in
            let outcome = try await engine.run(tool, invocation)
            let parts = outcome.text.split(separator: "|").map(String.init)
            #expect(parts[0...3] == ["***", "\"***\"", "***", "***"])
            #expect(!parts[4].contains(Base64.encode(Array(Self.key.utf8)).dropLast(4)))
            #expect(parts[5].contains("***") && parts[6] == "123 456")
            #expect(outcome.value == ["k": "***", "n": 5])
            #expect(outcome.stdout == ["out ***", invocation.agent.id] && outcome.stderr == ["err ***"])
        }
    }

    @Test func `a secret in a failure is masked before it is cut`() async throws {
        let sandbox = ScriptedSandbox { _ in
            CodeResult(.raised(kind: "E", message: String(repeating: "x", count: 960) + Self.key), text: "")
        }
        try await withTool(sandbox) { engine, invocation, tool in
            let text = try await engine.run(tool, invocation).text
            #expect(!text.contains("sk-") && text.hasSuffix("x***"))
        }
    }

    @Test func `arguments that do not fit never start the code`() async throws {
        let sandbox = ScriptedSandbox()
        try await withTool(sandbox) { engine, invocation, tool in
            let call = ToolInvocation(
                name: "add", arguments: ["aa": 1, "b": "many"], agent: invocation.agent, caller: Caller())
            let outcome = try await engine.run(tool, call)
            #expect(outcome.isError && sandbox.calls.isEmpty)
            #expect(
                outcome.text.contains("The argument 'a' of add is missing: it has to be an integer. 'aa' is not known.")
            )
            #expect(outcome.text.contains("The argument 'b' of add has to be an integer, not \"many\"."))
        }
    }

    @Test func `a tool without source is its client's, one in another language is nobody's`() async throws {
        try await withTool(ScriptedSandbox(), change: { $0.sourceCode = nil }) { engine, invocation, tool in
            let outcome = try await engine.run(tool, invocation)
            #expect(outcome.isError && outcome.text.contains("client_tools"))
        }
        try await withTool(ScriptedSandbox(), change: { $0.sourceType = "ruby" }) { engine, invocation, tool in
            let outcome = try await engine.run(tool, invocation)
            #expect(outcome.isError && outcome.text.contains("written in 'ruby'"))
        }
    }

    @Test func `a dry run checks and tells, and runs nothing`() async throws {
        let sandbox = ScriptedSandbox()
        try await withTool(sandbox) { engine, invocation, tool in
            let plan = try await engine.codeTools.plan(tool, ["a": 1], for: .agent(invocation))
            #expect(plan.value?["where"] == "sandbox" && plan.value?["language"] == "python")
            #expect(plan.value?["environment"] == ["LETTA_AGENT_ID", "API_KEY", "PIN"])
            #expect(plan.value?["agent_state"] == true && !plan.text.contains(Self.key))
            let wrong = try await engine.codeTools.plan(tool, [:], for: .agent(invocation))
            #expect(wrong.isError)
            #expect(sandbox.calls.isEmpty)
        }
        try await withTool(ScriptedSandbox(obstacle: "Install bubblewrap.")) { engine, invocation, tool in
            let plan = try await engine.codeTools.plan(tool, ["a": 1], for: .agent(invocation))
            #expect(plan.isError && plan.text == "Install bubblewrap.")
        }
    }

    // MARK: run_code

    @Test(
        arguments: [
            ("python", .python), (nil, .python), ("js", .javascript), ("ts", .typescript),
        ] as [(String?, CodeLanguage)]) func `run_code runs a script without the agent's secrets`(
            _ name: String?, _ language: CodeLanguage
        ) async throws
    {
        let sandbox = ScriptedSandbox { _ in CodeResult(.returned, text: "4", value: 4, stdout: ["a"], stderr: ["b"]) }
        try await withTools(sandbox: sandbox) { bench in
            var arguments: JSONObject = ["code": "2 + 2"]
            if let name { arguments["language"] = .string(name) }
            let outcome = try await bench.run("run_code", arguments)
            #expect(!outcome.isError && outcome.stdout == ["a"] && outcome.stderr == ["b"])
            let json = try JSONValue(parsing: outcome.text)
            #expect(json == ["results": ["4"], "logs": ["stdout": ["a"], "stderr": ["b"]]])
            let call = try #require(sandbox.calls.first)
            #expect(
                call.language == language && call.function == nil && call.environment.map(\.name) == ["LETTA_AGENT_ID"])
        }
    }

    @Test func `what run_code cannot do is said`() async throws {
        let sandbox = ScriptedSandbox { _ in CodeResult(.raised(kind: "NameError", message: "x"), text: "") }
        try await withTools(sandbox: sandbox) { bench in
            let failed = try await bench.run("run_code", ["code": "x"])
            #expect(failed.isError)
            let json = try JSONValue(parsing: failed.text)
            #expect(json["error"] == ["name": "NameError", "value": "x"])
            let other = try await bench.run("run_code", ["code": "x", "language": "r"])
            #expect(other.isError && other.text.contains("does not run 'r' here"))
            let tools = try await bench.run("run_code_with_tools", ["code": "x"])
            #expect(tools.isError && tools.text.contains("run_code"))
        }
    }
}
