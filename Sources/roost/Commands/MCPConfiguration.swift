import Client
import HTTP
import Platform

/// What to paste into the settings of a client: `roost mcp --print-config CLIENT`. Secrets are never in it: clients fill them in
/// from their environment or ask for them.
struct MCPConfiguration: Sendable {
    /// Whose settings; each client has its own names for the same.
    enum Kind: String, Sendable, CaseIterable {
        case claude, cursor, vscode, generic

        /// Where the text belongs.
        var place: String {
            switch self {
            case .claude: ".mcp.json in the project's folder"
            case .cursor: ".cursor/mcp.json in the project's folder, or ~/.cursor/mcp.json"
            case .vscode: ".vscode/mcp.json in the project's folder"
            case .generic: "the settings of the client, such as claude_desktop_config.json"
            }
        }
    }

    /// How the client reaches the memory.
    enum Way: Sendable, Equatable {
        /// The client starts `roost mcp`, which opens the local file.
        case process
        /// The client starts `roost mcp`, which talks to the server of this address.
        case processFor(server: String)
        /// The client itself talks to an address that ends in `/mcp`.
        case http(String)
    }

    let kind: Kind
    var way = Way.process
    var profile = ToolProfile.memory
    /// The agent and the project that are meant when a call names none.
    var agent: String?
    var project: String?
    /// Whether the server asks for a password.
    var hasPassword = false

    /// The document to paste, and what to tell beside it.
    struct Text: Sendable, Equatable {
        let document: String
        /// Lines for people, each of them a comment.
        let notes: [String]
    }

    static func text(
        kind: Kind, way: Way = .process, profile: ToolProfile = .memory, agent: String? = nil, project: String? = nil,
        hasPassword: Bool = false
    ) -> Text {
        MCPConfiguration(
            kind: kind, way: way, profile: profile, agent: agent, project: project, hasPassword: hasPassword
        ).text
    }

    /// Throws `UsageError` for a client that is not known.
    static func kind(_ word: String) throws -> Kind {
        if let kind = Kind(rawValue: word.lowercased()) { return kind }
        let names = Kind.allCases.map(\.rawValue)
        throw UsageError(
            message: "'--print-config' takes \(names.joined(separator: ", ")), not '\(word)'."
                + NearMatch.question(word, in: names), path: ["mcp"])
    }

    /// The clients, as help shows them.
    static let words = Kind.allCases.map(\.rawValue).joined(separator: "|")

    /// `--print-config`: the document to standard output, the notes to standard error.
    /// - Parameter port: set when the client is to talk HTTP to a `roost mcp --http` on this port; a server that
    ///   `LETTA_BASE_URL` names comes before it.
    static func show(_ word: String, profile: ToolProfile, httpPort port: Int?, _ call: Invocation) throws {
        let kind = try kind(word)
        let settings = try Settings.read(call)
        let server: String?
        do { server = try settings.baseURL.map { try ServerAddress($0).root } } catch let error as ClientError {
            throw Failure(error.description)
        }
        let way: Way =
            if let port { .http((server ?? "http://localhost:\(port)") + "/mcp") } else {
                server.map { .processFor(server: $0) } ?? .process
            }
        let text = text(
            kind: kind, way: way, profile: profile, agent: settings.agent, project: settings.project,
            hasPassword: settings.clientPassword != nil)
        for note in text.notes { call.terminal.printError(note) }
        call.terminal.write(Array(text.document.utf8))
    }

    // MARK: The document

    var text: Text {
        var notes = ["# For \(kind.place)."]
        if kind == .claude { notes.append("# The same as a command: \(claudeCommand)") }
        if hidesPassword, kind == .generic { notes.append("# Put the server's password where it says PASSWORD.") }
        if hidesPassword, kind == .cursor { notes.append("# Cursor has to be started with LETTA_PASSWORD set.") }
        let document = JSONIndent.indented(Array(JSONValue.object(members).text.utf8))
        return Text(document: String(decoding: document, as: UTF8.self) + "\n", notes: notes)
    }

