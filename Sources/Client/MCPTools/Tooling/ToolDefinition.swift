import HTTP
import Platform

/// A tool as a call describes it, and what the server has under its name.
enum ToolDefinition {
    /// The body of `POST /v1/tools/`. Without a schema the server says what it needs.
    static func body(_ arguments: ToolArguments) throws -> JSONObject {
        var body = given(arguments)
        if let schema = try FunctionSchema(arguments) { body["json_schema"] = .object(schema.json) }
        guard body["source_code"] != nil || body["json_schema"] != nil else {
            throw ToolError(
                "'source_code' is missing.",
                hints: ["Give source_code and json_schema {name, description, parameters}."])
        }
        return body
    }

    /// The body of `PATCH /v1/tools/{tool_id}`.
    static func changes(_ arguments: ToolArguments, of id: String, _ client: RoostClient) async throws -> JSONObject {
        var body = given(arguments)
        if arguments["json_schema"] != nil || arguments["args_json_schema"] != nil {
            let current = try await client.get(APIPath.tool(id))["name"]?.string
            body["json_schema"] = try FunctionSchema(arguments, current: current).map { .object($0.json) }
        } else if let name = arguments.text("name") {
            body["name"] = .string(name)
        }
        guard !body.isEmpty else {
            throw ToolError("Nothing to change is given: name, description, source_code, json_schema, tags, …")
        }
        return body
    }

    /// Creates the tool, or changes the one that has its name.
    /// - Returns: the tool, and whether it was there before.
    static func store(
        _ method: HTTP.Method, _ body: JSONObject, _ client: RoostClient
    ) async throws -> (tool: JSONValue, existed: Bool) {
        var known: [JSONValue] = []
        if let name = body["json_schema"]?["name"]?.string {
            known = try await client.get("/v1/tools/", query: [("name", name), ("limit", "1")]).array ?? []
        }
        let tool = try await client.call(method, "/v1/tools/", body: .object(body))
        return (tool, known.contains { $0["id"] == tool["id"] })
    }

    private static func given(_ arguments: ToolArguments) -> JSONObject {
        var body = JSONObject()
        for name in ["description", "source_code", "source_type", "tags", "args_json_schema", "return_char_limit"] {
            if let value = arguments[name] { body[name] = value }
        }
        return body
    }
}
