import Domain
import Engine
import HTTP
import Platform
import Wire

/// The checks between a matched route and its action: ids in the path, query parameters, the body or form.
struct RequestCheck {
    enum Outcome {
        case passed(Query, JSONObject, UploadedFile?)
        case refused(Response)
    }

    /// In one body. The largest of the contract, a thousand passages or messages with what belongs to them, has a
    /// tenth.
    private static let maximumValues = 1_000_000

    private let route: Route
    private let parameters: [String: String]
    private let request: Request

    init(_ route: Route, _ parameters: [String: String], _ request: Request) {
        self.route = route
        self.parameters = parameters
        self.request = request
    }

    func checked() throws -> Outcome {
        if let response = badIdentifier() { return .refused(response) }
        guard let query = Query(parsing: request.rawQuery) else {
            return .refused(Response.detail(400, "The query string is not valid percent-encoded UTF-8."))
        }
        if let fields = route.operation.form { return try checkedForm(query, fields) }
        var issues = QueryCheck.issues(query, route.operation.parameters, in: "query")
        guard let schema = route.operation.body else {
            return issues.isEmpty ? .passed(query, JSONObject(), nil) : .refused(ErrorResponse.invalid(issues))
        }
        let body: JSONValue
        if request.body.isEmpty {
            if route.operation.bodyIsRequired {
                issues.append(ValidationIssue(location: ["body"], message: "Field required", type: "missing"))
            }
            body = .emptyObject
        } else {
            do { body = try JSONValue(parsing: request.body, maximumValues: Self.maximumValues) } catch {
                let issue = ValidationIssue(
                    location: ["body", String(error.offset)], message: "JSON decode error: \(error.message)",
                    type: "json_invalid")
                return .refused(ErrorResponse.invalid([issue]))
            }
            issues += schema.issues(in: body, at: ["body"])
        }
        guard issues.isEmpty else { return .refused(ErrorResponse.invalid(issues)) }
        return .passed(query, body.object ?? JSONObject(), nil)
    }

    /// An upload: the form's fields may also stand in the query, where the form's own value wins.
    private func checkedForm(_ query: Query, _ fields: [Wire.Operation.Parameter]) throws -> Outcome {
        let form = try MultipartForm(contentType: request.headers["content-type"], body: request.body)
        let given = Query(try form.fields())
        var issues = QueryCheck.issues(given, fields, in: "body")
        issues += QueryCheck.issues(query, route.operation.parameters + fields, in: "query")
        guard let file = try form.file(named: "file") else {
            issues.append(ValidationIssue(location: ["body", "file"], message: "Field required", type: "missing"))
            return .refused(ErrorResponse.invalid(issues))
        }
        guard issues.isEmpty else { return .refused(ErrorResponse.invalid(issues)) }
        return .passed(given.followed(by: query), JSONObject(), file)
    }

    /// 422 with an example for a malformed id in the path. Where a block's label may stand instead of its id, only the
    /// action can tell.
    private func badIdentifier() -> Response? {
        for (name, value) in parameters {
            guard let kind = Self.kinds[name], !Identifier.isValid(value, kind) else { continue }
            if kind == .block, !value.hasPrefix("block-") { continue }
            if kind == .conversation, isThreadName(value) { continue }
            if kind == .job, Identifier.isValid(value, .run) { continue }
            let issue = ValidationIssue(
                location: ["path", name], message: "String should be an id such as '\(kind.example)'",
                type: "string_pattern_mismatch")
            return ErrorResponse.invalid([issue], examples: [kind.example])
        }
        return nil
    }

    /// Below a conversation, the agent's own thread goes by `default` or, as older clients have it, by the agent's id.
    private func isThreadName(_ value: String) -> Bool {
        !route.template.hasSuffix("{conversation_id}") && (value == "default" || Identifier.isValid(value, .agent))
    }

    /// The kind of id that a path parameter of this name holds.
    static let kinds: [String: IdentifierKind] = [
        "agent_id": .agent, "block_id": .block, "archive_id": .archive, "passage_id": .passage,
        "memory_id": .passage, "tool_id": .tool, "identity_id": .identity, "message_id": .message,
        "run_id": .run, "step_id": .step, "group_id": .group, "folder_id": .folder, "source_id": .folder,
        "file_id": .file, "provider_id": .provider, "conversation_id": .conversation, "job_id": .job,
        "mcp_server_id": .mcpServer,
    ]
}
