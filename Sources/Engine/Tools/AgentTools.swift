package import Domain
import Platform
import Storage

/// Use cases of the tools that an agent has.
package struct AgentTools: Sendable {
    let engine: Engine

    package func list(_ agentID: String, _ page: PageRequest, by caller: Caller) async throws -> [Tool] {
        try await engine.read { transaction in
            try transaction.requireAgent(agentID, organization: caller.organization)
            try transaction.checkToolCursors(page, organization: caller.organization)
            return try transaction.tools.ofAgent(agentID, page)
        }
    }

    /// Attaching twice changes nothing. A tool that wants approval by default brings the rule with it.
    package func attach(_ toolID: String, to agentID: String, by caller: Caller) async throws -> AgentView {
        try await engine.write(by: caller, counting: "tool_attach") { transaction in
            var agent = try transaction.reading.agent(agentID, organization: caller.organization)
            let tool = try transaction.reading.tool(toolID, organization: caller.organization)
            let attached = try transaction.tools.ofAgents([agentID])[agentID] ?? []
            if !attached.contains(where: { $0.id == tool.id }) {
                try transaction.tools.attach(tool.id, toAgent: agentID, organization: caller.organization)
                try transaction.recordChange(.tool, .attached, id: tool.id, agentID: agentID, label: tool.name)
                if tool.defaultRequiresApproval == true {
                    agent = try transaction.update(agent, approvalPatch(agent, tool.name, isRequired: true))
                }
            }
            return try transaction.reading.view(agent, .all)
        }
    }

    /// Detaching a tool that the agent does not have changes nothing.
    package func detach(_ toolID: String, from agentID: String, by caller: Caller) async throws -> AgentView {
        try await engine.write(by: caller, counting: "tool_detach") { transaction in
            let agent = try transaction.reading.agent(agentID, organization: caller.organization)
            let tool = try transaction.reading.tool(toolID, organization: caller.organization)
            if try transaction.tools.detach(tool.id, fromAgent: agentID) {
                try transaction.recordChange(.tool, .detached, id: tool.id, agentID: agentID, label: tool.name)
            }
            return try transaction.reading.view(agent, .all)
        }
    }

    /// Says whether calls of a tool wait for the user's approval (wire notes, section 12).
    package func setApproval(
        _ isRequired: Bool, of toolName: String, ofAgent agentID: String, by caller: Caller
    ) async throws -> AgentView {
        try await engine.write(by: caller, counting: "tool_approval") { transaction in
            let agent = try transaction.reading.agent(agentID, organization: caller.organization)
            let names = (try transaction.tools.ofAgents([agentID])[agentID] ?? []).map(\.name)
            guard names.contains(toolName) else {
                let near = NearMatch.best(for: toolName, among: names).map { " Did you mean '\($0)'?" } ?? ""
                throw Refusal.notFound("Tool '\(toolName)' is not attached to agent '\(agentID)'.\(near)")
            }
            let changed = try transaction.update(agent, approvalPatch(agent, toolName, isRequired: isRequired))
            return try transaction.reading.view(changed, .all)
        }
    }

    private func approvalPatch(_ agent: Agent, _ toolName: String, isRequired: Bool) -> AgentPatch {
        var rules = (agent.toolRules?.value.array ?? []).filter { rule in
            rule["type"] != "requires_approval" || rule["tool_name"] != .string(toolName)
        }
        if isRequired {
            rules.append(["tool_name": .string(toolName), "type": "requires_approval", "prompt_template": nil])
        }
        var patch = AgentPatch()
        patch.toolRules = .value(rules)
        return patch
    }
}

extension Engine {
    package var agentTools: AgentTools { AgentTools(engine: self) }
}
