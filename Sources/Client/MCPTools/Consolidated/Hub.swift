import MCP
import Platform
import Wire

/// A tool with an `operation`: every answer carries `success`, `operation` and `message`, then what the operation gives.
struct Hub: Sendable {
    /// What an operation answers: a sentence, and what belongs to it.
    struct Answer: Sendable {
        let message: String
        var data: JSONValue?
        var count: Int?
        var hints: [String] = []

        init(_ message: String, data: JSONValue? = nil, count: Int? = nil, hints: [String] = []) {
            self.message = message
            self.data = data
            self.count = count
            self.hints = hints
        }
    }

    typealias Operation = @Sendable (ToolCall) async throws -> Answer

    let name: String
    let title: String
    let description: String
    let parameters: [Field]
    /// In the order they are listed.
    let operations: [(name: String, run: Operation)]
    var annotations = ToolAnnotations.destructive

    static let output: [Field] = [
        .required("success", .boolean), .required("operation", .string()), .required("message", .string()),
        .optional("data", .any), .optional("count", .integer()), .hints,
    ]

    var tool: MCPTool {
        let table = Dictionary(uniqueKeysWithValues: operations.map { ($0.name, $0.run) })
        let fields: [Field] =
            [.required("operation", .enumeration(operations.map(\.name)))] + parameters
        return MCPTool(name, title: title, description, input: fields, output: Self.output, annotations) { call in
            let operation = call.arguments.text("operation") ?? ""
            guard let run = table[operation] else { throw ToolError("There is no operation '\(operation)'.") }
            do {
                return try await run(call).json(operation)
            } catch let error as CancellationError {
                throw error
            } catch {
                throw HubFailure(operation: operation, error: ToolError(error))
            }
        }
    }
}

extension Hub.Answer {
    func json(_ operation: String) -> JSONValue {
        var object = JSONObject([
            ("success", true), ("operation", .string(operation)), ("message", .string(message)),
        ])
        if let data { object["data"] = data }
        if let count { object["count"] = .int(Int64(count)) }
        object.add(hints: hints)
        return .object(object)
    }
}

/// A failure in the form of a hub's answers.
struct HubFailure: Error {
    let operation: String
    let error: ToolError

    var json: JSONValue {
        var object = JSONObject([
            ("success", false), ("operation", .string(operation)), ("message", .string(error.message)),
        ])
        object.add(hints: error.hints)
        return .object(object)
    }
}
