import Client
import HTTP
import Platform

/// Runs a tool for somebody at the terminal: a stored one, one of an agent's, or the source in a file.
struct ToolRun {
    struct Outcome {
        let text: String
        /// What the function returned, where the server says it as JSON.
        let value: JSONValue?
        let isError: Bool
        let stdout: String
        let stderr: String
        let reply: JSONValue
    }

    private let session: Session

    init(_ session: Session) { self.session = session }

    /// - Throws: `Failure`, `ClientError`; a tool that fails is an outcome.
    func run(_ target: String, _ arguments: JSONObject) async throws -> Outcome {
        var body = JSONObject([("args", .object(arguments))])
        if session.call.flag("dry-run") { body["dry_run"] = true }
        if FileText.exists(target), let type = Self.sourceType(target) {
            body["source_code"] = .string(try FileText.readText(target))
            body["source_type"] = .string(type)
            try addSurroundings(to: &body)
            return Outcome(try await session.client.call(.post, "/v1/tools/run", body: .object(body)))
        }
        let id = try await session.client.id(of: .tool, target)
        let tool = try await session.client.get("/v1/tools/\(id)")
        if session.call.text("agent") != nil {
            let path = "/v1/agents/\(try await session.agent())/tools/\(percentEncoded(tool.shown("name")))/run"
            return Outcome(try await session.client.call(.post, path, body: .object(body)))
        }
        guard let source = tool["source_code"], source != .null else {
            throw Failure(
                "'\(tool.shown("name"))' has no source of its own, so it runs as an agent's: name one with --agent AGENT."
            )
        }
        body["name"] = tool["name"]
        for member in ["source_code", "source_type", "json_schema", "pip_requirements"] {
            if let value = tool[member], value != .null { body[member] = value }
        }
        try addSurroundings(to: &body)
        return Outcome(try await session.client.call(.post, "/v1/tools/run", body: .object(body)))
    }

    private func addSurroundings(to body: inout JSONObject) throws {
        let variables = try session.call.texts("env").map { try Self.pair($0, option: "env") }
        body["env_vars"] = .object(JSONObject(variables.map { ($0.name, .string($0.value)) }))
        let packages = session.call.texts("requires")
        if !packages.isEmpty { body["pip_requirements"] = .array(packages.map { .string($0) }) }
    }

    /// `NAME=VALUE`.
    static func pair(_ text: String, option: String) throws -> (name: String, value: String) {
        guard let at = text.firstIndex(of: "="), at != text.startIndex else {
            throw Failure("--\(option) '\(text)' should be NAME=VALUE.")
        }
        return (String(text[..<at]), String(text[text.index(after: at)...]))
    }

    static func sourceType(_ file: String) -> String? {
        switch file.split(separator: ".").last {
        case "py": "python"
        case "js", "mjs": "javascript"
        case "ts", "mts": "typescript"
        default: nil
        }
    }
}

extension ToolRun.Outcome {
    /// Reads either route's reply: `ToolReturnMessage` or `ToolExecutionResult`.
    fileprivate init(_ reply: JSONValue) {
        value = reply["func_return"]
        text = reply["tool_return"]?.string ?? value?.string ?? value?.text ?? ""
        isError = reply["status"] == "error"
        stdout = Self.lines(reply["stdout"])
        stderr = Self.lines(reply["stderr"])
        self.reply = reply
    }

    private static func lines(_ value: JSONValue?) -> String {
        var text = (value?.array ?? []).compactMap(\.string).joined(separator: "\n")
        while text.last == "\n" { text.removeLast() }
        return text
    }
}

/// One case of a tool's test.
struct ToolCase {
    let name: String
    let arguments: JSONObject
    private let returns: JSONValue?
    private let contains: String?
    private let error: String?

    /// `add.py` has its cases in `add.cases.json`.
    static func file(beside source: String) -> String {
        let parts = source.split(separator: ".", omittingEmptySubsequences: false)
        return parts.dropLast(FileText.exists(source) && parts.count > 1 ? 1 : 0).joined(separator: ".") + ".cases.json"
    }

    static func read(_ file: String) throws -> [ToolCase] {
        guard FileText.exists(file) else {
            throw Failure(
                "There are no cases in \(file). Write them there: [{\"name\": \"adds\", \"args\": {\"a\": 1, \"b\": 2}, "
                    + "\"returns\": 3}], with \"contains\" for a part of the result, or \"error\" for a part of an error."
            )
        }
        let json: JSONValue
        do { json = try JSONValue(parsing: try FileText.readText(file)) } catch let error as JSONError {
            throw Failure("\(file) is not JSON: \(error).")
        }
        guard let list = json.array else { throw Failure("\(file) should hold a list of cases.") }
        return try list.enumerated().map { try ToolCase($1, number: $0 + 1, file) }
    }

    private init(_ json: JSONValue, number: Int, _ file: String) throws {
        name = json["name"]?.string ?? "case \(number)"
        arguments = json["args"]?.object ?? JSONObject()
        returns = json["returns"]
        contains = json["contains"]?.string
        error = json["error"]?.string
        guard returns != nil || contains != nil || error != nil else {
            throw Failure("\(file): \(name) expects nothing. Give it \"returns\", \"contains\" or \"error\".")
        }
    }

    /// Why an outcome is not what the case expects; nil when it is.
    func fault(_ outcome: ToolRun.Outcome) -> String? {
        if let error {
            if !outcome.isError { return "it returned \(outcome.text), and should fail with '\(error)'" }
            return outcome.text.contains(error) ? nil : "it failed with '\(outcome.text)', not '\(error)'"
        }
        if outcome.isError { return outcome.text }
        if let contains, !outcome.text.contains(contains) {
            return "it returned \(outcome.text), which does not contain '\(contains)'"
        }
        if let returns, outcome.value != returns, returns.string != outcome.text {
            return "it returned \(outcome.text), not \(returns.text)"
        }
        return nil
    }
}
