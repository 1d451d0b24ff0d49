import API
import Client
import HTTP
import Platform
import RoostTesting
import Testing

@Suite struct ChangeFollowingTests {
    private struct Enough: Error {}

    @Test func `changes come with before and after, over a connection that breaks`() async throws {
        try await withServer { server in
            let connections = Lock(0)
            let transport = ClientTransport(place: "the test server") { request in
                let response = await server.server.respond(to: request)
                guard request.headers["accept"] == "text/event-stream", case .stream(let produce) = response.body else {
                    return response
                }
                let number = connections.withLock { count in
                    count += 1
                    return count
                }
                var broken = response
                broken.body = .stream { writer in
                    let left = Lock(2)
                    try await produce(
                        BodyWriter { bytes in
                            // The first two connections break after their second piece.
                            let rest = left.withLock { left in
                                left -= 1
                                return left
                            }
                            try await writer.write(bytes)
                            if number <= 2, rest <= 0 { throw ClientError("the connection broke") }
                        })
                }
                return broken
            }
            let client = RoostClient(transport: transport, user: "ann")
            let block = try await client.call(
                .post, "/v1/blocks/", body: ["label": "x", "value": "one", "tags": ["t"]])
            for value in ["two", "three"] {
                try await client.call(
                    .patch, "/v1/blocks/\(block["id"]?.string ?? "")", body: ["value": .string(value)])
            }
            try await client.call(.post, "/v1/blocks/", body: ["label": "y", "value": "other"])
            let found = Lock<[WatchedChange]>([])
            var following = ChangeFollowing(client: client)
            following.label = "x"
            await #expect(throws: Enough.self) {
                try await following.run(since: 0) { news in
                    guard case .change(let change) = news else { return }
                    found.withLock { $0.append(change) }
                    if change.action == "deleted" { throw Enough() }
                    if change.after == "three" {
                        try await client.call(.delete, "/v1/blocks/\(block["id"]?.string ?? "")")
                    }
                }
            }
            let changes = found.withLock { $0 }
            #expect(changes.map(\.action) == ["created", "updated", "updated", "deleted"])
            #expect(changes.map(\.before) == [nil, "one", "two", "three"])
            #expect(changes.map(\.author) == ["ann", "ann", "ann", "ann"])
            #expect(changes[1].summary(80) == "- one  + two")
        }
    }
}
