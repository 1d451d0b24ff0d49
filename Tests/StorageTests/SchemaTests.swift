import Domain
import Platform
import Testing

@testable import Storage

extension WriteTransaction {
    func addAgent(_ id: String) throws {
        try connection.execute(
            """
            INSERT INTO agents (id, organization_id, name, agent_type, created_at, updated_at)
            VALUES (\(id), \(actor.organizationID), \(id), 'x', \(now), \(now))
            """)
    }

    func addArchive(_ id: String) throws {
        try connection.execute(
            """
            INSERT INTO archives (id, organization_id, name, created_at, updated_at)
            VALUES (\(id), \(actor.organizationID), \(id), \(now), \(now))
            """)
    }

    func addPassage(_ id: String, _ text: String, to archive: String = "archive-1") throws {
        try connection.execute(
            """
            INSERT INTO passages (id, organization_id, archive_id, archive_key, text, created_at, updated_at)
            SELECT \(id), \(actor.organizationID), id, key, \(text), \(now), \(now) FROM archives WHERE id = \(archive)
            """)
    }

    func addBlock(_ id: String) throws {
        try connection.execute(
            """
            INSERT INTO blocks (id, organization_id, label, value, char_limit, created_at, updated_at)
            VALUES (\(id), \(actor.organizationID), 'l', 'v', 100, \(now), \(now))
            """)
    }

    func addMessage(_ id: String, _ text: String, to agent: String) throws {
        try connection.execute(
            """
            INSERT INTO messages (id, organization_id, agent_id, agent_key, role, text, created_at, updated_at)
            SELECT \(id), \(actor.organizationID), id, key, 'user', \(text), \(now), \(now)
            FROM agents WHERE id = \(agent)
            """)
    }
}

extension ReadTransaction {
    /// Ids of the passages that match, best first.
    func passages(matching match: String) throws -> [String] {
        let dialect = connection.dialect
        return try connection.rows(
            """
            SELECT p.id FROM passage_text JOIN passages p ON p.key = \(sql: dialect.textKey("passage_text"))
            WHERE \(sql: dialect.textMatches("passage_text", match))
            ORDER BY \(sql: dialect.textScore("passage_text")) DESC, p.id
            """
        ) { $0.text(0) }
    }
}

@Suite struct SchemaTests {
    /// Their rows belong to a passage or message, which names it, or to a model, which all organizations use.
    private static let derived = [
        "embedding_models", "passage_vectors", "vector_changes", "embedding_queue", "embedding_cache",
        "message_vectors", "message_vector_changes", "message_embedding_queue",
    ]

    @Test func `every table of rows names the organization`() async throws {
        try await withStore { store, _ in
            let without = try await store.read { tx in
                try tx.connection.rows(
                    """
                    SELECT t.name FROM sqlite_schema t WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%'
                        AND t.name NOT LIKE 'passage_text%' AND t.name NOT LIKE 'message_text%'
                        AND t.name <> 'schema_migrations' AND t.name NOT IN \(list: Self.derived)
                        AND NOT EXISTS (SELECT 1 FROM pragma_table_info(t.name) c WHERE c.name = 'organization_id')
                    """
                ) { $0.text(0) }
            }
            #expect(without == [])
        }
    }

    @Test func `the text index follows inserts, updates and deletes`() async throws {
        try await withStore { store, _ in
            try await store.write(by: .default) { tx in
                try tx.addArchive("archive-1")
                try tx.addPassage("p1", "The capital of France is Paris")
                try tx.addPassage("p2", "Bananas are yellow")
            }
            let found = try await store.read { try $0.passages(matching: "\"paris\"") }
            #expect(found == ["p1"])
            try await store.write(by: .default) { tx in
                _ = try tx.connection.execute("UPDATE passages SET text = 'Lyon and Paris' WHERE id = 'p2'")
                _ = try tx.connection.execute("UPDATE passages SET access_count = 3 WHERE id = 'p1'")
            }
            let both = try await store.read { try $0.passages(matching: "\"paris\"") }
            #expect(Set(both) == ["p1", "p2"])
            let gone = try await store.read { try $0.passages(matching: "\"bananas\"") }
            #expect(gone == [])
            try await store.write(by: .default) { tx in
                _ = try tx.connection.execute("DELETE FROM passages WHERE id = 'p1'")
            }
            let left = try await store.read { try $0.passages(matching: "\"paris\"") }
            #expect(left == ["p2"])
            let report = try await store.check()
            #expect(report.problems == [])
        }
    }

