import Domain
import Platform
import Storage

/// How a caller wants a file's agents stored.
package struct ImportOptions: Sendable {
    /// Replaces the first agent's name; no suffix is added to it.
    package var name: String?
    package var appendsCopySuffix = true
    /// Custom tools of the same name get the file's definition. Built-in tools never do.
    package var overridesTools = true
    package var stripsMessages = false
    /// Values for every agent; they win over the file's.
    package var secrets: [(key: String, value: String)] = []
    package var projectID: String?
    package var model: String?
    package var embedding: String?

    package init() {}
}

/// A file's agents as they are about to be stored: defaults filled in, so that the transaction only writes.
struct AgentImport: Sendable {
    let file: AgentFile
    let options: ImportOptions
    let drafts: [AgentDraft]
    let blocks: [Block]

    /// - Throws: `Refusal(.invalid)`, as for a handle without a provider.
    init(_ file: AgentFile, _ options: ImportOptions, engine: Engine, projectID: String?) throws {
        self.file = file
        self.options = options
        let projectID = options.projectID ?? projectID
        blocks = try file.blocks.map { try engine.blocks.draft($0.block, projectID: projectID, keepsLongValue: true) }
        drafts = try file.agents.enumerated().map { index, entry in
            try AgentDraft(
                Self.agent(entry, index: index, in: file, options), engine: engine, projectID: projectID)
        }
    }

    private static func agent(
        _ entry: AgentFile.Entry, index: Int, in file: AgentFile, _ options: ImportOptions
    ) throws -> NewAgent {
        var new = entry.agent
        if index == 0, let name = options.name {
            new.name = name
        } else if options.appendsCopySuffix {
            new.name = new.name.map { $0 + "_copy" }
        }
        if let handle = options.model {
            let fresh = try ModelHandle(handle).llmConfig(ModelOptions())
            var config = new.llmConfig ?? fresh
            // The rest of the configuration, as the size of its window, is the file's.
            for name in ["model", "display_name", "model_endpoint_type", "model_endpoint", "provider_name", "handle"] {
                config[name] = fresh[name]
            }
            new.llmConfig = config
            new.model = handle
        }
        if let handle = options.embedding {
            new.embedding = handle
            new.embeddingConfig = nil
        }
        for secret in options.secrets {
            new.secrets.removeAll { $0.key == secret.key }
            new.secrets.append(secret)
        }
        var kept = entry.unserved
        if index == 0 { for member in file.unserved.members { kept[member.name] = member.value } }
        if !kept.isEmpty { new.extra = JSONText(["agent_file": .object(kept)]) }
        return new
    }
}

extension WriteTransaction {
    /// Stores a file's agents and gives their ids, in the order of the file, and the names of built-in tools that this
    /// server does not have.
    func insert(_ new: AgentImport) throws -> (ids: [String], missingTools: [String]) {
        var blocksByID: [String: Block] = [:]
        for (entry, draft) in zip(new.file.blocks, new.blocks) { blocksByID[entry.id] = try insert(draft) }
        let tools = try importTools(new)
        let ids = try zip(new.file.agents, new.drafts).map { entry, draft in
            var agent = draft.agent
            let missing = entry.toolIDs.filter { tools.stored[$0] == nil }.compactMap { tools.missing[$0] }
            if !missing.isEmpty {
                var extra = agent.extra?.value.object ?? JSONObject()
                extra["missing_tools"] = .array(missing.map { .string($0) })
                agent.extra = JSONText(.object(extra))
            }
            agent = try insertBare(agent)
            for block in entry.blockIDs.compactMap({ blocksByID[$0] }) {
                try blocks.attach(block, toAgent: agent.id, organization: actor.organizationID)
            }
            try attachImported(entry.toolIDs.compactMap { tools.stored[$0] }, names: draft.toolNames, to: agent)
            let context = try insertMessages(new.options.stripsMessages ? nil : entry, of: agent)
            return try complete(agent, tags: draft.tags, secrets: draft.secrets, context: context).id
        }
        return (ids, Set(tools.missing.values).sorted())
    }

    private func attachImported(_ ids: [String], names: [String], to agent: Agent) throws {
        for id in ids { try tools.attach(id, toAgent: agent.id, organization: actor.organizationID) }
        if names.isEmpty { return }
        for tool in try tools.named(names, organization: actor.organizationID) {
            try tools.attach(tool.id, toAgent: agent.id, organization: actor.organizationID)
        }
    }

    /// Ids of stored tools, and names of built-in ones that this server does not have, by the file's ids.
    private func importTools(_ new: AgentImport) throws -> (stored: [String: String], missing: [String: String]) {
        let names = Set(new.file.tools.map(\.tool.name)).sorted()
        var known = Dictionary(
            try tools.named(names, organization: actor.organizationID).map { ($0.name, $0) },
            uniquingKeysWith: { first, _ in first })
        var stored: [String: String] = [:]
        var missing: [String: String] = [:]
        for entry in new.file.tools {
            if let tool = known[entry.tool.name] {
                stored[entry.id] = tool.id
                guard new.options.overridesTools, entry.tool.isCustom, tool.isCustom else { continue }
                var redefined = entry.tool.copy(id: tool.id, createdAt: tool.createdAt)
                redefined.projectID = tool.projectID
                _ = try save(redefined)
            } else if entry.tool.isCustom {
                let tool = try insert(entry.tool.copy(id: Identifier.new(.tool), createdAt: now))
                known[tool.name] = tool
                stored[entry.id] = tool.id
            } else {
                missing[entry.id] = entry.tool.name
            }
        }
        return (stored, missing)
    }

    /// Stores the messages and gives the ids of those in context. A context that does not begin with a system message
    /// gets one, rendered from the memory that came along.
    private func insertMessages(_ entry: AgentFile.Entry?, of agent: Agent) throws -> [String] {
        var ids: [String: String] = [:]
        var roles: [String: Message.Role] = [:]
        for (index, imported) in (entry?.messages ?? []).enumerated() {
            let undated = Timestamp(microseconds: now.microseconds + Int64(index))
            var message = Message(
                id: Identifier.new(.message), agentID: agent.id, role: imported.role,
                createdAt: imported.createdAt ?? undated)
            message.content = imported.content
            if imported.role == .system, entry?.inContext.first == imported.id {
                message.content = MemoryRendering.readdressed(message.plainText, to: agent.id) ?? message.content
            }
            message.toolCalls = imported.toolCalls
            message.toolCallID = imported.toolCallID
            message.toolReturns = imported.toolReturns
            message.approvals = imported.approvals
            message.name = imported.name
            message.otid = imported.otid
            message.senderID = imported.senderID
            message.model = imported.model
            message.extra = imported.extra.isEmpty ? nil : JSONText(.object(imported.extra))
            try messages.insert(message, by: actor)
            ids[imported.id] = message.id
            roles[message.id] = message.role
        }
        let context = (entry?.inContext ?? []).compactMap { ids[$0] }
        if let first = context.first, roles[first] == .system { return context }
        return try insertOpening(of: agent, []) + context
    }
}

extension MemoryRendering {
    /// A system message that names another agent's id, naming this one's instead; the rest stays as it was compiled.
    /// Nil when it names none.
    static func readdressed(_ text: String, to agentID: String) -> JSONText? {
        let label = "- AGENT_ID: "
        guard text.hasPrefix(label) || text.contains("\n" + label) else { return nil }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.hasPrefix(label) ? Substring(label + agentID) : line
        }
        return Message.textContent(lines.joined(separator: "\n"))
    }
}
