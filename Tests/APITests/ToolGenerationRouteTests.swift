import Domain
import Engine
import Platform
import RoostTesting
import Testing

@Suite struct ToolGenerationRouteTests {
    private static let source = "def add(a: int, b: int) -> int:\n    return a + b\n"
    private static let schema: JSONObject = [
        "name": "add", "description": "Adds.",
        "parameters": ["type": "object", "properties": ["a": ["type": "integer"]], "required": ["a"]],
    ]

    /// Knows one source, and finds fault with any other.
    private static let sandbox = ScriptedSandbox(schema: { source in
        guard source == ToolGenerationRouteTests.source else {
            throw CodeError(.invalidSource, "line 1: the docstring is missing")
        }
        return ToolGenerationRouteTests.schema
    })

    private func answer(_ source: String, sample: String = #"{"a": 1, "b": 2}"#) -> ScriptedModel.Reply {
        let json: JSONValue = [
            "source_code": .string(source), "sample_args": .string(sample), "explanation": "It adds.",
        ]
        return .text(json.text)
    }

    @Test func `the schema of a source`() async throws {
        try await withServer(sandbox: Self.sandbox) { server in
            let reply = try await server.post("/v1/tools/generate-schema", ["code": .string(Self.source)])
            #expect(reply.status == 200)
            #expect(reply.json == .object(Self.schema))
            let refused = try await server.post("/v1/tools/generate-schema", ["code": "def add(): pass"])
            #expect(refused.status == 400)
            #expect(refused["detail"].string?.contains("line 1") == true)
            #expect(try await server.post("/v1/tools/generate-schema", [:]).status == 400)
        }
    }

    @Test func `a tool is written by a model, and told what is wrong until it is right`() async throws {
        try await withServer(sandbox: Self.sandbox, settings: { $0.defaultModel = "openai/gpt-4.1" }) { server in
            server.model.script(.text("Sure!"), answer("def add(): pass"), answer(Self.source))
            let wish: JSONValue = ["tool_name": "add", "prompt": "Add two numbers."]
            let reply = try await server.post("/v1/tools/generate-tool", wish)
            #expect(reply.status == 200)
            #expect(reply["tool"]["name"] == "add")
            #expect(reply["tool"]["source_code"] == .string(Self.source))
            #expect(reply["sample_args"] == ["a": 1, "b": 2])
            #expect(reply["response"] == "It adds.")
            let requests = server.model.requests
            #expect(requests.count == 3)
            #expect(requests.last?.turns.count == 5)
            #expect(requests.first?.instructions == requests.last?.instructions)
            #expect(try await server.get("/v1/tools/?name=add").json.array?.isEmpty == true)
        }
    }

    @Test func `a model that writes nothing usable is given up`() async throws {
        try await withServer(sandbox: Self.sandbox, settings: { $0.defaultModel = "openai/gpt-4.1" }) { server in
            server.model.script(.text("1"), .text("2"), answer(Self.source, sample: "[]"), .text("4"))
            let reply = try await server.post(
                "/v1/tools/generate-tool", ["tool_name": "add", "prompt": "Add two numbers."])
            #expect(reply.status == 400)
            #expect(reply["detail"].string?.contains("sample_args") == true)
            #expect(server.model.requests.count == 3)
        }
    }

    @Test func `the last function has to have the name that was asked for`() async throws {
        try await withServer(sandbox: Self.sandbox, settings: { $0.defaultModel = "openai/gpt-4.1" }) { server in
            server.model.script(answer(Self.source), answer(Self.source), answer(Self.source))
            let reply = try await server.post(
                "/v1/tools/generate-tool", ["tool_name": "sum", "prompt": "Add two numbers."])
            #expect(reply.status == 400)
            #expect(reply["detail"].string?.contains("'add', not 'sum'") == true)
            #expect(
                try await server.post("/v1/tools/generate-tool", ["tool_name": "a b", "prompt": "x"]).status == 400)
        }
    }
}
