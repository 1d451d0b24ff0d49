import Client
import HTTP
import Platform
import RoostTesting
import Testing

/// What the tool hub does over routes that are not served yet.
@Suite struct ToolRunTests {
    private static let hub = "letta_tool_manager"

    @Test func `a run gives its result and its output, and no secret`() async throws {
        let tools = ScriptedTools([
            "POST /v1/tools/run": [
                "message_type": "tool_return_message", "status": "success", "tool_return": "sum 5 with s3cr3t-key",
                "stdout": ["using s3cr3t-key", "done"], "stderr": [], "tool_call_id": "x",
            ]
        ])
        let value = try await tools.value(
            Self.hub,
            [
                "operation": "run_from_source", "source_code": "def add(): pass", "args": ["a": 2],
                "env_vars": ["KEY": "s3cr3t-key"],
            ])
        #expect(
            value["data"] == [
                "status": "success", "result": "sum 5 with [KEY]", "stdout": "using [KEY]\ndone",
            ])
        #expect(
            tools.body == [
                "source_code": "def add(): pass", "args": ["a": 2], "env_vars": ["KEY": "s3cr3t-key"],
            ])
    }

    @Test func `a run that fails says how, and errors keep secrets too`() async throws {
        let failing = ScriptedTools([
            "POST /v1/tools/run": [
                "status": "error", "tool_return": "ValueError: bad 1", "stderr": ["Traceback"], "stdout": nil,
            ]
        ])
        let value = try await failing.value(Self.hub, ["operation": "run_from_source", "source_code": "def f(): pass"])
        #expect(value["data"] == ["status": "error", "result": "ValueError: bad 1", "stderr": "Traceback"])
        #expect(value["message"] == "The source ran and failed.")
        let refusing = ScriptedTools(["POST /v1/tools/run": .detail(422, "env_vars: s3cr3t-key is bad")])
        let refusal = try await refusing.failure(
            Self.hub, ["operation": "run_from_source", "source_code": "x", "env_vars": ["KEY": "s3cr3t-key"]])
        #expect(refusal["message"] == "env_vars: [KEY] is bad")
    }

    @Test func `long output loses its middle unless all of it is asked for`() async throws {
        let long = String(repeating: "x", count: 30_000)
        let tools = ScriptedTools([
            "POST /v1/tools/run": ["status": "success", "tool_return": "ok", "stdout": [.string(long)]]
        ])
        let arguments: JSONObject = ["operation": "run_from_source", "source_code": "x"]
        let short = try await tools.value(Self.hub, arguments)
        #expect((short["data"]?["stdout"]?.string?.count ?? .max) < 11_000)
        #expect(short["data"]?["stdout"]?.string?.contains("20000 characters left out") == true)
        var all = arguments
        all["verbose"] = true
        let whole = try await tools.value(Self.hub, all)
        #expect(whole["data"]?["stdout"] == [.string(long)])
    }

    @Test func `a schema is read from source by a server that can`() async throws {
        let tools = ScriptedTools(["POST /v1/tools/generate-schema": ["name": "add", "parameters": [:]]])
        let value = try await tools.value(Self.hub, ["operation": "generate_schema", "source_code": "def add(): pass"])
        #expect(value["data"]?["name"] == "add")
        #expect(tools.body == ["code": "def add(): pass", "source_type": "python"])
    }

    @Test func `a tool is drafted from words by a server that can`() async throws {
        let tools = ScriptedTools([
            "POST /v1/tools/generate-tool": [
                "tool": ["id": "tool-x", "name": "add", "source_code": "def add(): pass", "metadata_": nil],
                "sample_args": ["a": 1], "response": "Here it is.",
            ]
        ])
        let value = try await tools.value(
            Self.hub, ["operation": "generate_from_prompt", "name": "add", "description": "Adds numbers."])
        #expect(
            value["data"] == ["name": "add", "source_code": "def add(): pass", "sample_args": ["a": 1]])
        #expect(tools.body == ["tool_name": "add", "prompt": "Adds numbers.", "validation_errors": []])
    }

}
