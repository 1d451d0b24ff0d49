import Domain

/// Cursor pagination over (a time, id): strict, so that a client that pages to the empty page never loops.
enum Keyset {
    /// The part of a WHERE clause that starts at the page's cursor; empty without one.
    ///
    /// A cursor whose row is gone matches nothing; tables check it first and answer as the contract says.
    ///
    /// - Parameter nullable: whether the column may be NULL; those rows come last in either order.
    static func condition(
        _ alias: String, _ table: String, _ page: PageRequest, column: String = "created_at", nullable: Bool = false
    ) -> SQL {
        var condition: SQL = ""
        for (cursor, isGreater) in [(page.after, page.ascending), (page.before, !page.ascending)] {
            guard let cursor else { continue }
            let row = key(alias, column, page, nullable: nullable)
            let other = key("c", column, page, nullable: nullable)
            condition =
                condition + SQL(unsafe: " AND (\(row), \(alias).id) \(isGreater ? ">" : "<") ")
                + SQL(unsafe: "(SELECT \(other), c.id FROM \(table) c WHERE c.id = ") + "\(cursor))"
        }
        return condition
    }

    /// What rows are ordered by. A comparison with NULL would be true of no row, so a number beyond all times stands
    /// in: 0 where the newest come first, which is also what the index holds.
    private static func key(_ alias: String, _ column: String, _ page: PageRequest, nullable: Bool) -> String {
        guard nullable else { return "\(alias).\(column)" }
        return "coalesce(\(alias).\(column), \(page.ascending ? Int64.max : 0))"
    }

    /// ORDER BY and LIMIT. The items just before a cursor are read backwards; `arranged` turns them round.
    static func order(
        _ alias: String, _ page: PageRequest, column: String = "created_at", nullable: Bool = false
    ) -> SQL {
        let word = page.ascending != page.isBackwards ? "ASC" : "DESC"
        let key = key(alias, column, page, nullable: nullable)
        return SQL(unsafe: "ORDER BY \(key) \(word), \(alias).id \(word) ")
            + "LIMIT \(page.limit) OFFSET \(page.offset)"
    }

    static func arranged<Item>(_ items: [Item], _ page: PageRequest) -> [Item] {
        page.isBackwards ? items.reversed() : items
    }
}
