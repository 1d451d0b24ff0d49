package import Domain
import Platform

/// A message that a search found, by its number.
package struct FoundMessage: Sendable {
    package let key: Int
    package let message: Message
    /// Of the text index, greater for a better match; 0 when it was found otherwise.
    package let score: Double
}

extension MessageTable {
    /// Messages whose text has words of a query, best first; among equals the newest.
    ///
    /// - Parameter match: what `TextQuery` made of the words.
    package func search(_ match: String, _ filter: MessageFilter, limit: Int, organization: String) throws
        -> [FoundMessage]
    {
        let dialect = connection.dialect
        let index: SQL = "message_text"
        return try connection.rows(
            """
            SELECT \(sql: Self.columns), \(sql: dialect.textScore(index)) AS score, m.key FROM message_text \
            JOIN messages m ON m.key = \(sql: dialect.textKey(index)) \
            WHERE \(sql: dialect.textMatches(index, match)) AND m.organization_id = \(organization) \
            \(sql: Self.condition(filter, sharing: true)) ORDER BY score DESC, m.key DESC LIMIT \(limit)
            """
        ) { FoundMessage(key: $0.int(20), message: Self.message($0), score: $0.double(19)) }
    }

    /// Messages by number that pass a filter.
    package func find(keys: [Int], _ filter: MessageFilter, organization: String) throws -> [FoundMessage] {
        let dialect = connection.dialect
        return try connection.rows(
            """
            SELECT \(sql: Self.columns), m.key FROM messages m WHERE m.key IN \(list: keys) \
            AND \(sql: Few.owner("m", organization, gathered: true, dialect)) \
            \(sql: Self.condition(filter, sharing: true, each: dialect))
            """
        ) { FoundMessage(key: $0.int(19), message: Self.message($0), score: 0) }
    }

    /// How many messages match, at most `most`.
    /// - Parameter match: what `TextQuery` made of a word.
    package func count(_ match: String, upTo most: Int) throws -> Int {
        try connection.count(
            """
            SELECT count(*) FROM (SELECT 1 FROM message_text \
            WHERE \(sql: connection.dialect.textMatches("message_text", match)) LIMIT \(most)) AS found
            """)
    }

    /// How many messages there are that a search may find, at most `most`.
    /// - Parameter agentID: nil: of all agents.
    package func count(ofAgent agentID: String?, upTo most: Int) throws -> Int {
        let agent: SQL = agentID.map { "WHERE agent_id = \($0)" } ?? ""
        return try connection.count(
            "SELECT count(*) FROM (SELECT 1 FROM messages \(sql: agent) LIMIT \(most)) AS found")
    }

    /// What was said right before and after some messages in the same thread, by their numbers.
    package func neighbours(of keys: [Int]) throws -> [Int: Neighbours] {
        let pairs = try connection.rows(
            """
            SELECT m.key, \(sql: Self.neighbour("<", "DESC")), \(sql: Self.neighbour(">", "ASC")) FROM messages m \
            WHERE m.key IN \(list: keys)
            """
        ) { ($0.int(0), Neighbours(previous: $0.optionalInt(1), next: $0.optionalInt(2))) }
        return Dictionary(pairs) { first, _ in first }
    }

    /// A conversation has an index of its own, in the order of dates.
    private static func neighbour(_ side: SQL, _ order: SQL) -> SQL {
        let isSaid: SQL = "q.role IN ('user', 'assistant') AND q.text <> ''"
        return """
            CASE WHEN m.conversation_id IS NULL \
            THEN (SELECT q.key FROM messages q WHERE q.agent_id = m.agent_id AND q.conversation_id IS NULL \
            AND q.key \(sql: side) m.key AND \(sql: isSaid) ORDER BY q.key \(sql: order) LIMIT 1) \
            ELSE (SELECT q.key FROM messages q WHERE q.conversation_id = m.conversation_id \
            AND (q.created_at, q.key) \(sql: side) (m.created_at, m.key) AND \(sql: isSaid) \
            ORDER BY q.created_at \(sql: order), q.key \(sql: order) LIMIT 1) END
            """
    }

    /// The `scope` that the text index knows an agent's messages by.
    package func textScope(ofAgent agentID: String) throws -> String? {
        try connection.first("SELECT key FROM agents WHERE id = \(agentID)") { "m\($0.int(0))" }
    }
}
