/// Whether a list is better gathered from what a filter names, and sorted, than read in its order until a page is full.
/// The planner cannot know: a tag may be one agent's or everybody's.
enum Few {
    /// Gathering so many costs about as much as reading a thousandth of a large table.
    private static let most = 1000

    /// - Parameter rows: what follows `SELECT 1`.
    static func isFew(_ rows: SQL, _ connection: any Connection) throws -> Bool {
        try connection.count("SELECT count(*) FROM (SELECT 1 \(sql: rows) LIMIT \(most + 1)) AS found") <= most
    }

    /// Of tags in a table of (organization, tag, object): all of any one of them, or the rarest where all are needed.
    static func isFew(
        _ tags: [String], all: Bool, in table: SQL, organization: String, _ connection: any Connection
    ) throws -> Bool {
        let rows: SQL = "FROM \(sql: table) WHERE organization_id = \(organization)"
        if !all { return try isFew(rows + " AND tag IN \(list: tags)", connection) }
        return try tags.contains { try isFew(rows + " AND tag = \($0)", connection) }
    }

    /// The organization's rows; with `gathered`, other conditions lead to them.
    static func owner(_ alias: SQL, _ organization: String, gathered: Bool, _ dialect: Dialect) -> SQL {
        let column: SQL = "\(sql: alias).organization_id"
        return "\(sql: gathered ? dialect.unindexed(column) : column) = \(organization)"
    }
}
