import HTTP
import Platform

/// Schemas out of source code, and source code out of words. The routes are V1's, which its own document leaves out.
enum ToolGeneration {
    /// Checks a schema that is given; otherwise the server reads one from the source.
    static func schema(_ call: ToolCall) async throws -> Hub.Answer {
        let source = call.arguments.text("source_code")
        if let schema = try FunctionSchema(call.arguments) {
            var problems = schema.problems
            if (call.arguments.text("source_type") ?? "python") == "python", let source,
                let function = FunctionSchema.pythonFunction(source), let name = schema.name, function != name
            {
                problems.append("name: the source's last function is '\(function)', not '\(name)'.")
            }
            guard problems.isEmpty else {
                throw ToolError("The schema does not fit: \(problems.joined(separator: " "))")
            }
            return Hub.Answer("The schema is valid.", data: .object(schema.json))
        }
        guard let source else { throw ToolError("'source_code' is missing (or a json_schema to check).") }
        let body: JSONValue = [
            "code": .string(source), "source_type": .string(call.arguments.text("source_type") ?? "python"),
        ]
        let schema = try await ask(
            call, "/v1/tools/generate-schema", body, what: "Deriving a tool's schema from its source code",
            instead: "Write json_schema yourself: {name, description, parameters: {type, properties, required}}.")
        return Hub.Answer("The schema of the source.", data: schema)
    }

    /// The tool is shown, and not stored.
    static func fromPrompt(_ call: ToolCall) async throws -> Hub.Answer {
        let name = try call.arguments.required("name")
        var body = JSONObject([
            ("tool_name", .string(name)),
            ("prompt", .string(try call.arguments.required(anyOf: "description", "prompt"))),
            ("validation_errors", []),
        ])
        if let source = call.arguments["source_code"] { body["starter_code"] = source }
        let reply = try await ask(
            call, "/v1/tools/generate-tool", .object(body), what: "Writing a tool from a description",
            instead: "Write source_code and json_schema yourself, then create the tool.")
        if call.isVerbose { return Hub.Answer("A draft of '\(name)'; it is not stored.", data: reply) }
        var data = ShortForm.members(
            ["name", "description", "source_type", "source_code", "json_schema"], of: reply["tool"] ?? .null)
        if let args = reply["sample_args"] { data["sample_args"] = args }
        return Hub.Answer(
            "A draft of '\(name)'; it is not stored.", data: .object(data),
            hints: ["Store it with create: source_code, json_schema."])
    }

    /// A server without the route takes it for a tool's id, or does not know it.
    private static func ask(
        _ call: ToolCall, _ path: String, _ body: JSONValue, what: String, instead: String
    ) async throws -> JSONValue {
        let client = try await call.client()
        do { return try await client.call(.post, path, body: body) } catch let error as ClientError
            where [404, 405, 501].contains(error.status)
        {
            throw ToolError("\(what) is not served yet by \(client.transport.place).", hints: [instead], status: 501)
        }
    }
}
