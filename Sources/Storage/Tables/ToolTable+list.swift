package import Domain

extension ToolTable {
    package func find(_ id: String, organization: String) throws -> Tool? {
        try find([id], organization: organization).first
    }

    package func list(_ filter: ToolFilter, _ page: PageRequest, organization: String) throws -> [Tool] {
        let rows = try connection.rows(
            """
            SELECT \(sql: Self.columns) FROM tools t WHERE t.organization_id = \(organization) \
            \(sql: condition(filter)) \(sql: Keyset.condition("t", "tools", page)) \(sql: Keyset.order("t", page))
            """, Self.tool)
        return Keyset.arranged(rows, page)
    }

    package func count(_ filter: ToolFilter, organization: String) throws -> Int {
        try connection.count(
            "SELECT count(*) FROM tools t WHERE t.organization_id = \(organization) \(sql: condition(filter))")
    }

    /// How many agents of all organizations have a tool that the server brings.
    package func agentCount(ofBuiltIn name: String) throws -> Int {
        try connection.count(
            """
            SELECT count(DISTINCT l.agent_id) FROM agent_tools l JOIN tools t ON t.id = l.tool_id \
            WHERE t.name = \(name) AND t.tool_type = 'letta_builtin'
            """)
    }

    /// A page of the tools of one agent.
    package func ofAgent(_ agentID: String, _ page: PageRequest) throws -> [Tool] {
        let rows = try connection.rows(
            """
            SELECT \(sql: Self.columns) FROM agent_tools l JOIN tools t ON t.id = l.tool_id \
            WHERE l.agent_id = \(agentID) \(sql: Keyset.condition("t", "tools", page)) \(sql: Keyset.order("t", page))
            """, Self.tool)
        return Keyset.arranged(rows, page)
    }

    private func condition(_ filter: ToolFilter) -> SQL {
        var parts: [SQL] = []
        if let name = filter.name { parts.append("t.name = \(name)") }
        if !filter.names.isEmpty { parts.append("t.name IN \(list: filter.names)") }
        if !filter.ids.isEmpty { parts.append("t.id IN \(list: filter.ids)") }
        if let text = filter.search { parts.append(connection.dialect.contains("t.name", text)) }
        if !filter.types.isEmpty { parts.append("t.tool_type IN \(list: filter.types)") }
        if !filter.excludedTypes.isEmpty { parts.append("t.tool_type NOT IN \(list: filter.excludedTypes)") }
        let builtIn = connection.dialect.begins("t.tool_type", with: "letta_")
        if filter.builtInOnly { parts.append(builtIn) }
        if filter.excludesBuiltIn { parts.append("NOT \(sql: builtIn)") }
        return parts.conditions
    }
}
