import Engine
import HTTP
import Platform

/// What a person sees when the server is up: where it is, where the data are, how to connect.
struct Greeting: Sendable {
    let settings: Settings
    let addresses: [String]
    let password: ServerPassword
    let embedding: DefaultEmbedding

    func text(_ style: Style) -> String {
        var lines = ["\(style.green("●")) \(style.bold("Roost \(RoostVersion.product)")) listens on \(style.bold(url))"]
        if let socket = settings.unixSocket { lines.append("  socket    \(socket)") }
        lines.append("  database  \(settings.database)")
        lines.append("  search    \(search)")
        switch (password.value, settings.password) {
        case (nil, _): lines.append("  password  none: reachable from this machine only")
        case (_, .some):
            lines.append(
                "  password  as set in \(settings.values["password"].texts.isEmpty ? "the password file" : settings.values["password"].source.shown)"
            )
        default: lines.append("  password  in \(settings.home)/password")
        }
        lines.append("  curl      \(curl)")
        lines.append("  python    \(python)")
        lines.append("  claude    \(Self.claude(url, hasPassword: password.value != nil))")
        lines.append("  stop      Ctrl-C")
        return lines.joined(separator: "\n")
    }

    private var search: String {
        embedding.handle.map { "by words and meaning, with \($0)" }
            ?? "by words only: no embedding model, see docs/embeddings.md"
    }

    private var url: String { Self.url(addresses, settings) }

    /// One address that a client on this machine can use.
    static func url(_ addresses: [String], _ settings: Settings) -> String {
        guard let first = addresses.first(where: { !$0.hasPrefix("unix:") }) else { return addresses.first ?? "" }
        let port = first.split(separator: ":").last ?? ""
        let scheme = first.prefix(while: { $0 != ":" })
        let isLocal = settings.hosts.allSatisfy { Loopback.isLoopback($0) || $0 == "0.0.0.0" || $0 == "::" }
        return isLocal ? "\(scheme)://localhost:\(port)" : first
    }

    /// How Claude Code is told of the MCP endpoint.
    static func claude(_ url: String, hasPassword: Bool) -> String {
        let header = hasPassword ? " --header \"Authorization: Bearer …\"" : ""
        return "claude mcp add --transport http roost \(url)/mcp\(header)"
    }

    private var curl: String {
        // A generated password is in no variable yet.
        let secret = settings.password == nil ? "$(cat \(settings.home)/password)" : "$ROOST_PASSWORD"
        let header = password.value == nil ? "" : " -H \"Authorization: Bearer \(secret)\""
        return "curl -s\(header) \(url)/v1/agents/"
    }

    private var python: String {
        let key = password.value == nil ? "\"none\"" : "os.environ[\"ROOST_PASSWORD\"]"
        return "Letta(base_url=\"\(url)\", api_key=\(key))   # pip install letta-client"
    }
}
