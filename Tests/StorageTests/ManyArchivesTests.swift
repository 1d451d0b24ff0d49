import Domain
import Platform
import Testing

@testable import Storage

/// Every agent with memory has an archive, so a database of many agents has many.
@Suite struct ManyArchivesTests {
    /// Archives of two organizations, each with a passage.
    private func fill(_ store: Store, _ count: Int, organization: String) async throws {
        try await store.write(by: .default) { tx in
            for number in 0..<count {
                let draft = Archive(id: Identifier.new(.archive), name: "a", createdAt: tx.now)
                let key = try tx.archives.insert(draft, organization: organization)
                let link = ArchiveLink(key: key, id: draft.id, isOwned: false)
                let time = Timestamp(microseconds: tx.now.microseconds + Int64(number))
                var passage = Passage(
                    id: Identifier.new(.passage), archiveID: draft.id, text: "otter \(number)", createdAt: time)
                passage.tags = number % 2 == 0 ? ["even"] : ["odd"]
                passage.metadata = JSONText(.object(JSONObject([("half", .int(Int64(number % 2)))])))
                try tx.passages.insert(passage, into: link, organization: organization)
            }
        }
    }

    private func search(_ store: Store, _ filter: PassageFilter = PassageFilter(archiveIDs: nil)) async throws -> Int {
        try await store.read { tx in
            let scope = try tx.scope(of: nil, organization: "o")
            return try tx.passageSearch.candidates(["otter"], scope, filter, limit: 100_000).list.count
        }
    }

    @Test(arguments: [3, 70, 200])
    func `a search of everything stays inside its organization, with every filter`(count: Int) async throws {
        try await withStore { store, _ in
            try await fill(store, count, organization: "o")
            #expect(try await search(store) == count)
            try await fill(store, 5, organization: "n")
            try await fill(store, 5, organization: "p")
            #expect(try await search(store) == count)
            var tagged = PassageFilter(archiveIDs: nil)
            tagged.tags = ["even"]
            #expect(try await search(store, tagged) == (count + 1) / 2)
            tagged.tags = ["even", "odd"]
            tagged.matchAllTags = true
            #expect(try await search(store, tagged) == 0)
            var half = PassageFilter(archiveIDs: nil)
            half.metadata = [MetadataCondition("half", [.int(1)])]
            #expect(try await search(store, half) == count / 2)
        }
    }

    @Test func `the newest passages of everything come in order`() async throws {
        try await withStore { store, _ in
            try await fill(store, 100, organization: "o")
            try await fill(store, 5, organization: "p")
            let texts = try await store.read { tx in
                let scope = try tx.scope(of: nil, organization: "o")
                let page = PageRequest(limit: 3, offset: 1, ascending: false)
                return try tx.passages.list(scope, PassageFilter(archiveIDs: nil), page).map(\.text)
            }
            #expect(texts == ["otter 98", "otter 97", "otter 96"])
        }
    }

    @Test func `a list of values may be longer than a statement can bind`() async throws {
        try await withStore { store, _ in
            let ids = (0..<300_000).map { "x\($0)\"\u{1F9A6}" }
            let found = try await store.read { tx in
                try tx.connection.count("SELECT \("x299999\"\u{1F9A6}") IN \(list: ids)")
            }
            #expect(found == 1)
            let missing = try await store.read { tx in try tx.connection.count("SELECT 7 NOT IN \(list: 8..<300_000)") }
            #expect(missing == 1)
        }
    }

    @Test func `in a small part of a large database, words that are common elsewhere still count`() async throws {
        try await withStore { store, _ in
            let links = try await store.write(by: .default) { tx in
                try (0..<4).map { archive in
                    let draft = Archive(id: Identifier.new(.archive), name: "a", createdAt: tx.now)
                    let link = ArchiveLink(
                        key: try tx.archives.insert(draft, organization: "o"), id: draft.id, isOwned: false)
                    for number in 0..<200 {
                        let texts = ["the lake", "a river", "a river with otters", "the sea"]
                        var passage = Passage(
                            id: Identifier.new(.passage), archiveID: draft.id, text: texts[number % 4],
                            createdAt: tx.now)
                        if number == 50, archive == 1 { passage.text = "a kingfisher at the river" }
                        passage.tags = [number < 100 ? "old" : "new"]
                        try tx.passages.insert(passage, into: link, organization: "o")
                    }
                    return link
                }
            }
            let scope = PassageScope([links[1]])
            func found(_ words: [String], _ filter: PassageFilter) async throws -> [String] {
                try await store.read { tx in
                    var search = tx.passageSearch
                    search.commonWord = 400
                    let list = try search.candidates(words, scope, filter, limit: 150).list
                    let passages = try tx.passages.find(keys: list.map(\.key), in: scope)
                    return list.compactMap { passages[$0.key]?.text }
                }
            }
            let open = PassageFilter(archiveIDs: nil)
            let all = try await found(["kingfisher", "river", "otters"], open)
            #expect(all.first == "a kingfisher at the river" && all.count == 100)
            #expect(Set(all[1...49]) == ["a river with otters"])
            var old = open
            old.tags = ["old"]
            #expect(try await found(["river", "otters"], old).count == 50)
        }
    }
}
