/// What lists of agents and lists of blocks are filtered by alike: tags, and the identities they belong to.
enum ObjectConditions {
    /// The two kinds of object, with the names of their tables; `alias` is theirs in the list's query.
    enum Kind {
        case agent, block

        fileprivate var alias: SQL { self == .agent ? "a" : "b" }
        fileprivate var column: SQL { self == .agent ? "agent_id" : "block_id" }
        fileprivate var tagTable: SQL { self == .agent ? "agent_tags" : "block_tags" }
        fileprivate var identityTable: SQL { self == .agent ? "identity_agents" : "identity_blocks" }
    }

    /// - Parameter gathered: collects the objects of the tags first, instead of asking of each object (`Few`).
    static func tagged(
        _ kind: Kind, _ tags: [String], all: Bool, _ organization: String, gathered: Bool
    ) -> SQL {
        let tags = Set(tags).sorted()
        let needed = all ? tags.count : 1
        if gathered {
            return """
                \(sql: kind.alias).id IN (SELECT \(sql: kind.column) FROM \(sql: kind.tagTable) \
                WHERE organization_id = \(organization) AND tag IN \(list: tags) GROUP BY \(sql: kind.column) \
                HAVING count(*) >= \(needed))
                """
        }
        return """
            (SELECT count(*) FROM \(sql: kind.tagTable) t WHERE t.\(sql: kind.column) = \(sql: kind.alias).id \
            AND t.tag IN \(list: tags)) >= \(needed)
            """
    }

    static func belonging(_ kind: Kind, toIdentity id: String) -> SQL {
        """
        \(sql: kind.alias).id IN (SELECT \(sql: kind.column) FROM \(sql: kind.identityTable) \
        WHERE identity_id = \(id))
        """
    }

    static func belonging(_ kind: Kind, toKeys keys: [String], _ organization: String) -> SQL {
        """
        \(sql: kind.alias).id IN (SELECT l.\(sql: kind.column) FROM \(sql: kind.identityTable) l \
        JOIN identities i ON i.id = l.identity_id \
        WHERE i.organization_id = \(organization) AND i.identifier_key IN \(list: keys))
        """
    }
}
