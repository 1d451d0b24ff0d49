import Domain
import Platform
import RoostTesting
import Sandbox
import Testing

/// What runs code on this machine.
enum CodeMachine {
    static func sandbox() -> LocalSandbox {
        var configuration = SandboxConfiguration()
        configuration.runners = RunnerSource.all
        configuration.readyWorkers = 0
        return LocalSandbox(configuration, log: .silent)
    }

    static func canRun() async -> Bool { await sandbox().obstacle(to: .python) == nil }
}

/// Tools made of their source, and run over the API: with what really runs code.
@Suite(.enabled("bubblewrap runs here") { await CodeMachine.canRun() }, .serialized)
struct ToolSourceRouteTests {
    private static let share = """
        def share(total: float, people: int = 2) -> str:
            \"""Splits a bill.

            Args:
                total: What is to be paid.
                people: How many pay.
            \"""
            print("splitting")
            return {"each": total / people}
        """

    private static func agent(_ server: TestServer, with source: String) async throws -> String {
        let tool = try await server.post("/v1/tools/", ["source_code": .string(source)])
        #expect(tool.status == 200, "\(tool.text)")
        let agent = try await server.post(
            "/v1/agents/", ["name": "a", "model": "openai/gpt-4o-mini", "secrets": ["WORD": "open sesame"]])
        #expect(try await server.patch("/v1/agents/\(agent.id)/tools/attach/\(tool.id)").status == 200)
        return agent.id
    }

    @Test func `a schema is derived on create, upsert and patch, and a given one wins`() async throws {
        try await withServer(sandbox: CodeMachine.sandbox()) { server in
            let tool = try await server.post("/v1/tools/", ["source_code": .string(Self.share)])
            #expect(tool["name"] == "share" && tool["description"] == "Splits a bill.", "\(tool.text)")
            #expect(tool["json_schema"]["parameters"]?["required"] == ["total"])
            let changed = Self.share.replacing("people: int = 2", with: "people: int")
            let again = try await server.put("/v1/tools/", ["source_code": .string(changed), "description": "Own."])
            #expect(again.id == tool.id && again["description"] == "Own.")
            #expect(again["json_schema"]["parameters"]?["required"] == ["total", "people"])
            let patched = try await server.patch("/v1/tools/\(tool.id)", ["source_code": .string(Self.share)])
            #expect(patched["json_schema"]["parameters"]?["required"] == ["total"])
            let same = try await server.patch("/v1/tools/\(tool.id)", ["tags": ["money"]])
            #expect(same["json_schema"] == patched["json_schema"])
            let given = try await server.patch(
                "/v1/tools/\(tool.id)", ["source_code": "def x(): pass", "json_schema": ["name": "share"]])
            #expect(given["source_code"] == "def x(): pass" && given["name"] == "share")
        }
    }

    @Test func `a source that says too little is refused in V1's words, with the line`() async throws {
        try await withServer(sandbox: CodeMachine.sandbox()) { server in
            let reply = try await server.post("/v1/tools/", ["source_code": "def q(): pass"])
            #expect(reply.status == 400)
            #expect(
                reply.detail
                    == "Failed to derive json schema: Schema generation failed: Function q missing docstring (line 1: def q(): pass)"
            )
            let other = try await server.post("/v1/tools/", ["source_code": "x", "source_type": "ruby"])
            #expect(other.status == 400 && other.detail.contains("Unknown tool source type: ruby"))
        }
    }

    @Test func `an agent's tool is run with its secrets, which nobody is shown`() async throws {
        try await withServer(sandbox: CodeMachine.sandbox()) { server in
            let source =
                "import os\ndef word():\n    '''Says it.'''\n    return os.environ['WORD'] + os.environ['LETTA_AGENT_ID']"
            let agent = try await Self.agent(server, with: source)
            let result = try await server.post("/v1/agents/\(agent)/tools/word/run", ["args": [:]])
            #expect(result["status"] == "success" && result["func_return"] == .string("***" + agent), "\(result.text)")
            #expect(try await server.post("/v1/agents/\(agent)/tools/wrod/run").detail.contains("Did you mean 'word'?"))
        }
    }

    @Test func `values keep their form, failures say why, and a dry run runs nothing`() async throws {
        try await withServer(sandbox: CodeMachine.sandbox()) { server in
            let agent = try await Self.agent(server, with: Self.share)
            let path = "/v1/agents/\(agent)/tools/share/run"
            let result = try await server.post(path, ["arguments": ["total": "10"]])
            #expect(result["func_return"] == ["each": 5.0] && result["stdout"] == ["splitting\n"], "\(result.text)")
            let failed = try await server.post(path, ["args": ["total": 1, "people": 0]])
            #expect(failed["status"] == "error" && failed["func_return"] == .null)
            #expect(failed["stderr"].array?.last?.string?.contains("ZeroDivisionError") == true)
            let plan = try await server.post(path, ["args": ["total": 1], "dry_run": true])
            #expect(plan["func_return"]["where"] == "sandbox" && plan["stdout"] == [])
            #expect(plan["func_return"]["environment"] == ["LETTA_AGENT_ID", "WORD"])
            let wrong = try await server.post(path, ["args": [:], "dry_run": true])
            #expect(wrong["status"] == "error" && wrong["stderr"].array?.first?.string?.contains("'total'") == true)
        }
    }

    @Test func `a source is run without being stored`() async throws {
        try await withServer(sandbox: CodeMachine.sandbox()) { server in
            let ran = try await server.post(
                "/v1/tools/run", ["source_code": .string(Self.share), "args": ["total": 8]])
            #expect(ran["tool_return"] == "{'each': 4.0}" && ran["status"] == "success", "\(ran.text)")
            #expect(ran["name"] == "share" && ran["stdout"] == ["splitting\n"])
            #expect(ran["func_return"] == ["each": 4.0])
            #expect(try await server.get("/v1/tools/count?name=share").json == 0)
            let named = try await server.post(
                "/v1/tools/run",
                [
                    "source_code": "import os\ndef f(x): return x + os.environ['A']", "args": ["x": "b"], "name": "f",
                    "env_vars": ["A": "banana"],
                ])
            #expect(named["tool_return"] == "bbanana")
            let bad = try await server.post("/v1/tools/run", ["source_code": "def q(): pass", "args": [:]])
            #expect(bad.status == 400)
            let npm = try await server.post(
                "/v1/tools/run", ["source_code": .string(Self.share), "npm_requirements": [["name": "left-pad"]]])
            #expect(npm.status == 400 && npm.detail.contains("npm_requirements is not supported"))
        }
    }
}
