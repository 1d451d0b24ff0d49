package import Domain
import Platform
import Storage

/// Use cases of tools.
package struct Tools: Sendable {
    let engine: Engine

    /// Creates a tool, or changes the one that has its name already (wire notes, section 16).
    package func create(_ new: NewTool, by caller: Caller) async throws -> Tool {
        let draft = try ToolDraft(new, schema: try await schema(of: new), projectID: caller.projectID)
        return try await engine.write(by: caller, counting: "tool_create") { try $0.insertOrUpdate(draft) }
    }

    package func find(_ id: String, by caller: Caller) async throws -> Tool {
        try await engine.read { try $0.tool(id, organization: caller.organization) }
    }

    package func list(_ filter: ToolFilter, _ page: PageRequest, by caller: Caller) async throws -> [Tool] {
        try await engine.read { transaction in
            try transaction.checkToolCursors(page, organization: caller.organization)
            return try transaction.tools.list(filter, page, organization: caller.organization)
        }
    }

    package func count(_ filter: ToolFilter, by caller: Caller) async throws -> Int {
        try await engine.read { try $0.tools.count(filter, organization: caller.organization) }
    }

    package func update(_ id: String, _ patch: ToolPatch, by caller: Caller) async throws -> Tool {
        let patch = try await completed(patch, of: id, by: caller)
        return try await engine.write(by: caller, counting: "tool_update") { transaction in
            try transaction.update(try transaction.reading.tool(id, organization: caller.organization), patch)
        }
    }

    /// What the source of a new tool says about it, where its schema is not given.
    func schema(of new: NewTool) async throws -> JSONObject {
        try await ToolSchemaSource(engine: engine).schema(
            given: new.jsonSchema, arguments: new.argsJSONSchema, source: new.sourceCode, sourceType: new.sourceType)
    }

    /// A patch with the schema of the source that it brings.
    private func completed(_ patch: ToolPatch, of id: String, by caller: Caller) async throws -> ToolPatch {
        let (source, arguments) = (patch.sourceCode.given, patch.argsJSONSchema.given)
        guard patch.jsonSchema.given == nil, source != nil || arguments != nil else { return patch }
        let current = try await find(id, by: caller)
        // A built-in tool refuses all of it.
        if current.isBuiltIn || (source == current.sourceCode && arguments == nil) { return patch }
        var patch = patch
        let schema = try await ToolSchemaSource(engine: engine).schema(
            given: nil, arguments: arguments, source: source ?? current.sourceCode,
            sourceType: patch.sourceType.given ?? current.sourceType)
        patch.jsonSchema = .value(schema)
        return patch
    }

    package func delete(_ id: String, by caller: Caller) async throws {
        try await engine.write(by: caller, counting: "tool_delete") { transaction in
            let tool = try transaction.reading.tool(id, organization: caller.organization)
            try transaction.tools.delete(tool.id)
            try transaction.recordChange(.tool, .deleted, id: tool.id, label: tool.name, projectID: tool.projectID)
        }
    }

    /// The best first; without words to look for, the newest.
    package func search(_ query: ToolQuery, by caller: Caller) async throws -> [ToolMatch] {
        var filter = ToolFilter()
        filter.types = query.types
        let page = PageRequest(limit: PageRequest.maximumLimit)
        let tools = try await engine.read { [filter] transaction in
            try transaction.tools.list(filter, page, organization: caller.organization)
        }
        return ToolRanking(query).matches(among: tools)
    }

    /// Adds the built-in tools that are missing and brings the others up to date; writes only when something differs.
    /// - Returns: all built-in tools of the organization.
    @discardableResult
    package func ensureBuiltIns(by caller: Caller) async throws -> [Tool] {
        let stored = try await engine.read { try $0.tools.named(BuiltInTools.names, organization: caller.organization) }
        let isComplete = BuiltInTools.all.allSatisfy { built in
            stored.contains { $0.name == built.name && !built.differs(from: $0) }
        }
        if isComplete { return stored.filter(\.isBuiltIn) }
        return try await engine.write(by: caller) { try $0.ensureBuiltIns() }
    }
}

extension Engine {
    package var tools: Tools { Tools(engine: self) }
}

extension ReadTransaction {
    func tool(_ id: String, organization: String) throws -> Tool {
        guard let tool = try tools.find(id, organization: organization) else {
            throw Refusal.notFound("Tool with id '\(id)' not found")
        }
        return tool
    }
}
