import Client
import MCP
import Platform

/// `roost mcp inspect`: what clients are shown, what it costs them, and what a call answers.
enum MCPInspect {
    static var command: Command {
        var command = Command("mcp inspect", "Shows the tools of each profile with their size, or calls one") { call in
            if let name = call.text("call") { return try await callTool(name, call) }
            guard call.text("arguments") == nil else {
                throw UsageError(message: "'--arguments' belongs to '--call NAME'.", path: ["mcp", "inspect"])
            }
            guard let word = call.text("tools") else { return showProfiles(call) }
            show(try profile(word), call)
        }
        command.detail = """
            A client pays for the list of tools in each of its sessions, so the sizes are those of the JSON it gets. Tokens are
            estimated as a quarter of the bytes; every model counts differently. Without --call neither a server nor a
            database is needed.
            """
        command.options =
            [
                Option("tools", ToolProfile.words("|"), "One profile, tool by tool"),
                Option("call", "NAME", "Call this tool and print what it answers"),
                Option("arguments", "JSON", "The arguments of the call, an object; - reads standard input"),
                Option.agent,
            ] + Session.options
        command.examples = [
            "roost mcp inspect", "roost mcp inspect --tools classic --json",
            #"roost mcp inspect --call recall --arguments '{"query": "why sqlite"}'"#,
        ]
        return command
    }

    /// Throws `UsageError` for a word that names no profile.
    static func profile(_ word: String) throws -> ToolProfile {
        if let profile = ToolProfile(rawValue: word.lowercased()) { return profile }
        throw UsageError(
            message: "'--tools' takes \(ToolProfile.words(", ")), not '\(word)'."
                + NearMatch.question(word, in: ToolProfile.allCases.map(\.rawValue)), path: ["mcp", "inspect"])
    }

    // MARK: Sizes

    /// The bytes of a profile's `tools/list`.
    static func bytes(_ tools: [ListedItem]) -> Int {
        let list = tools.map(\.json.text.utf8.count).reduce(0, +)
        return #"{"tools":[]}"#.utf8.count + list + max(0, tools.count - 1)
    }

    /// A guess that needs no tokenizer.
    static func tokens(_ bytes: Int) -> Int { (bytes + 2) / 4 }

    private static func showProfiles(_ call: Invocation) {
        let terminal = call.terminal
        if call.isJSON {
            return terminal.print(json: .array(ToolProfile.allCases.map { json($0, isWhole: false) }))
        }
        var table = Table("PROFILE", "TOOLS", "BYTES", "≈TOKENS", "NAMES")
        for profile in ToolProfile.allCases {
            let size = bytes(profile.listed)
            table.add(
                profile.rawValue, "\(profile.listed.count)", "\(size)", "\(tokens(size))",
                profile.listed.map(\.name).joined(separator: " "))
        }
        terminal.print(table.text(style: terminal.style, width: terminal.width))
        terminal.print("\nTokens are an estimate (bytes / 4). See one profile with --tools PROFILE.")
    }

    private static func show(_ profile: ToolProfile, _ call: Invocation) {
        let terminal = call.terminal
        if call.isJSON { return terminal.print(json: json(profile, isWhole: true)) }
        var table = Table("TOOL", "BYTES", "≈TOKENS", "WHAT IT DOES")
        for tool in profile.tools {
            let size = tool.listed.json.text.utf8.count
            table.add(tool.name, "\(size)", "\(tokens(size))", tool.description)
        }
        terminal.print(table.text(style: terminal.style, width: terminal.width))
        let size = bytes(profile.listed)
        let cost = "\(size) bytes of tools/list, an estimated \(tokens(size)) tokens (bytes / 4)"
        terminal.print("\n\(profile.listed.count) tools, \(cost).")
    }

    /// - Parameter isWhole: with every tool as clients get it.
    private static func json(_ profile: ToolProfile, isWhole: Bool) -> JSONValue {
        let size = bytes(profile.listed)
        let tools = profile.listed.map { tool -> JSONValue in
            let size = tool.json.text.utf8.count
            var object = JSONObject([
                ("name", .string(tool.name)), ("bytes", .int(Int64(size))),
                ("estimated_tokens", .int(Int64(tokens(size)))),
            ])
            if isWhole { object["tool"] = tool.json.value }
            return .object(object)
        }
        return [
            "profile": .string(profile.rawValue), "bytes": .int(Int64(size)),
            "estimated_tokens": .int(Int64(tokens(size))), "tools": .array(tools),
        ]
    }

    // MARK: A call

    private static func callTool(_ name: String, _ call: Invocation) async throws {
        let profile = try call.text("tools").map(profile) ?? .all
        let arguments = try arguments(call)
        try await Session.run(call) { session in
            let scope = ToolSession.Scope(
                agent: call.text("agent") ?? session.settings.agent, project: session.settings.project,
                folder: FileText.workingFolder)
            let server = MemoryServer(session: ToolSession(scope: scope, client: session.client), profile: profile)
            let result: ToolResult
            do {
                result = try await server.call(tool: name, arguments: arguments, CallContext(isLocal: true))
            } catch let error as RPCError {
                throw Failure("\(error.message) (\(error.code))")
            }
            call.terminal.print(json: result.value)
            if result.isError { throw ExitStatus(code: 1) }
        }
    }

    private static func arguments(_ call: Invocation) throws -> JSONObject {
        guard let given = call.text("arguments") else { return JSONObject() }
        let text = given == "-" ? try FileText.readText("-") : given
        let json: JSONValue
        do { json = try JSONValue(parsing: text) } catch {
            throw Failure("--arguments is not JSON: \(error).", code: 2)
        }
        guard let object = json.object else {
            throw Failure(#"--arguments has to be a JSON object, such as {"query": "…"}."#, code: 2)
        }
        return object
    }
}

extension ToolProfile {
    /// The words for it, as help shows them.
    static func words(_ separator: String) -> String { allCases.map(\.rawValue).joined(separator: separator) }
}
