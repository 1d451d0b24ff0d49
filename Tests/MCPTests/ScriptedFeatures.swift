import MCP
import Platform

/// A server with one tool of each kind, whose resources change when a test says so.
struct ScriptedFeatures: ServerFeatures {
    let name = "scripted"
    let title = "Scripted"
    let version = "1.0"
    let instructions = "Use echo."
    var resourceCount = 2
    /// What the tool hold does before it answers.
    var hold: @Sendable (CallContext) async throws -> Void = { _ in }
    /// Gives the stream of changes to the test.
    var watched: @Sendable (AsyncStream<ResourceChange>.Continuation) -> Void = { _ in }

    var tools: [ListedItem] {
        ["echo", "fail", "wait", "count", "crash"].map { name in
            ListedItem(name: name, json: JSONText(["name": .string(name), "inputSchema": ["type": "object"]]))
        }
    }

    func call(tool: String, arguments: JSONObject, _ context: CallContext) async throws -> ToolResult {
        switch tool {
        case "echo": return ToolResult(.object(arguments))
        case "fail": return ToolResult(["error": "no"], isError: true, isStructured: false)
        case "wait":
            try await Task.sleep(for: .milliseconds(arguments["ms"]?.int ?? 60_000))
            return ToolResult(["waited": true])
        case "count":
            for step in 1...3 {
                await context.progress(step, of: 3, "step \(step)")
                await context.log(.warning, "step \(step)")
            }
            return ToolResult(["local": .bool(context.isLocal)])
        case "hold":
            try await hold(context)
            return ToolResult(["held": true])
        case "crash": throw Crash()
        default: throw RPCError.invalidParams("Unknown tool: \(tool)")
        }
    }

    struct Crash: Error {}

    let prompts = [ListedItem(name: "hello", json: JSONText(["name": "hello"]))]

    func prompt(_ name: String, arguments: JSONObject, _ context: CallContext) async throws -> PromptResult {
        guard name == "hello" else { throw RPCError.invalidParams("Unknown prompt: \(name)") }
        return PromptResult(description: "Says hello", text: "Hello, \(arguments["who"]?.string ?? "you")")
    }

    func resources(_ context: CallContext) async throws -> [ListedItem] {
        (0..<resourceCount).map { number in
            ListedItem(
                name: "r\(number)",
                json: JSONText(["uri": .string("test://r\(number)"), "name": .string("r\(number)")]))
        }
    }

    let resourceTemplates = [ListedItem(name: "r", json: JSONText(["uriTemplate": "test://{name}", "name": "r"]))]

    func read(resource uri: String, _ context: CallContext) async throws -> ResourceContents? {
        uri == "test://r0" ? ResourceContents("zero", type: "text/plain") : nil
    }

    func completions(
        of reference: CompletionReference, argument: String, value: String, _ context: CallContext
    ) async throws -> [String] {
        ["alpha", "beta"].filter { $0.hasPrefix(value) }
    }

    func changes(isAsked: Bool) -> AsyncStream<ResourceChange> { AsyncStream { watched($0) } }
}
