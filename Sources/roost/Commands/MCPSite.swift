import API
import Client
import Glibc
import HTTP
import MCP
import Platform

/// `roost mcp --http`: MCP on a port of its own, until SIGTERM or SIGINT.
enum MCPSite {
    /// Options beside those of `roost mcp`.
    static let options =
        [
            Option("http", nil, "Serve over HTTP: /mcp, and /sse with /messages for older clients"),
            Option("port", "NUMBER", "The same as --mcp-port", kind: .integer(0...65_535)),
        ] + Setting.all.filter { settings.contains($0.name) }.map(\.option)

    private static let settings: Set<String> = [
        "home", "host", "unix-socket", "tls-cert", "tls-key", "max-body", "compression", "max-connections", "drain",
        "password-file", "secure", "cors-origin", "allowed-host",
    ]

    static func run(_ call: Invocation, settings: Settings) async throws {
        // Before any work, so that an early Ctrl-C still stops in order.
        let signals = Signals.stream(of: [SIGTERM, SIGINT, SIGHUP])
        let isJSON = settings.logsJSON ?? !call.terminal.isErrorTerminal
        let log = Log(level: settings.logLevel, isJSON: isJSON)
        for note in settings.values.notes { log.warning("setting_ignored", ("note", .string(note))) }

        var settings = settings
        settings.port = call.integer("port") ?? settings.mcpPort
        // ROOST_PASSWORD is what clients of this server send, LETTA_PASSWORD what it sends to the server behind it.
        if let behind = call.surroundings.environment["LETTA_PASSWORD"].flatMap(SettingValues.expanded), !behind.isEmpty
        {
            settings.clientPassword = behind
        }
        let password = try ServerPassword(ofMCP: settings)
        let backend = MCPBackend(settings: settings, log: log, place: "this server")
        // A memory that cannot be opened is told now rather than to the first client.
        do { _ = try await backend.client() } catch let error as ClientError { throw Failure(error.description) }
        let features = MCPFeatures(settings: settings, log: log) { try await backend.client() }
        let site = MCPServer(
            features.endpoints(), authentication: Authentication(password: password.value),
            browserGuard: Assembly.browserGuard(settings), metrics: Metrics(), log: log)
        let server = HTTPServer(Assembly.listening(settings, log)) { await site.respond(to: $0) }
        let addresses: [String]
        do { addresses = try server.start() } catch let error as ServerError {
            await backend.close()
            throw Failure(Serve.explain(error, "roost mcp --http --port \(settings.port + 1)"))
        }
        tell(addresses, password, settings, isJSON ? log : nil, call.terminal)
        await Serve.obey(signals, server, settings, log)
        Serve.endOnSecondSignal(signals)
        await server.drain(within: settings.drainSeconds)
        await backend.close()
        log.info("stopped")
    }

    private static func tell(
        _ addresses: [String], _ password: ServerPassword, _ settings: Settings, _ log: Log?, _ terminal: Terminal
    ) {
        // An address that cannot be read was refused before anything was served.
        let memory = settings.baseURL.map { (try? ServerAddress($0))?.shown ?? "" } ?? settings.database
        if let log {
            log.info(
                "started", ("version", .string(RoostVersion.product)),
                ("address", .array(addresses.map { .string($0) })), ("memory", .string(memory)),
                ("tools", .string(settings.toolProfile.rawValue)), ("authentication", .bool(password.value != nil)),
                ("pid", .int(Int64(getpid()))))
        } else {
            let style = terminal.errorStyle
            let url = Greeting.url(addresses, settings)
            terminal.printError(
                """
                \(style.green("●")) \(style.bold("Roost \(RoostVersion.product)")) serves MCP on \(style.bold(url + "/mcp"))
                  memory    \(memory)
                  tools     \(settings.toolProfile.rawValue)
                  password  \(password.value == nil ? "none: reachable from this machine only" : "Authorization: Bearer …")
                  claude    \(Greeting.claude(url, hasPassword: password.value != nil))
                  stop      Ctrl-C
                """)
        }
        if password.isNew, let value = password.value {
            terminal.printError(ServerPassword.shownOnce(value, settings))
        }
    }
}
