package import Domain
import Platform

extension ToolTable {
    package func insert(_ tool: Tool, organization: String) throws {
        try connection.execute(
            """
            INSERT INTO tools (id, organization_id, project_id, name, tool_type, description, source_type, source_code, \
            json_schema, args_json_schema, tags, return_char_limit, pip_requirements, npm_requirements, \
            default_requires_approval, enable_parallel_execution, metadata, created_at, updated_at, created_by_id, \
            last_updated_by_id) VALUES (\(tool.id), \(organization), \(tool.projectID), \(tool.name), \(tool.type), \
            \(tool.description), \(tool.sourceType), \(tool.sourceCode), \(tool.jsonSchema?.text), \
            \(tool.argsJSONSchema?.text), \(JSONText(tool.tags).text), \(tool.returnCharLimit), \
            \(tool.pipRequirements?.text), \(tool.npmRequirements?.text), \(tool.defaultRequiresApproval), \
            \(tool.enableParallelExecution), \(tool.metadata?.text), \(tool.createdAt), \(tool.updatedAt), \
            \(tool.createdBy), \(tool.lastUpdatedBy))
            """)
    }

    /// Writes all members of a changed tool.
    package func update(_ tool: Tool) throws {
        try connection.execute(
            """
            UPDATE tools SET project_id = \(tool.projectID), name = \(tool.name), description = \(tool.description), \
            source_type = \(tool.sourceType), source_code = \(tool.sourceCode), json_schema = \(tool.jsonSchema?.text), \
            args_json_schema = \(tool.argsJSONSchema?.text), tags = \(JSONText(tool.tags).text), \
            return_char_limit = \(tool.returnCharLimit), pip_requirements = \(tool.pipRequirements?.text), \
            npm_requirements = \(tool.npmRequirements?.text), \
            default_requires_approval = \(tool.defaultRequiresApproval), \
            enable_parallel_execution = \(tool.enableParallelExecution), metadata = \(tool.metadata?.text), \
            version = version + 1, updated_at = \(tool.updatedAt), last_updated_by_id = \(tool.lastUpdatedBy) \
            WHERE id = \(tool.id)
            """)
    }

    /// Deletes a tool and detaches it everywhere.
    package func delete(_ id: String) throws { try connection.execute("DELETE FROM tools WHERE id = \(id)") }
}
