package import MCP
package import Platform

/// Roost's memory as an MCP server sees it: the tools, prompts and resources of one client.
package struct MemoryServer: ServerFeatures {
    let session: ToolSession
    let profile: ToolProfile

    package init(session: ToolSession, profile: ToolProfile) {
        self.session = session
        self.profile = profile
    }

    package var name: String { "roost" }
    package var title: String { "Roost memory" }
    package var version: String { RoostVersion.product }
    package var instructions: String { Instructions.text(for: profile) }

    package var tools: [ListedItem] { profile.listed }

    package func call(tool name: String, arguments: JSONObject, _ context: CallContext) async throws -> ToolResult {
        guard let tool = profile.tool(name) else { throw unknown(name) }
        let call = ToolCall(
            arguments: try ToolArguments(arguments, for: tool), session: session, context: context)
        do {
            return ToolResult(try await session.retryingWhenLost { try await tool.action(call) })
        } catch let error as CancellationError {
            throw error
        } catch let error as RPCError {
            throw error
        } catch let failure as HubFailure {
            await context.log(.warning, "\(name) failed: status \(failure.error.status ?? 0)")
            return ToolResult(failure.json, isError: true)
        } catch {
            let failure = ToolError(error)
            await context.log(.warning, "\(name) failed: status \(failure.status ?? 0)")
            return ToolResult(failure.json, isError: true, isStructured: false)
        }
    }

    private func unknown(_ name: String) -> RPCError {
        var advice =
            NearMatch.best(for: name, among: profile.tools.map(\.name)).map { " Did you mean '\($0)'?" }
            ?? " List the tools to see what there is."
        if let other = ToolProfile.having(name) {
            advice =
                " It is in the profile '\(other)': start the server with --tools \(other), "
                + "or connect to /mcp?tools=\(other)."
        }
        return .invalidParams("Unknown tool: \(name).\(advice)", data: ["tool": .string(name)])
    }

    package var prompts: [ListedItem] { MemoryPrompts.listed }

    package func prompt(_ name: String, arguments: JSONObject, _ context: CallContext) async throws -> PromptResult {
        try await MemoryPrompts.get(name, arguments, session, profile)
    }

    package func resources(_ context: CallContext) async throws -> [ListedItem] {
        try await MemoryResources(session: session).list()
    }

    package var resourceTemplates: [ListedItem] { MemoryResources.templates }

    package func read(resource uri: String, _ context: CallContext) async throws -> ResourceContents? {
        try await MemoryResources(session: session).read(uri)
    }

    package func completions(
        of reference: CompletionReference, argument: String, value: String, _ context: CallContext
    ) async throws -> [String] {
        try await MemoryResources(session: session).completions(of: reference, argument: argument, value: value)
    }

    package func changes(isAsked: Bool) -> AsyncStream<ResourceChange> {
        MemoryResources(session: session).changes(isAsked: isAsked)
    }
}
