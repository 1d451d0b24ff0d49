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
