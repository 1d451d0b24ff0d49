import Domain
import Platform
import Testing

@testable import Storage

@Suite struct ToolServerTableTests {
    private static let organization = Actor.default.organizationID

    private static func server(_ name: String, _ place: ToolServer.Place, at now: Timestamp) -> StoredToolServer {
        var server = StoredToolServer(id: Identifier.new(.mcpServer), name: name, place: place, createdAt: now)
        server.tokenHeader = "x-key"
        server.sealedToken = [1, 0, 255]
        server.headers = .init(names: ["a", "b"], values: [2, 3])
        server.environment = .init(names: ["HOME"], values: [4])
        server.lastSynced = now
        server.syncError = "no answer"
        return server
    }

    private static func tool(_ name: String, _ store: WriteTransaction) throws -> Tool {
        let tool = Tool(id: Identifier.new(.tool), name: name, type: "external_mcp", createdAt: store.now)
        try store.tools.insert(tool, organization: organization)
        return tool
    }

    @Test(arguments: [
        ToolServer.Place.stdio(command: "npx", arguments: ["-y", "a b"]), .sse(url: "https://example.org/sse"),
        .streamableHTTP(url: "https://example.org/mcp"),
    ])
    func `every member comes back`(place: ToolServer.Place) async throws {
        try await withStore { store, _ in
            let made = try await store.write(by: .default) { tx in
                let server = Self.server("mine", place, at: tx.now)
                try tx.toolServers.insert(server, by: "user-1", organization: Self.organization)
                return server
            }
            let found = try await store.read { try $0.toolServers.find(made.id, organization: Self.organization) }
            #expect(found == made)
            let named = try await store.read { try $0.toolServers.find(name: "mine", organization: Self.organization) }
            #expect(named == made)
            let foreign = try await store.read { try $0.toolServers.find(made.id, organization: "org-other") }
            #expect(foreign == nil)
        }
    }

    @Test func `a change takes members away too, and may change the transport`() async throws {
        try await withStore { store, _ in
            let made = try await store.write(by: .default) { tx in
                var server = Self.server("mine", .stdio(command: "x", arguments: ["y"]), at: tx.now)
                try tx.toolServers.insert(server, by: "user-1", organization: Self.organization)
                server.name = "other"
                server.place = .sse(url: "http://localhost/sse")
                server.tokenHeader = nil
                server.sealedToken = nil
                server.headers = .init()
                server.environment = .init()
                server.lastSynced = nil
                server.syncError = nil
                let isThere = try tx.toolServers.update(server, by: "user-1")
                #expect(isThere)
                return server
            }
            let found = try await store.read { try $0.toolServers.list(organization: Self.organization) }
            #expect(found == [made])
            try await store.write(by: .default) { tx in
                try tx.toolServers.delete(made.id)
                let isThere = try tx.toolServers.update(made, by: "user-1")
                #expect(!isThere)
            }
        }
    }

    @Test func `a name is taken once in an organization`() async throws {
        try await withStore { store, _ in
            for organization in ["org-1", "org-2"] {
                try await store.write(by: .default) { tx in
                    let server = Self.server("mine", .sse(url: "http://a"), at: tx.now)
                    try tx.toolServers.insert(server, by: "u", organization: organization)
                }
            }
            let error = await #expect(throws: StoreError.self) {
                try await store.write(by: .default) { tx in
                    let server = Self.server("mine", .sse(url: "http://a"), at: tx.now)
                    try tx.toolServers.insert(server, by: "u", organization: "org-1")
                }
            }
            #expect(error?.code == .conflict)
        }
    }

    @Test func `tools belong to a server under the names that it has for them, until either goes`() async throws {
        try await withStore { store, _ in
            let server = try await store.write(by: .default) { tx in
                let server = Self.server("mine", .sse(url: "http://a"), at: tx.now)
                try tx.toolServers.insert(server, by: "u", organization: Self.organization)
                for name in ["b", "a"] {
                    let tool = try Self.tool(name, tx)
                    try tx.toolServers.insert(
                        ServedToolLink(toolID: tool.id, serverID: server.id, servedName: name.uppercased()),
                        organization: Self.organization)
                }
                return server
            }
            let tools = try await store.read { tx in
                try tx.toolServers.tools(of: server.id).map { "\($0.tool.name)=\($0.link.servedName)" }
            }
            #expect(tools == ["a=A", "b=B"])
            let first = try await store.read { try $0.toolServers.tools(of: server.id)[0].tool.id }
            let link = try await store.read { try $0.toolServers.link(ofTool: first) }
            #expect(link == ServedToolLink(toolID: first, serverID: server.id, servedName: "A"))
            try await store.write(by: .default) { try $0.tools.delete(first) }
            let left = try await store.read { try $0.toolServers.tools(of: server.id).map(\.tool.name) }
            #expect(left == ["b"])
            try await store.write(by: .default) { try $0.toolServers.delete(server.id) }
            let gone = try await store.read { tx in
                (
                    try tx.toolServers.tools(of: server.id).count,
                    try tx.tools.named(["b"], organization: Self.organization)
                )
            }
            #expect(gone.0 == 0 && gone.1.count == 1)
        }
    }
}