    @Test func `deleting an archive or an agent takes its rows out of the text index too`() async throws {
        try await withStore { store, _ in
            try await store.write(by: .default) { tx in
                try tx.addArchive("archive-1")
                try tx.addPassage("p1", "hello there")
                try tx.addAgent("agent-1")
                try tx.addMessage("m1", "hello agent", to: "agent-1")
                _ = try tx.connection.execute(
                    "INSERT INTO passage_tags (archive_key, tag, passage_key) SELECT archive_key, 't', key FROM passages"
                )
            }
            let before = try await store.count("SELECT count(*) FROM message_text WHERE message_text MATCH 'hello'")
            #expect(before == 1)
            try await store.write(by: .default) { tx in
                _ = try tx.connection.execute("DELETE FROM archives")
                _ = try tx.connection.execute("DELETE FROM agents")
            }
            for table in ["passages", "passage_tags", "messages", "passage_text", "message_text"] {
                let count = try await store.count("SELECT count(*) FROM \(sql: SQL(unsafe: table))")
                #expect(count == 0, "\(table)")
            }
            let report = try await store.check()
            #expect(report.problems == [])
        }
    }

    @Test func `scope terms come from the numbers of archives and agents, which are never used again`() async throws {
        try await withStore { store, _ in
            let first = try await store.write(by: .default) { tx in
                try tx.addArchive("archive-1")
                try tx.addPassage("p1", "x")
                return try tx.connection.first("SELECT scope FROM passages") { $0.text(0) }
            }
            #expect(first == "a1")
            let second = try await store.write(by: .default) { tx in
                _ = try tx.connection.execute("DELETE FROM archives")
                try tx.addArchive("archive-2")
                try tx.addPassage("p1", "x", to: "archive-2")
                return try tx.connection.first("SELECT scope FROM passages") { $0.text(0) }
            }
            #expect(second == "a2")
        }
    }

    @Test func `links take the organization of what they belong to`() async throws {
        try await withStore { store, _ in
            let actor = Actor(userID: "user-1", organizationID: "org-1")
            try await store.write(by: actor) { tx in
                try tx.addAgent("agent-1")
                try tx.addBlock("block-1")
                try tx.connection.execute("INSERT INTO agent_tags (agent_id, tag) VALUES ('agent-1', 't')")
                try tx.connection.execute(
                    "INSERT INTO agent_blocks (agent_id, block_id, label) VALUES ('agent-1', 'block-1', 'l')")
                let again = try tx.connection.execute(
                    """
                    INSERT INTO agent_blocks (agent_id, block_id, label) VALUES ('agent-1', 'block-1', 'l')
                    ON CONFLICT (agent_id, block_id) DO NOTHING
                    """)
                #expect(again == 0)
            }
            let links = try await store.count(
                """
                SELECT (SELECT count(*) FROM agent_tags WHERE organization_id = 'org-1')
                    + (SELECT count(*) FROM agent_blocks WHERE organization_id = 'org-1')
                """)
            #expect(links == 2)
        }
    }

    @Test func `an identity key is taken once per project`() async throws {
        try await withStore { store, _ in
            @Sendable func add(_ id: String, project: String?) async throws {
                try await store.write(by: .default) { tx in
                    _ = try tx.connection.execute(
                        """
                        INSERT INTO identities (id, organization_id, project_id, identifier_key, name, identity_type,
                            created_at, updated_at)
                        VALUES (\(id), 'o', \(project), 'key', 'n', 'user', \(tx.now), \(tx.now))
                        """)
                }
            }
            try await add("1", project: nil)
            try await add("2", project: "p")
            let error = await #expect(throws: StoreError.self) { try await add("3", project: nil) }
            #expect(error?.isConflict(on: "identities_key") == true)
        }
    }

    @Test func `old revisions of a block are dropped by count and by age`() async throws {
        try await withStore { configuration in
            configuration.limits.blockVersions = 10
            configuration.limits.blockVersionSeconds = 1000
        } _: { store, _ in
            let kept = try await store.write(by: .default) { tx in
                func revision(_ block: String, _ version: Int, _ time: Timestamp) throws {
                    try tx.connection.execute(
                        """
                        INSERT INTO block_history (block_id, organization_id, version, label, value, char_limit, action,
                            changed_at)
                        VALUES (\(block), 'o', \(version), 'l', 'v', 1, 'updated', \(time))
                        """)
                    try tx.pruneBlockHistory(of: block, version: version)
                }
                try revision("old", 1, tx.now.adding(seconds: -2000))
                for version in 1...32 { try revision("b", version, tx.now) }
                return try tx.connection.rows("SELECT block_id, version FROM block_history ORDER BY seq") {
                    "\($0.text(0))\($0.int(1))"
                }
            }
            #expect(kept == (23...32).map { "b\($0)" })
        }
    }
}