    private var members: JSONObject {
        let servers: JSONValue = ["roost": .object(server)]
        guard kind == .vscode else { return JSONObject([("mcpServers", servers)]) }
        var members = JSONObject()
        if hidesPassword {
            members["inputs"] = [
                [
                    "type": "promptString", "id": "roost-password", "description": "Password of the Roost server",
                    "password": true,
                ]
            ]
        }
        members["servers"] = servers
        return members
    }

    private var server: JSONObject {
        if case .http(let address) = way {
            var server = JSONObject()
            if kind != .cursor { server["type"] = "http" }
            server["url"] = .string(address + query)
            if hidesPassword { server["headers"] = ["Authorization": .string("Bearer " + password)] }
            return server
        }
        var server = JSONObject([
            ("type", "stdio"), ("command", "roost"), ("args", .array(arguments.map { .string($0) })),
        ])
        let environment = environment
        if !environment.isEmpty { server["env"] = .object(environment) }
        return server
    }

    private var arguments: [String] { profile == .memory ? ["mcp"] : ["mcp", "--tools", profile.rawValue] }

    /// Only Claude Code fills in defaults; the other clients would hand `${X:-d}` on as it stands.
    private func variable(_ name: String, _ fallback: String) -> JSONValue {
        .string(kind == .claude ? "${\(name):-\(fallback)}" : fallback)
    }

    private var environment: JSONObject {
        var environment = JSONObject()
        if case .processFor(let server) = way {
            environment["LETTA_BASE_URL"] = variable("LETTA_BASE_URL", server)
            if hidesPassword { environment["LETTA_PASSWORD"] = .string(password) }
        }
        if let agent { environment["LETTA_AGENT_ID"] = variable("LETTA_AGENT_ID", agent) }
        if let project { environment["LETTA_PROJECT"] = variable("LETTA_PROJECT", project) }
        return environment
    }

    /// Claude Code's form costs nothing where there is no password, so it is always there for a server.
    private var hidesPassword: Bool { way != .process && (hasPassword || kind == .claude) }

    private var password: String {
        switch kind {
        case .claude: "${LETTA_PASSWORD:-}"
        case .cursor: "${env:LETTA_PASSWORD}"
        case .vscode: "${input:roost-password}"
        case .generic: "PASSWORD"
        }
    }

    /// What a process has in its arguments and environment, an address has in its query.
    private var query: String {
        var parts: [String] = []
        if profile != .memory { parts.append("tools=" + profile.rawValue) }
        if let agent { parts.append("agent_id=" + percentEncoded(agent)) }
        if let project { parts.append("project=" + percentEncoded(project)) }
        return parts.isEmpty ? "" : "?" + parts.joined(separator: "&")
    }

    // MARK: The command

    /// `claude mcp add …`. The shell fills in the password.
    private var claudeCommand: String {
        if case .http(let address) = way {
            let header = hasPassword ? #" --header "Authorization: Bearer $LETTA_PASSWORD""# : ""
            return "claude mcp add --transport http roost \(Self.quoted(address + query))\(header)"
        }
        var settings: [String] = []
        if case .processFor(let server) = way {
            settings.append(Self.quoted("LETTA_BASE_URL=" + server))
            if hasPassword { settings.append(#""LETTA_PASSWORD=$LETTA_PASSWORD""#) }
        }
        if let agent { settings.append(Self.quoted("LETTA_AGENT_ID=" + agent)) }
        if let project { settings.append(Self.quoted("LETTA_PROJECT=" + project)) }
        // --env takes every word up to the next option, so the transport stands between it and the name.
        let environment = settings.map { "--env \($0) " }.joined()
        return "claude mcp add \(environment)--transport stdio roost -- roost \(arguments.joined(separator: " "))"
    }

    /// One word for a shell.
    private static func quoted(_ word: String) -> String {
        let isPlain = word.unicodeScalars.allSatisfy { scalar in
            scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
                || "-_./:=@,%+".unicodeScalars.contains(scalar)
        }
        guard !isPlain else { return word }
        return "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#) + "'"
    }
}
