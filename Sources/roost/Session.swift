import Client
import Engine
import Platform

/// One conversation of a command with Roost: the server that `LETTA_BASE_URL` names, else the router in this process
/// over the local file. Any number of processes may use the file at once.
struct Session: Sendable {
    let client: RoostClient
    let call: Invocation
    let settings: Settings

    var terminal: Terminal { call.terminal }

    /// Options of every command that has a session.
    static let options: [Option] =
        Setting.all.filter { ["base-url", "database", "project", "ca-file", "author"].contains($0.name) }.map(\.option)
        + Settings.fileOptions

    /// Opens a session, runs the body, closes it. What the API refuses becomes a `Failure`.
    static func run(_ call: Invocation, _ body: @Sendable (Session) async throws -> Void) async throws {
        let settings = try Settings.read(call)
        try await sayingWhy {
            if let client = try RoostClient.elsewhere(settings) {
                try await body(Session(client: client, call: call, settings: settings))
            } else {
                try await withLocalFile(settings, call) { client in
                    try await body(Session(client: client, call: call, settings: settings))
                }
            }
        }
    }

    /// Opens the local file, runs the body, closes it.
    static func withLocalFile(
        _ settings: Settings, _ call: Invocation, _ body: @Sendable (RoostClient) async throws -> Void
    ) async throws {
        let assembly = try Assembly(settings: settings, log: settings.quietLog(call, above: .error))
        let result: Result<Void, any Error>
        do {
            try await assembly.prepare()
            result = .success(
                try await body(
                    RoostClient(
                        transport: assembly.transport(), project: settings.project, user: settings.author)))
        } catch {
            result = .failure(error)
        }
        // What was read is used, also by a process that ends at once.
        await assembly.engine.accesses.flush()
        await assembly.close()
        try result.get()
    }

    /// What the API refuses becomes a `Failure`.
    static func sayingWhy(_ body: () async throws -> Void) async throws {
        do { try await body() } catch let error as ClientError {
            throw Failure(error.description)
        } catch let error as ToolError {
            throw Failure(error.description)
        }
    }

    // MARK: What commands share

    /// The agent that `--agent` or `LETTA_AGENT_ID` names.
    func agent() async throws -> String {
        guard let reference = call.text("agent") ?? settings.agent else {
            throw Failure("Which agent? Name it with --agent NAME, or set LETTA_AGENT_ID. See 'roost agent list'.")
        }
        return try await client.id(of: .agent, reference)
    }

    /// The memory of the project that somebody works in, or of the agent that `--agent` names: docs/design/mcp.md, "Whose
    /// memory".
    var memory: ToolSession {
        let folder = ClientFolder.find(call.surroundings.environment, of: call.text("project"))
        return ToolSession(
            scope: ToolSession.Scope(
                agent: call.text("agent") ?? settings.agent, project: settings.project, folder: folder), client: client)
    }

    /// The id of what the first word of the command names, or a later one.
    func id(of named: RoostClient.Named, operand index: Int = 0) async throws -> String {
        try await client.id(of: named, call.operand(index) ?? "")
    }

    func ids(of named: RoostClient.Named, _ references: [String]) async throws -> [String] {
        var ids: [String] = []
        for reference in references { ids.append(try await client.id(of: named, reference)) }
        return ids
    }

    /// Refuses a change that changes nothing.
    func requireChange(_ body: BodyDraft) throws {
        guard !body.isEmpty else { throw UsageError(message: "Name what to change.", path: call.command.path) }
    }

    /// Shows an object that was made or changed: the whole of it as JSON, or a sentence.
    func report(_ value: JSONValue, _ sentence: String) {
        if call.isJSON { terminal.print(json: value) } else { terminal.print(sentence) }
    }

    func reportDeleted(_ ids: [String]) {
        report(["deleted": JSONValue.array(ids.map { .string($0) })], "Deleted \(ids.joined(separator: ", ")).")
    }

    /// Shows a list: as JSON, or as a table; a sentence when it is empty.
    func show(_ items: [JSONValue], empty: String, _ table: Table) {
        if call.isJSON { return terminal.print(json: .array(items)) }
        if items.isEmpty { return terminal.printError(empty) }
        terminal.print(table.text(style: terminal.style, width: terminal.width))
    }

    func confirm(_ question: String) throws { try Confirmation(call).ask(question) }

    /// The text of an option, from the command line, from a file, or from standard input with `-`.
    func text(option: String, fileOption: String) throws -> String? {
        if let text = call.text(option) { return text == "-" ? try FileText.readText("-") : text }
        return try call.text(fileOption).map(FileText.readText)
    }

    /// An option that holds JSON.
    func json(option: String) throws -> JSONValue? {
        guard let text = call.text(option) else { return nil }
        do { return try JSONValue(parsing: text) } catch {
            throw Failure("--\(option) is not JSON: \(error).")
        }
    }
}

extension Option {
    static let yes = Option("yes", nil, "Do not ask")
    static func limit(_ fallback: Int) -> Option {
        Option("limit", "NUMBER", "At most so many (\(fallback))", kind: .integer(1...1_000_000))
    }
    static let agent = Option("agent", "AGENT", "The agent, by id or name (LETTA_AGENT_ID)")
    static let tags = Option("tag", "TAG", "A tag; may be repeated", repeated: true)
    static let metadata = Option("metadata", "JSON", "An object of your own fields")
    static let description = Option("description", "TEXT", "What it is for")
}

extension Command {
    /// A command over the API.
    static func overAPI(
        _ path: String, _ summary: String, _ operands: [Operand] = [], options: [Option] = [], examples: [String],
        _ body: @escaping @Sendable (Session) async throws -> Void
    ) -> Command {
        var command = Command(path, summary) { call in try await Session.run(call, body) }
        command.operands = operands
        command.options = options + Session.options
        command.examples = examples
        return command
    }
}

extension JSONValue {
    /// A member as text; empty when it is missing or null.
    func shown(_ name: String) -> String {
        switch self[name] {
        case nil, .null?: ""
        case .string(let text)?: text
        case let other?: other.text
        }
    }

    /// `2026-11-20 22:15` of a member that holds a time.
    func shownTime(_ name: String) -> String { Table.time(shown(name)) }

    func shownList(_ name: String) -> String { (self[name]?.strings ?? []).joined(separator: ", ") }
}

/// The members of a request body that were given.
struct BodyDraft {
    private(set) var object = JSONObject()

    mutating func set(_ name: String, _ text: String?) { if let text { object[name] = .string(text) } }
    mutating func set(_ name: String, _ number: Int?) { if let number { object[name] = .int(Int64(number)) } }
    mutating func set(_ name: String, _ value: JSONValue?) { if let value { object[name] = value } }
    mutating func set(_ name: String, _ texts: [String]) {
        if !texts.isEmpty { object[name] = .array(texts.map { .string($0) }) }
    }

    var json: JSONValue { .object(object) }
    var isEmpty: Bool { object.isEmpty }
}
