import Domain
import Platform
import Storage

/// The steps of a tool's changes inside a transaction.
extension WriteTransaction {
    func insertOrUpdate(_ draft: ToolDraft) throws -> Tool {
        guard let current = try tools.named([draft.tool.name], organization: actor.organizationID).first else {
            return try insert(draft.tool)
        }
        guard !current.isBuiltIn else {
            throw Refusal.invalid(
                "Tool with name '\(current.name)' already exists in your organization: it is built in. Choose another "
                    + "name.")
        }
        var tool = current
        tool.description = draft.tool.description
        tool.sourceType = draft.tool.sourceType
        tool.sourceCode = draft.tool.sourceCode
        tool.jsonSchema = draft.tool.jsonSchema
        tool.argsJSONSchema = draft.tool.argsJSONSchema
        tool.tags = draft.tool.tags
        tool.returnCharLimit = draft.tool.returnCharLimit
        tool.pipRequirements = draft.tool.pipRequirements
        tool.defaultRequiresApproval = draft.tool.defaultRequiresApproval
        tool.enableParallelExecution = draft.tool.enableParallelExecution
        return try save(tool)
    }

    func insert(_ draft: Tool) throws -> Tool {
        var tool = draft
        tool.createdBy = actor.userID
        tool.lastUpdatedBy = actor.userID
        try tools.insert(tool, organization: actor.organizationID)
        try recordChange(.tool, .created, id: tool.id, label: tool.name, projectID: tool.projectID)
        return tool
    }

    func update(_ current: Tool, _ patch: ToolPatch) throws -> Tool {
        if current.isBuiltIn, patch.changesMeaning {
            throw Refusal.invalid(
                "The built-in tool '\(current.name)' keeps its description, schema and source. Its return_char_limit, "
                    + "default_requires_approval, tags and metadata may be changed.")
        }
        var tool = current
        if let given = patch.jsonSchema.given {
            let schema = try FunctionSchema(given)
            tool.jsonSchema = JSONText(.object(schema.json))
            tool.name = schema.name
            tool.description = schema.description ?? tool.description
        }
        if let name = patch.name.given { try rename(&tool, name) }
        try checkName(of: tool, before: current)
        tool.description = patch.description.given ?? tool.description
        tool.sourceType = patch.sourceType.given ?? current.sourceType
        tool.sourceCode = patch.sourceCode.given ?? current.sourceCode
        tool.argsJSONSchema = patch.argsJSONSchema.given ?? current.argsJSONSchema
        tool.tags = patch.tags.given?.uniqued ?? current.tags
        tool.returnCharLimit = patch.returnCharLimit.given ?? current.returnCharLimit
        tool.pipRequirements = patch.pipRequirements.given?.jsonText ?? current.pipRequirements
        tool.defaultRequiresApproval = patch.defaultRequiresApproval.applied(to: current.defaultRequiresApproval)
        tool.enableParallelExecution = patch.enableParallelExecution.applied(to: current.enableParallelExecution)
        tool.metadata = patch.metadata.applied(to: current.metadata)
        return try save(tool)
    }

    private func rename(_ tool: inout Tool, _ name: String) throws {
        var schema = tool.jsonSchema?.value.object ?? JSONObject()
        schema["name"] = .string(name)
        tool.jsonSchema = JSONText(.object(try FunctionSchema(schema).json))
        tool.name = name
    }

    private func checkName(of tool: Tool, before current: Tool) throws {
        if tool.name == current.name { return }
        guard !current.isBuiltIn else { throw Refusal.invalid("The built-in tool '\(current.name)' keeps its name.") }
        guard try tools.named([tool.name], organization: actor.organizationID).isEmpty else {
            throw Refusal.invalid("Tool with name '\(tool.name)' already exists in your organization")
        }
    }

    func save(_ changed: Tool) throws -> Tool {
        var tool = changed
        tool.updatedAt = now
        tool.lastUpdatedBy = actor.userID
        try tools.update(tool)
        try recordChange(.tool, .updated, id: tool.id, label: tool.name, projectID: tool.projectID)
        return tool
    }

    // MARK: Built-in tools

    func ensureBuiltIns() throws -> [Tool] {
        let stored = try tools.named(BuiltInTools.names, organization: actor.organizationID)
        var result: [Tool] = []
        for (index, built) in BuiltInTools.all.enumerated() {
            if let current = stored.first(where: { $0.name == built.name }) {
                // A tool of the user's own that took this name first stays as it is.
                guard current.isBuiltIn else { continue }
                var tool = current
                built.apply(to: &tool)
                result.append(built.differs(from: current) ? try save(tool) : current)
            } else {
                // Times just before now keep the order of the list.
                let time = Timestamp(microseconds: now.microseconds - Int64(BuiltInTools.all.count - index))
                var tool = Tool(
                    id: Identifier.new(.tool), name: built.name, type: built.type.rawValue, createdAt: time)
                built.apply(to: &tool)
                result.append(try insert(tool))
            }
        }
        return result
    }
}

extension BuiltInTool {
    /// Whether a stored tool says something else than this version does; never for a tool of the user's own.
    func differs(from stored: Tool) -> Bool {
        guard stored.isBuiltIn else { return false }
        return stored.description != description || stored.jsonSchema != jsonSchema || stored.tags != [type.rawValue]
            || stored.enableParallelExecution != isParallel
    }
}
