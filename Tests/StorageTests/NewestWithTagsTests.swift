import Domain
import Platform
import Testing

@testable import Storage

/// The newest passages with a tag are the same whether few or many have it, and wherever they stand in time.
@Suite struct NewestWithTagsTests {
    /// Which of the passages, counted from the oldest, have the tags.
    enum Tagged: CaseIterable, Sendable {
        case all, everyThird, newest, oldest, three, none

        func has(_ place: Int, of count: Int) -> Bool {
            switch self {
            case .all: true
            case .everyThird: place % 3 == 0
            case .newest: place >= count - 30
            case .oldest: place < 30
            case .three: [2, 77, count - 1].contains(place)
            case .none: false
            }
        }
    }

    private static let count = 200

    /// Texts are the places in time; every fourth passage has the time of the one before it.
    private func archive(_ store: Store, _ tagged: Tagged, sameTime: Bool) async throws -> ArchiveLink {
        try await store.write(by: .default) { tx in
            let draft = Archive(id: Identifier.new(.archive), name: "a", createdAt: tx.now)
            let link = ArchiveLink(
                key: try tx.archives.insert(draft, organization: "o"), id: draft.id, isOwned: false)
            for place in 0..<Self.count {
                let time = sameTime ? 0 : Int64(place % 4 == 3 ? place - 1 : place)
                var passage = Passage(
                    id: Identifier.new(.passage), archiveID: draft.id, text: "\(place)",
                    createdAt: Timestamp(microseconds: tx.now.microseconds + time))
                if tagged.has(place, of: Self.count) { passage.tags = ["t", "u"] }
                if place % 2 == 0 { passage.tags.append("even") }
                try tx.passages.insert(passage, into: link, organization: "o")
            }
            return link
        }
    }

    @Test(arguments: Tagged.allCases, [false, true])
    func `the newest with a tag are found`(_ tagged: Tagged, sameTime: Bool) async throws {
        try await withStore { store, _ in
            let link = try await archive(store, tagged, sameTime: sameTime)
            // Another archive's passages are newer.
            _ = try await archive(store, .all, sameTime: false)
            var filter = PassageFilter(archiveIDs: nil)
            for (tags, all) in [(["t"], false), (["t", "u", "w"], false), (["t", "even"], true), (["w"], false)] {
                filter.tags = tags
                filter.matchAllTags = all
                for (limit, offset) in [(1, 0), (5, 0), (5, 7), (20, 3), (200, 0)] {
                    let page = PageRequest(limit: limit, offset: offset, ascending: false)
                    let (found, everything) = try await store.read { [filter] tx in
                        var open = filter
                        open.tags = []
                        return (
                            try tx.passages.list(PassageScope([link]), filter, page),
                            try tx.passages.list(
                                PassageScope([link]), open, PageRequest(limit: 1000, ascending: false))
                        )
                    }
                    let passing = everything.filter { passage in
                        all ? tags.allSatisfy(passage.tags.contains) : tags.contains(where: passage.tags.contains)
                    }
                    #expect(found.map(\.text) == passing.dropFirst(offset).prefix(limit).map(\.text))
                }
            }
        }
    }

    @Test func `what is asked for beside tags holds too`() async throws {
        try await withStore { store, _ in
            let link = try await archive(store, .all, sameTime: false)
            let texts = try await store.read { tx in
                let page = PageRequest(limit: 3, ascending: false)
                var filter = PassageFilter(archiveIDs: nil)
                filter.tags = ["even"]
                let containing = try tx.passages.list(PassageScope([link]), filter, containing: "18", page)
                filter.end = try tx.passages.list(PassageScope([link]), filter, page).last?.createdAt
                let ended = try tx.passages.list(PassageScope([link]), filter, page)
                return [containing.map(\.text), ended.map(\.text)]
            }
            #expect(texts == [["188", "186", "184"], ["194", "192", "190"]])
        }
    }
}
