package import Domain
package import Platform
import Storage

/// A tool that is called by a client instead of a model.
package struct ToolTrial: Sendable {
    package var arguments: JSONObject
    /// Nothing is carried out: the arguments are checked, and said is what would run where.
    package var isDry = false

    package init(arguments: JSONObject) { self.arguments = arguments }
}

extension AgentTools {
    /// Calls one of the agent's tools as the agent would: with its state and its secrets, whatever its rules say.
    package func run(
        _ name: String, of agentID: String, _ trial: ToolTrial, by caller: Caller
    ) async throws -> ToolOutcome {
        let (agent, tools) = try await engine.read { transaction in
            let agent = try transaction.agent(agentID, organization: caller.organization)
            return (agent, try transaction.tools.ofAgents([agentID])[agentID] ?? [])
        }
        guard let tool = tools.first(where: { $0.name == name }) else {
            let near = NearMatch.best(for: name, among: tools.map(\.name)).map { " Did you mean '\($0)'?" } ?? ""
            throw Refusal.notFound("Tool '\(name)' not found or not attached to agent '\(agentID)'.\(near)")
        }
        let invocation = ToolInvocation(name: name, arguments: trial.arguments, agent: agent, caller: caller.withoutKey)
        if trial.isDry { return try await engine.codeTools.plan(tool, trial.arguments, for: .agent(invocation)) }
        let outcome = try await engine.run(tool, invocation)
        if outcome.changesPrompt {
            _ = try await engine.agents.recompile(agentID, updatesTime: false, dryRun: false, by: caller.withoutKey)
        }
        return outcome.truncated(to: tool.returnCharLimit)
    }
}

extension Tools {
    /// Runs a tool that is not stored.
    /// - Parameter name: the function to call; nil: the one that the schema names.
    /// - Parameter variables: its environment; its caller gave them, so they are not masked.
    /// - Returns: also the function's name.
    package func run(
        _ new: NewTool, name: String?, variables: [(name: String, value: String)], _ trial: ToolTrial, by caller: Caller
    ) async throws -> (name: String, outcome: ToolOutcome) {
        var tool: Tool
        if let name, new.jsonSchema == nil, new.argsJSONSchema == nil {
            // As in V1: who names the function need not describe it.
            _ = try ToolSchemaSource.language(new.sourceType)
            tool = Tool(id: Identifier.new(.tool), name: name, type: Tool.customType, createdAt: .now)
            tool.sourceType = new.sourceType
            tool.sourceCode = new.sourceCode
            tool.pipRequirements = new.pipRequirements?.jsonText
        } else {
            tool = try ToolDraft(new, schema: try await schema(of: new), projectID: nil).tool
            if let name { tool.name = name }
        }
        let code = engine.codeTools
        let owner = CodeToolRun.Owner.caller(variables)
        let outcome: ToolOutcome
        if trial.isDry {
            outcome = try await code.plan(tool, trial.arguments, for: owner)
        } else {
            outcome = try await code.run(tool, trial.arguments, for: owner)
        }
        return (tool.name, outcome.truncated(to: tool.returnCharLimit))
    }
}

extension CodeToolRun {
    /// Checks a call and says what it would run, without running anything. What it cannot do is a failure.
    func plan(_ tool: Tool, _ arguments: JSONObject, for owner: Owner) async throws -> ToolOutcome {
        var plan = JSONObject([
            ("dry_run", true), ("tool", .string(tool.name)), ("tool_type", .string(tool.type)),
            ("arguments", .object(arguments)),
        ])
        do {
            try ArgumentCheck.check(arguments, of: tool.name, against: tool.jsonSchema?.value)
            if tool.isCustom {
                let call = try await call(of: tool, arguments, for: owner)
                if let obstacle = await engine.sandbox.obstacle(to: call.language) {
                    throw ToolFailure(obstacle, .notServed)
                }
                plan["where"] = "sandbox"
                plan["language"] = .string(call.language.rawValue)
                // Their names only: a secret has no place here.
                plan["environment"] = .array(call.environment.map { .string($0.name) })
                plan["pip_requirements"] = .array(call.requirements.map { .string($0.requirement) })
                plan["agent_state"] = .bool(call.agentState != nil)
                plan["seconds"] = .double(call.limits.seconds)
            } else {
                plan["where"] = tool.isBuiltIn ? "server" : "another server"
            }
        } catch let failure as ToolFailure {
            return .failure(failure, tool: tool.name)
        }
        var outcome = ToolOutcome(JSONValue.object(plan).text)
        outcome.value = .object(plan)
        return outcome
    }
}
