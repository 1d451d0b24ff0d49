/// Everything in which databases differ, one named function for each difference. All other SQL here is portable.
package enum Dialect: Sendable {
    case sqlite

    /// The type of an integer key the database numbers itself, never reusing a number.
    var identityKey: SQL { "INTEGER PRIMARY KEY AUTOINCREMENT" }

    /// The type of a column of bytes.
    var bytes: SQL { "BLOB" }

    /// What follows the closing parenthesis of a table that is stored in the order of its primary key.
    var clustered: SQL { " WITHOUT ROWID" }

    /// A text column computed from an integer column: a letter and the number, one word to the text index.
    func scopeColumn(_ letter: SQL, _ column: SQL) -> SQL {
        "scope TEXT GENERATED ALWAYS AS ('\(sql: letter)' || \(sql: column)) STORED"
    }

    /// Fills the organization of a row that belongs to another from that one, where its insertion names none.
    func inheritOrganization(_ table: SQL, _ keys: [SQL], from parent: SQL, _ key: SQL, by column: SQL) -> SQL {
        let isNew = keys.map { "\(sql: $0) = new.\(sql: $0)" as SQL }.joined(separator: " AND ")
        return """
            CREATE TRIGGER \(sql: table)_organization AFTER INSERT ON \(sql: table) WHEN new.organization_id = '' BEGIN
                UPDATE \(sql: table) SET organization_id = coalesce(
                    (SELECT organization_id FROM \(sql: parent) WHERE \(sql: key) = new.\(sql: column)), '')
                WHERE \(sql: isNew);
            END
            """
    }

    /// A full-text index over `text` and `scope` of a table with an integer `key`, kept in step by triggers.
    func textIndex(_ index: SQL, of table: SQL) -> [SQL] {
        [
            """
            CREATE VIRTUAL TABLE \(sql: index) USING fts5(
                text, scope, content='\(sql: table)', content_rowid='key',
                tokenize='porter unicode61 remove_diacritics 2')
            """,
            """
            CREATE TRIGGER \(sql: index)_insert AFTER INSERT ON \(sql: table) BEGIN
                INSERT INTO \(sql: index)(rowid, text, scope) VALUES (new.key, new.text, new.scope);
            END
            """,
            """
            CREATE TRIGGER \(sql: index)_delete AFTER DELETE ON \(sql: table) BEGIN
                INSERT INTO \(sql: index)(\(sql: index), rowid, text, scope)
                VALUES ('delete', old.key, old.text, old.scope);
            END
            """,
            """
            CREATE TRIGGER \(sql: index)_update AFTER UPDATE ON \(sql: table)
            WHEN old.text IS NOT new.text OR old.scope IS NOT new.scope OR old.key IS NOT new.key BEGIN
                INSERT INTO \(sql: index)(\(sql: index), rowid, text, scope)
                VALUES ('delete', old.key, old.text, old.scope);
                INSERT INTO \(sql: index)(rowid, text, scope) VALUES (new.key, new.text, new.scope);
            END
            """,
        ]
    }

    /// A number that nobody can foresee, as a column's default.
    var randomNumber: SQL { "random()" }

    /// True for rows of a text index that match a `TextQuery`'s text.
    package func textMatches(_ index: SQL, _ match: String) -> SQL { "\(sql: index) MATCH \(match)" }

    /// The column of a text index that equals `key` of the indexed table.
    package func textKey(_ index: SQL) -> SQL { "\(sql: index).rowid" }

    /// How well a row of a text index matches; greater is better. The scope takes no part in it.
    package func textScore(_ index: SQL) -> SQL { "-bm25(\(sql: index), 1.0, 0.0)" }

    /// The text, number or boolean at the top-level member of a JSON column, NULL when there is none. A list or an
    /// object comes as its JSON text.
    package func jsonMember(_ column: SQL, _ name: String) -> SQL {
        // Not a path: a name may hold any sign.
        "(SELECT value FROM json_each(\(sql: column)) WHERE key = \(name))"
    }

    /// True when a JSON list of texts holds one of these.
    func jsonList(_ column: SQL, hasAny values: [String]) -> SQL {
        "EXISTS (SELECT 1 FROM json_each(\(sql: column)) WHERE value IN \(list: values))"
    }

    /// The values of one column of a query as a JSON list.
    package func jsonList(_ column: SQL, from query: SQL) -> SQL {
        "(SELECT json_group_array(\(sql: column)) FROM (\(sql: query)))"
    }

    /// A column for a comparison that no index shall be chosen for.
    func unindexed(_ column: SQL) -> SQL { "+\(sql: column)" }

    /// True when a column contains a text, whatever the case of ASCII letters.
    package func contains(_ column: SQL, _ text: String) -> SQL {
        // Not LIKE: its patterns have a greatest length, and signs to escape.
        "instr(lower(\(sql: column)), lower(\(text))) > 0"
    }

    /// True when a column begins with a text, whatever the case of ASCII letters.
    package func begins(_ column: SQL, with text: String) -> SQL {
        "instr(lower(\(sql: column)), lower(\(text))) = 1"
    }

    /// The newest number an identity key gave out, also when its row is gone.
    func newestIdentity(of table: StaticString) -> SQL {
        "SELECT seq FROM sqlite_sequence WHERE name = \(table.description)"
    }
}
