import HTTP
import Platform
import RoostTesting
import Testing

@Suite struct BlockRouteTests {
    @Test func `a block is created, read, changed and deleted`() async throws {
        try await withServer { server in
            let block = try await server.post("/v1/blocks/", ["label": "human", "value": "Name: Ann"])
            #expect(block.status == 200)
            #expect(block["value"] == "Name: Ann")
            let changed = try await server.patch("/v1/blocks/\(block.id)", ["value": "Name: Anna"])
            #expect(changed["version"] == 2)
            #expect(try await server.get("/v1/blocks/\(block.id)")["value"] == "Name: Anna")
            #expect(try await server.delete("/v1/blocks/\(block.id)").text == "null")
            #expect(try await server.get("/v1/blocks/\(block.id)").status == 404)
        }
    }

    @Test func `a count takes the filters of the list`() async throws {
        try await withServer { server in
            _ = try await server.post("/v1/blocks/", ["label": "a", "value": "v", "tags": ["x", "y"]])
            _ = try await server.post("/v1/blocks/", ["label": "b", "value": "v", "tags": ["x"], "is_template": true])
            func count(_ query: String) async throws -> String {
                try await server.get("/v1/blocks/count" + query).text
            }
            #expect(try await count("") == "2")
            #expect(try await count("?label=a") == "1")
            #expect(try await count("?tags=x&tags=y&match_all_tags=true") == "1")
            #expect(try await count("?templates_only=true") == "1")
            #expect(try await count("?project_id=p") == "0")
        }
    }

    @Test func `a stale If-Match stops a deletion`() async throws {
        try await withServer { server in
            let block = try await server.post("/v1/blocks/", ["label": "l", "value": "one"])
            _ = try await server.patch("/v1/blocks/\(block.id)", ["value": "two"])
            let path = "/v1/blocks/\(block.id)"
            let stale = try await server.send(.delete, path, headers: ["if-match": "\"1\""])
            #expect(stale.status == 409 && stale["detail"]["current_value"] == "two")
            #expect(try await server.send(.delete, path, headers: ["if-match": "\"2\""]).status == 200)
        }
    }

    @Test func `a repeated deletion is answered as the first one was`() async throws {
        try await withServer { server in
            let archive = try await server.post("/v1/archives/", ["name": "n"]).id
            let key: Headers = ["idempotency-key": "k"]
            let first = try await server.send(.delete, "/v1/archives/\(archive)", headers: key)
            let again = try await server.send(.delete, "/v1/archives/\(archive)", headers: key)
            #expect(first.status == 204 && again.status == 204)
            #expect(again.headers["content-type"] == nil && again.headers["idempotent-replayed"] == "true")
        }
    }

    @Test func `a repeated change of a block is answered with its ETag too`() async throws {
        try await withServer { server in
            let block = try await server.post("/v1/blocks/", ["label": "l", "value": "one"]).id
            let key: Headers = ["idempotency-key": "k"]
            for _ in 0..<2 {
                let reply = try await server.send(.patch, "/v1/blocks/\(block)", ["value": "two"], headers: key)
                #expect(reply.status == 200 && reply.headers["etag"] == "\"2\"")
            }
        }
    }

    @Test func `pages of blocks meet without a gap and end with an empty one`() async throws {
        try await withServer { server in
            for number in 0..<5 {
                _ = try await server.post("/v1/blocks/", ["label": "l\(number)", "value": "v"])
            }
            let all = try await server.get("/v1/blocks/").ids
            var seen: [String] = []
            while true {
                let after = seen.last.map { "&after=" + $0 } ?? ""
                let page = try await server.get("/v1/blocks/?limit=2" + after).ids
                if page.isEmpty { break }
                seen += page
            }
            #expect(seen == all)
            #expect(all.count == 5)
        }
    }
}
