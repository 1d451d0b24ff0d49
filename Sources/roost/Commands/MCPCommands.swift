import Client
import Glibc
import MCP
import Platform

/// `roost mcp`: the memory as an MCP server.
enum MCPCommands {
    static var all: [Command] { [serve, MCPInspect.command] }

    private static var serve: Command {
        var command = Command("mcp", "Serves the memory to an MCP client over stdin and stdout") { try await run($0) }
        command.detail = """
            Speaks the Model Context Protocol over stdin and stdout, for clients that start it themselves. It works on the
            local file, or on the server that LETTA_BASE_URL names. Under the name letta-mcp the executable does the same.
            With --http it serves any number of clients at http://localhost:3001/mcp until SIGTERM or SIGINT; 'roost serve'
            does that too, at its own port. 'roost mcp inspect' shows what clients are shown.
            """
        command.options =
            Session.options + Setting.all.filter { $0.section == .mcp || $0.name == "agent" }.map(\.option)
            + Setting.all.filter { $0.section == .logs }.map(\.option) + MCPSite.options + [
                Option("print-config", MCPConfiguration.words, "Print what to paste into a client's settings")
            ]
        command.examples = [
            "roost mcp", "roost mcp --tools classic", "LETTA_BASE_URL=http://localhost:8283 roost mcp",
            "roost mcp --http --port 3001", "roost mcp --print-config claude",
        ]
        return command
    }

    private static func run(_ call: Invocation) async throws {
        let settings = try Settings.read(call)
        if let client = call.text("print-config") {
            let port = call.flag("http") ? call.integer("port") ?? settings.mcpPort : nil
            return try MCPConfiguration.show(client, profile: settings.toolProfile, httpPort: port, call)
        }
        if call.flag("http") { return try await MCPSite.run(call, settings: settings) }
        for option in ["port", "mcp-port", "host"] where call.flag(option) {
            throw UsageError(message: "--\(option) is for HTTP: add --http.", path: ["mcp"])
        }
        if isatty(0) == 1 {
            call.terminal.printError(
                "Serving MCP: waiting for a client's messages on stdin. For people: roost mcp inspect. Ctrl-D ends.")
        }
        // What a client shows of stderr is for problems.
        let log = settings.quietLog(call, above: .warning)
        let backend = MCPBackend(settings: settings, log: log)
        let scope = ToolSession.Scope(
            agent: settings.agent, project: settings.project,
            folder: ClientFolder.find(call.surroundings.environment))
        let session = ToolSession(scope: scope) { try await backend.client() }
        let server = MemoryServer(session: session, profile: settings.toolProfile)
        let transport = StdioTransport(Dispatcher(server, log: log))
        endOnSignal(backend)
        await transport.run()
        await backend.close()
    }

    /// Nothing that was acknowledged waits for the end, so the end can come at once.
    private static func endOnSignal(_ backend: MCPBackend) {
        let signals = Signals.stream(of: [SIGTERM, SIGINT])
        Task {
            for await _ in signals {
                // Another process may hold the file for long.
                Task {
                    // Nothing cancels it.
                    try? await Task.sleep(for: .seconds(2))
                    _exit(0)
                }
                await backend.close()
                _exit(0)
            }
        }
    }
}
