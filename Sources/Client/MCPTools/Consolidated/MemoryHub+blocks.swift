import Platform

extension MemoryHub {
    static let blockOperations: [(name: String, run: Hub.Operation)] = [
        ("get_core_memory", coreMemory),
        ("update_core_memory", updateCoreMemory),
        ("get_block_by_label", blockByLabel),
        ("list_blocks", listBlocks),
        ("create_block", createBlock),
        ("get_block", block),
        ("update_block", updateBlock),
        ("attach_block", attachBlock),
        ("detach_block", detachBlock),
        ("list_agents_using_block", agentsUsingBlock),
    ]

    /// Blocks of one agent are few, and meant to be read whole.
    private static let mostCoreBlocks = 1000

    private static func coreMemory(_ call: ToolCall) async throws -> Hub.Answer {
        let page = try PageArguments(call.arguments, standard: mostCoreBlocks, most: mostCoreBlocks)
        let listing = try await BlockCalls(call).list(BlockListing.Filter(agent: try await call.agent()), page)
        let blocks = call.shown(listing.blocks, BlockView.whole)
        return Hub.Answer("Blocks: \(blocks.count)", data: .array(blocks), count: blocks.count)
    }

    private static func updateCoreMemory(_ call: ToolCall) async throws -> Hub.Answer {
        let label = try call.arguments.required(anyOf: "block_label", "label")
        guard let value = call.arguments["value"] else { throw ToolError("'value' is missing.") }
        var patch: JSONObject = ["value": value]
        patch["expected_version"] = call.arguments["expected_version"]
        let reference = BlockCalls.Reference(label, agent: try await call.agent())
        let block = try await BlockCalls(call).update(reference, patch)
        return Hub.Answer("Changed the block.", data: call.shown(block, BlockView.receipt))
    }

    private static func blockByLabel(_ call: ToolCall) async throws -> Hub.Answer {
        let label = try call.arguments.required(anyOf: "block_label", "label")
        let block = try await BlockCalls(call).read(.init(label, agent: try await call.agent()))
        return Hub.Answer("The block.", data: call.shown(block, BlockView.whole))
    }

    private static func listBlocks(_ call: ToolCall) async throws -> Hub.Answer {
        let arguments = call.arguments
        var filter = BlockListing.Filter(agent: try await call.namedAgent())
        filter.label = arguments.text("label") ?? arguments.text("block_label")
        filter.text = arguments.text("query")
        filter.isTemplate = arguments["is_template"]?.bool
        let page = try PageArguments(arguments)
        let listing = try await BlockCalls(call).list(filter, page)
        let blocks = call.shown(listing.blocks, BlockView.summary)
        return Hub.Answer(
            "Blocks: \(blocks.count) of \(listing.total)", data: .array(blocks), count: blocks.count,
            hints: page.hints(of: listing.total) + listing.hints)
    }

    private static func createBlock(_ call: ToolCall) async throws -> Hub.Answer {
        var body = changes(call)
        body["label"] = .string(try call.arguments.required(anyOf: "label", "block_label"))
        body["value"] = body["value"] ?? ""
        let agent = try await call.namedAgent()
        let block = try await BlockCalls(call).create(body, attachedTo: agent)
        return Hub.Answer(
            agent == nil ? "Created the block." : "Created the block and attached it.",
            data: call.shown(block, BlockView.receipt),
            hints: agent == nil ? ["It is attached to no agent yet: attach_block."] : [])
    }

    private static func block(_ call: ToolCall) async throws -> Hub.Answer {
        let block = try await BlockCalls(call).read(try await reference(call))
        return Hub.Answer("The block.", data: call.shown(block, BlockView.whole))
    }

    private static func updateBlock(_ call: ToolCall) async throws -> Hub.Answer {
        var patch = changes(call)
        // What 'label' names is found by it, unless something else names the block.
        let isNamedByLabel = call.arguments.text("block_id") == nil && call.arguments.text("block_label") == nil
        if !isNamedByLabel { patch["label"] = call.arguments["label"] }
        guard !patch.isEmpty else {
            throw ToolError(
                "There is nothing to change.",
                hints: ["Give value, label, description, limit, is_template, metadata or tags."])
        }
        patch["expected_version"] = call.arguments["expected_version"]
        let block = try await BlockCalls(call).update(try await reference(call), patch)
        return Hub.Answer("Changed the block.", data: call.shown(block, BlockView.receipt))
    }

    private static func attachBlock(_ call: ToolCall) async throws -> Hub.Answer {
        let blocks = try await BlockCalls(call)
        let block = try await blocks.read(.init(try reference(in: call.arguments)))
        let agentID = try await call.agent()
        try await blocks.attach(block["id"]?.string ?? "", to: agentID)
        return Hub.Answer("Attached the block.", data: link(block, agentID))
    }

    private static func detachBlock(_ call: ToolCall) async throws -> Hub.Answer {
        let agentID = try await call.agent()
        let block = try await BlockCalls(call).detach(try reference(in: call.arguments), from: agentID)
        return Hub.Answer("Detached the block. It is still there.", data: link(block, agentID))
    }

    private static func agentsUsingBlock(_ call: ToolCall) async throws -> Hub.Answer {
        let page = try PageArguments(call.arguments)
        let agents = try await BlockCalls(call).agents(using: try reference(in: call.arguments), page)
        return agentList(agents, call, page)
    }

    // MARK: Arguments and answers

    private static func reference(in arguments: ToolArguments) throws -> String {
        try arguments.required(anyOf: "block_id", "block_label", "label")
    }

    private static func reference(_ call: ToolCall) async throws -> BlockCalls.Reference {
        try await BlockCalls.Reference(try reference(in: call.arguments), of: call)
    }

    /// What a call says a block is to have.
    private static func changes(_ call: ToolCall) -> JSONObject {
        var body = JSONObject()
        for name in ["value", "description", "limit", "is_template", "metadata", "tags"] {
            body[name] = call.arguments[name]
        }
        body["template_name"] = call.arguments["name"]
        return body
    }

    private static func link(_ block: JSONValue, _ agentID: String) -> JSONValue {
        [
            "agent_id": .string(agentID), "block_id": block["id"] ?? .null, "label": block["label"] ?? .null,
        ]
    }

    static func agentList(_ agents: [JSONValue], _ call: ToolCall, _ page: PageArguments) -> Hub.Answer {
        Hub.Answer(
            "Agents: \(agents.count)", data: .array(call.shown(agents, ShortForm.agent, whole: AgentShape.whole)),
            count: agents.count, hints: page.hints(after: agents.count))
    }
}
