package import Domain

/// Which texts of a kind a vector search looks at. The conditions are on the texts by `VectorKind.alias`.
struct VectorTarget {
    enum Reach {
        /// Everything of the owners passes.
        case everything
        /// Most of it may: the best are looked at one by one.
        case most
        /// Little may: what passes is collected first.
        case few
    }

    /// Numbers of the archives or agents; nil is all.
    let owners: Set<Int>?
    let reach: Reach
    /// True for the texts that pass.
    let condition: SQL
    /// The same for texts that are looked at one by one: no index leads to them.
    let each: SQL
    /// True for all texts of the owners, looked at one by one.
    let owned: SQL
}

extension VectorTarget {
    init(_ scope: PassageScope, _ filter: PassageFilter, _ connection: any Connection) throws {
        owners = try scope.owners(connection)
        reach = filter.isOpen ? .everything : .few
        condition = PassageTable.condition(filter, scope, connection.dialect)
        each = PassageTable.condition(filter, scope, connection.dialect, each: true)
        owned = scope.condition(connection.dialect, each: true)
    }

    /// - Parameter agentKey: the number of the filter's agent; nil when it names none.
    init(_ filter: MessageFilter, agentKey: Int?, organization: String, _ dialect: Dialect) {
        owners = agentKey.map { [$0] }
        let isNarrow =
            filter.conversation != .any || filter.groupID != nil || filter.runID != nil || filter.stepID != nil
            || filter.start != nil || filter.end != nil || filter.projectID != nil || filter.templateID != nil
        reach = isNarrow ? .few : .most
        let organization: SQL = "\(sql: dialect.unindexed("m.organization_id")) = \(organization)"
        condition = organization + MessageTable.condition(filter, sharing: true)
        each = organization + MessageTable.condition(filter, sharing: true, each: dialect)
        owned = organization
    }
}

extension PassageScope {
    /// Nil: all there are.
    fileprivate func owners(_ connection: any Connection) throws -> Set<Int>? {
        if isEverything { return nil }
        if organization == nil { return Set(keys) }
        return Set(try connection.rows("SELECT key FROM (\(sql: archives)) AS found") { $0.int(0) })
    }
}

extension VectorSearch {
    /// The messages that pass a filter and whose vectors are nearest to the query's, best first, with the exact cosine.
    package func nearest(
        _ vector: [Float], _ filter: MessageFilter, organization: String, limit: Int
    ) throws -> [VectorMatch] {
        try target(filter, organization).map { try nearest(vector, $0, limit: limit) } ?? []
    }

    /// How near given messages are; those without a vector are left out. Exact to about 0.002.
    package func similarities(
        _ vector: [Float], ofMessages keys: [Int], _ filter: MessageFilter, organization: String
    ) throws -> [Int: Float] {
        try target(filter, organization).map { try similarities(vector, of: keys, $0) } ?? [:]
    }

    /// Nil when the filter's agent does not exist.
    private func target(_ filter: MessageFilter, _ organization: String) throws -> VectorTarget? {
        var agentKey: Int?
        if let agent = filter.agentID {
            agentKey = try connection.first("SELECT key FROM agents WHERE id = \(agent)") { $0.int(0) }
            if agentKey == nil { return nil }
        }
        return VectorTarget(filter, agentKey: agentKey, organization: organization, connection.dialect)
    }
}
