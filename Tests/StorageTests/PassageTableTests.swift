import Domain
import Platform
import Testing

@testable import Storage

@Suite struct PassageTableTests {
    private func archive(_ store: Store, _ texts: [String]) async throws -> ArchiveLink {
        try await store.write(by: .default) { tx in
            let draft = Archive(id: Identifier.new(.archive), name: "a", createdAt: tx.now)
            let key = try tx.archives.insert(draft, organization: "o")
            let link = ArchiveLink(key: key, id: draft.id, isOwned: false)
            for (place, text) in texts.enumerated() {
                var passage = Passage(
                    id: Identifier.new(.passage), archiveID: draft.id, text: text,
                    createdAt: Timestamp(microseconds: tx.now.microseconds + Int64(place)))
                passage.tags = ["t", "u"]
                try tx.passages.insert(passage, into: link, organization: "o")
            }
            return link
        }
    }

    private func found(_ store: Store, _ word: String, _ links: [ArchiveLink]) async throws -> Int {
        try await store.read { tx in
            let scope = try tx.scope(of: links, organization: "o")
            return try tx.passageSearch.candidates([word], scope, PassageFilter(archiveIDs: nil), limit: 100).list.count
        }
    }

    @Test func `deleting an archive takes its passages, tags and index entries along`() async throws {
        try await withStore { store, _ in
            let doomed = try await archive(store, ["otter one", "otter two"])
            let kept = try await archive(store, ["otter three"])
            #expect(try await found(store, "otter", [doomed, kept]) == 3)
            try await store.write(by: .default) { try $0.archives.delete(doomed.id) }
            #expect(try await found(store, "otter", [doomed, kept]) == 1)
            #expect(try await store.count("SELECT count(*) FROM passage_tags") == 2)
            try await store.write(by: .default) { tx in
                _ = try tx.connection.execute(
                    "INSERT INTO passage_text (passage_text, rank) VALUES ('integrity-check', 1)")
            }
        }
    }

    @Test func `neighbours are the ones before and after in time, in the same archive, passing the filter`()
        async throws
    {
        try await withStore { store, _ in
            let link = try await archive(store, ["one", "two", "three"])
            let other = try await archive(store, ["else"])
            let scope = PassageScope([link, other])
            let keys = try await store.read {
                try $0.connection.rows("SELECT key FROM passages ORDER BY key") { $0.int(0) }
            }
            let open = try await store.read {
                try $0.passages.neighbours(of: keys, in: scope, PassageFilter(archiveIDs: nil))
            }
            #expect(open[keys[0]] == Neighbours(previous: nil, next: keys[1]))
            #expect(open[keys[1]] == Neighbours(previous: keys[0], next: keys[2]))
            #expect(open[keys[2]] == Neighbours(previous: keys[1], next: nil))
            #expect(open[keys[3]] == Neighbours(previous: nil, next: nil))
            _ = try await store.write(by: .default) { tx in
                try tx.connection.execute("DELETE FROM passage_tags WHERE passage_key = \(keys[0])")
            }
            let filtered = try await store.read { tx in
                var filter = PassageFilter(archiveIDs: nil)
                filter.tags = ["t"]
                return try tx.passages.neighbours(of: [keys[1]], in: scope, filter)
            }
            #expect(filtered[keys[1]] == Neighbours(previous: nil, next: keys[2]))
        }
    }

    @Test func `a changed text is found by its new words only`() async throws {
        try await withStore { store, _ in
            let link = try await archive(store, ["otter"])
            try await store.write(by: .default) { tx in
                let scope = PassageScope([link])
                let page = PageRequest(limit: 1)
                var passage = try tx.reading.passages.list(scope, PassageFilter(archiveIDs: nil), page)[0]
                passage.text = "beaver"
                passage.tags = ["v"]
                try tx.passages.update(passage, organization: "o")
            }
            #expect(try await found(store, "otter", [link]) == 0)
            #expect(try await found(store, "beaver", [link]) == 1)
            let tags = try await store.read { try $0.connection.rows("SELECT tag FROM passage_tags") { $0.text(0) } }
            #expect(tags == ["v"])
        }
    }

    @Test func `a scope of more archives than a query can name is checked row by row`() async throws {
        try await withStore { store, _ in
            var links: [ArchiveLink] = []
            for number in 0..<70 { links.append(try await archive(store, ["otter \(number)"])) }
            #expect(try await found(store, "otter", links) == 70)
            #expect(try await found(store, "otter", Array(links.dropLast())) == 69)
            #expect(try await found(store, "otter", Array(links.prefix(3))) == 3)
            #expect(try await found(store, "otter", []) == 0)
        }
    }

    @Test func `an archive of another organization is not reached`() async throws {
        try await withStore { store, _ in
            let link = try await archive(store, ["otter"])
            let links = try await store.read { try $0.archives.links([link.id], organization: "p") }
            #expect(links.isEmpty)
            let scope = try await store.read { try $0.scope(of: nil, organization: "p") }
            #expect(scope.isEmpty && !scope.isEverything)
            let passages = try await store.read { tx in
                let page = PageRequest(limit: 1)
                let id = try tx.passages.list(PassageScope([link]), PassageFilter(archiveIDs: nil), page)[0].id
                return try ["o", "p"].map { try tx.passages.find(id, organization: $0)?.text }
            }
            #expect(passages == ["otter", nil])
        }
    }
}
