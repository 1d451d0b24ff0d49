import Platform
import RoostTesting
import Testing

@Suite struct TagRouteTests {
    private func withTags(_ body: (TestServer, (String) async throws -> [String]) async throws -> Void) async throws {
        try await withServer { server in
            for tags in [["beta", "alpha"], ["alpha", "Gamma"], ["delta", "50%"]] {
                let reply = try await server.post(
                    "/v1/agents/", ["model": "openai/gpt-4o-mini", "tags": .array(tags.map { .string($0) })])
                #expect(reply.status == 200)
            }
            try await body(server) { query in try await server.get("/v1/tags/?" + query).json.strings ?? ["not a list"]
            }
        }
    }

    @Test func `each tag is listed once in order`() async throws {
        try await withTags { (_, tags) async throws in
            #expect(try await tags("") == ["50%", "Gamma", "alpha", "beta", "delta"])
            #expect(try await tags("order=desc") == ["delta", "beta", "alpha", "Gamma", "50%"])
        }
    }

    @Test func `cursors are tags, also ones that do not exist`() async throws {
        try await withTags { (_, tags) async throws in
            #expect(try await tags("limit=2&after=Gamma") == ["alpha", "beta"])
            #expect(try await tags("after=delta").isEmpty)
            #expect(try await tags("after=b") == ["beta", "delta"])
            #expect(try await tags("limit=2&before=delta") == ["alpha", "beta"])
            #expect(try await tags("order=desc&limit=1&after=beta") == ["alpha"])
            #expect(try await tags("order=desc&limit=1&before=alpha") == ["beta"])
        }
    }

    @Test func `tags are found by name and by a part`() async throws {
        try await withTags { (_, tags) async throws in
            #expect(try await tags("name=alpha") == ["alpha"])
            #expect(try await tags("name=alp").isEmpty)
            #expect(try await tags("query_text=A") == ["Gamma", "alpha", "beta", "delta"])
            #expect(try await tags("query_text=%25") == ["50%"])
        }
    }

    @Test func `the tags of a deleted agent go with it`() async throws {
        try await withTags { (server, tags) async throws in
            for id in try await server.get("/v1/agents/?tags=beta").ids {
                _ = try await server.delete("/v1/agents/\(id)")
            }
            #expect(try await tags("") == ["50%", "Gamma", "alpha", "delta"])
        }
    }
}
