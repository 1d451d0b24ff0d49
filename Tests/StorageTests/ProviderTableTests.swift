import Domain
import Platform
import Testing

@testable import Storage

@Suite struct ProviderTableTests {
    private static let organization = Actor.default.organizationID

    private static func provider(_ name: String, at now: Timestamp) -> StoredProvider {
        var provider = StoredProvider(id: Identifier.new(.provider), name: name, type: "openai", createdAt: now)
        provider.baseURL = "https://example.org/v1"
        provider.region = "eu"
        provider.apiVersion = "v2"
        provider.sealedKey = [1, 0, 255]
        provider.sealedAccessKey = [2]
        provider.models = [
            OfferedModel(name: "m", kind: .chat, contextWindow: 1000),
            OfferedModel(name: "e", kind: .embedding, dimensions: 8),
        ]
        provider.lastSynced = now
        provider.syncError = "no answer"
        return provider
    }

    @Test func `every member comes back`() async throws {
        try await withStore { store, _ in
            let made = try await store.write(by: .default) { tx in
                let provider = Self.provider("mine", at: tx.now)
                try tx.providers.insert(provider, by: "user-1", organization: Self.organization)
                return provider
            }
            let found = try await store.read { try $0.providers.find(made.id, organization: Self.organization) }
            #expect(found == made)
            let named = try await store.read { try $0.providers.find(name: "mine", organization: Self.organization) }
            #expect(named == made)
            let foreign = try await store.read { try $0.providers.find(made.id, organization: "org-other") }
            #expect(foreign == nil)
        }
    }

    @Test func `a change takes members away too`() async throws {
        try await withStore { store, _ in
            let made = try await store.write(by: .default) { tx in
                var provider = Self.provider("mine", at: tx.now)
                try tx.providers.insert(provider, by: "user-1", organization: Self.organization)
                provider.baseURL = nil
                provider.region = nil
                provider.apiVersion = nil
                provider.sealedKey = nil
                provider.sealedAccessKey = nil
                provider.models = nil
                provider.lastSynced = nil
                provider.syncError = nil
                let isThere = try tx.providers.update(provider, by: "user-1")
                #expect(isThere)
                return provider
            }
            let found = try await store.read { try $0.providers.find(made.id, organization: Self.organization) }
            #expect(found == made)
            try await store.write(by: .default) { tx in
                try tx.providers.delete(made.id)
                let isThere = try tx.providers.update(made, by: "user-1")
                #expect(!isThere)
            }
        }
    }

    @Test func `a name is taken once in an organization`() async throws {
        try await withStore { store, _ in
            for organization in ["org-1", "org-2"] {
                try await store.write(by: .default) { tx in
                    try tx.providers.insert(Self.provider("mine", at: tx.now), by: "u", organization: organization)
                }
            }
            let error = await #expect(throws: StoreError.self) {
                try await store.write(by: .default) { tx in
                    try tx.providers.insert(Self.provider("mine", at: tx.now), by: "u", organization: "org-1")
                }
            }
            #expect(error?.isConflict(on: "providers.name") == true)
        }
    }

    @Test func `pages follow one another, newest first`() async throws {
        try await withStore { store, _ in
            for number in 0..<5 {
                try await store.write(by: .default) { tx in
                    try tx.providers.insert(
                        Self.provider("p\(number)", at: tx.now), by: "u", organization: Self.organization)
                }
            }
            let names = try await store.read { tx -> [String] in
                var names: [String] = []
                var page = PageRequest(limit: 2)
                while true {
                    let found = try tx.providers.list(ProviderFilter(), page, organization: Self.organization)
                    guard let last = found.last else { return names }
                    names += found.map(\.name)
                    page.after = last.id
                }
            }
            #expect(names == ["p4", "p3", "p2", "p1", "p0"])
            var filter = ProviderFilter()
            filter.name = "p2"
            let one = try await store.read { [filter] in
                try $0.providers.list(filter, PageRequest(limit: 9), organization: Self.organization)
            }
            #expect(one.map(\.name) == ["p2"])
        }
    }
}
