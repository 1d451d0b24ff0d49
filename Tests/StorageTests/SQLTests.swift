import Platform
import Testing

@testable import Storage

@Suite struct SQLTests {
    @Test func `an interpolated value is bound, never written`() {
        let name = "x'; DROP TABLE agents; --"
        let sql: SQL =
            "SELECT 1 WHERE name = \(name) AND n = \(5) AND ok = \(true) AND at = \(Timestamp(microseconds: 7))"
        #expect(sql.text == "SELECT 1 WHERE name = ? AND n = ? AND ok = ? AND at = ?")
        #expect(sql.binds == [.text(name), .int(5), .int(1), .int(7)])
    }

    @Test func `an absent optional is NULL`() {
        let none: String? = nil
        let some: Double? = 1.5
        let sql: SQL = "VALUES (\(none), \(some), \([UInt8]([1, 2])))"
        #expect(sql.binds == [.null, .double(1.5), .blob([1, 2])])
    }

    @Test func `a list becomes a group of places and an empty one matches nothing`() {
        let sql: SQL = "a IN \(list: ["x", "y", "z"]) OR b IN \(list: [Int]())"
        #expect(sql.text == "a IN (?, ?, ?) OR b IN (NULL)")
        #expect(sql.binds == [.text("x"), .text("y"), .text("z")])
    }

    @Test func `pieces keep their values in order when spliced, added and joined`() {
        let first: SQL = "a = \(1)"
        let second: SQL = "b = \("two")"
        let sql: SQL = "SELECT \(0) WHERE \(sql: [first, second].joined(separator: " AND "))" + " LIMIT \(3)"
        #expect(sql.text == "SELECT ? WHERE a = ? AND b = ? LIMIT ?")
        #expect(sql.binds == [.int(0), .int(1), .text("two"), .int(3)])
    }

    @Test func `a text is looked for as it is, whatever the case of its letters`() async throws {
        try await withStore { store, _ in
            let dialect = Dialect.sqlite
            let long = String(repeating: "x%_", count: 50_000)
            for (column, text, isIn, begins) in [
                ("One Hundred", "hundred", true, false), ("100%", "%", true, false), ("a_b", "ab", false, false),
                ("back\\slash", "K\\S", true, false), ("Prefix it", "PRE", true, true), ("x", long, false, false),
                ("abc", "", true, true),
            ] {
                let answer = try await store.read { tx in
                    try tx.connection.first(
                        """
                        SELECT \(sql: dialect.contains("v", text)), \(sql: dialect.begins("v", with: text))
                        FROM (SELECT \(column) AS v)
                        """
                    ) { [$0.bool(0), $0.bool(1)] }
                }
                #expect(answer == [isIn, begins], "\(column.prefix(20)) \(text.prefix(20))")
            }
        }
    }

    @Test func `a member of a JSON column is found by any name`() async throws {
        try await withStore { store, _ in
            let json = #"{"plain":"x","a.b":1,"q\"uote'":"y","é":true,"":2.5,"list":[1,2],"none":null}"#
            for (name, value) in [
                ("plain", "x"), ("a.b", "1"), ("q\"uote'", "y"), ("é", "1"), ("", "2.5"), ("list", "[1,2]"),
                ("none", nil), ("missing", nil), ("$", nil),
            ] {
                let found = try await store.read { tx in
                    try tx.connection.first(
                        "SELECT \(sql: tx.connection.dialect.jsonMember("v", name)) FROM (SELECT \(json) AS v)"
                    ) { $0.optionalText(0) } ?? nil
                }
                #expect(found == value, "\(name)")
            }
        }
    }

    @Test func `more texts than are kept all work, also while an older one runs`() async throws {
        try await withStore { store, _ in
            let sum = try await store.read { tx in
                try tx.connection.rows("SELECT 1 UNION ALL SELECT 2") { row in
                    try (0..<400).map { number in
                        try tx.connection.count("SELECT \(row.int(0)) * \(sql: SQL(unsafe: String(number)))")
                    }.reduce(0, +)
                }
            }
            #expect(sum == [79_800, 159_600])
            let many = try await store.count("SELECT count(*) FROM (SELECT 1) WHERE 1 IN \(list: Array(0..<20_000))")
            #expect(many == 1)
        }
    }

    @Test func `two statements in one text are refused`() async throws {
        try await withStore { store, _ in
            let error = await #expect(throws: StoreError.self) {
                try await store.count("SELECT 1; DELETE FROM settings")
            }
            #expect(error?.code == .other)
            let one = try await store.count("SELECT 1; ")
            #expect(one == 1)
        }
    }

    @Test func `values come back as they went in`() async throws {
        let texts = ["", "a\0b", "\u{1F600}é", String(repeating: "long ", count: 10_000), "e\u{301}"]
        try await withStore { store, _ in
            for text in texts {
                let back = try await store.read { try $0.connection.first("SELECT \(text)") { $0.text(0) } }
                #expect(back.map { Array($0.utf8) } == Array(text.utf8))
            }
            let row = try await store.read { tx in
                try tx.connection.first(
                    """
                    SELECT \(Int64.min), \(Double.pi), \([UInt8]()), \([0, 255] as [UInt8]), \(nil as String?),
                        \(true), \(Timestamp(microseconds: 1_700_000_000_000_001))
                    """
                ) { row in
                    #expect(row.int(0) == .min)
                    #expect(row.double(1) == .pi)
                    #expect(row.blob(2) == [] && !row.isNull(2))
                    #expect(row.blob(3) == [0, 255])
                    #expect(row.isNull(4) && row.optionalText(4) == nil && row.optionalTimestamp(4) == nil)
                    #expect(row.bool(5) && row.optionalBool(5) == true)
                    #expect(row.timestamp(6).microseconds == 1_700_000_000_000_001)
                    return true
                }
            }
            #expect(row == true)
        }
    }
}
