import Domain

/// Cursor pagination over (a time, id): strict, so that a client that pages to the empty page never loops.
enum Keyset {
    /// The part of a WHERE clause that starts at the page's cursor; empty without one.
    ///
    /// A cursor whose row is gone matches nothing; tables check it first and answer as the contract says.
    static func condition(_ alias: String, _ table: String, _ page: PageRequest, column: String = "created_at") -> SQL {
        var condition: SQL = ""
        if let after = page.after {
            condition += side(alias, table, column, after, greater: page.ascending)
        }
        if let before = page.before {
            condition += side(alias, table, column, before, greater: !page.ascending)
        }
        return condition
    }

    private static func side(_ alias: String, _ table: String, _ column: String, _ id: String, greater: Bool) -> SQL {
        let comparison = greater ? ">" : "<"
        return SQL(unsafe: " AND (\(alias).\(column), \(alias).id) \(comparison) ")
            + SQL(unsafe: "(SELECT c.\(column), c.id FROM \(table) c WHERE c.id = ") + "\(id))"
    }

    /// ORDER BY and LIMIT. The items just before a cursor are read backwards; `arranged` turns them round.
    static func order(_ alias: String, _ page: PageRequest, column: String = "created_at") -> SQL {
        let word = page.ascending != page.isBackwards ? "ASC" : "DESC"
        return SQL(unsafe: "ORDER BY \(alias).\(column) \(word), \(alias).id \(word) ")
            + "LIMIT \(page.limit) OFFSET \(page.offset)"
    }

    static func arranged<Item>(_ items: [Item], _ page: PageRequest) -> [Item] {
        page.isBackwards ? items.reversed() : items
    }
}
