import Glibc
import MCP
import Platform
import Testing

/// A client on two pipes.
@Suite struct StdioTransportTests {
    /// What the server says to what the client sends, once the client has closed its side.
    private func replies(
        to lines: [String], features: ScriptedFeatures = ScriptedFeatures(),
        limits: StdioTransport.Limits = StdioTransport.Limits()
    ) async throws -> [JSONValue] {
        var toServer: [Int32] = [0, 0]
        var toClient: [Int32] = [0, 0]
        try #require(pipe(&toServer) == 0 && pipe(&toClient) == 0)
        let (input, sending) = (toServer[0], toServer[1])
        let (reading, output) = (toClient[0], toClient[1])
        let transport = StdioTransport(
            Dispatcher(features, log: .silent), input: input, output: output, limits: limits)
        BlockingThread.start(name: "test-client") {
            writeAll(Array(lines.joined(separator: "\n").utf8) + [UInt8(ascii: "\n")], to: sending)
            close(sending)
        }
        let heard = Task {
            await withCheckedContinuation { done in
                BlockingThread.start(name: "test-reader") {
                    var bytes: [UInt8] = []
                    var buffer = [UInt8](repeating: 0, count: 65_536)
                    while case let count = read(reading, &buffer, buffer.count), count > 0 { bytes += buffer[..<count] }
                    done.resume(returning: bytes)
                }
            }
        }
        await transport.run()
        close(output)
        let bytes = await heard.value
        close(reading)
        close(input)
        return try bytes.split(separator: UInt8(ascii: "\n")).map { try JSONValue(parsing: Array($0)) }
    }

    private func request(_ id: Int, _ method: String, _ params: JSONValue = .emptyObject) -> String {
        let message: JSONValue = ["jsonrpc": "2.0", "id": .int(Int64(id)), "method": .string(method), "params": params]
        return message.text
    }

    @Test func `everything asked before the end is answered`() async throws {
        let heard = try await replies(to: [
            request(1, "initialize", ["protocolVersion": "2024-11-05"]), request(2, "tools/list"),
            request(3, "tools/call", ["name": "wait", "arguments": ["ms": 30]]), request(4, "ping"),
        ])
        #expect(Set(heard.compactMap { $0["id"]?.int }) == [1, 2, 3, 4])
        #expect(heard.first?["id"] == 1)
        #expect(heard.allSatisfy { $0["error"] == nil })
    }

    @Test func `what is no message gets an answer`() async throws {
        var limits = StdioTransport.Limits()
        limits.messageBytes = 200
        let heard = try await replies(
            to: [
                "{\"jsonrpc\":", "[]", "7", "\u{0}", #"{"jsonrpc":"2.0","id":5}"#, String(repeating: "x", count: 300),
                #"{"jsonrpc":"2.0","id":6,"result":{}}"#, request(7, "ping"),
            ], limits: limits)
        let codes = heard.filter { $0["id"]?.isNull == true }.compactMap { $0["error"]?["code"]?.int }
        #expect(codes.sorted() == [-32700, -32700, -32600, -32600, -32600])
        #expect(heard.first { $0["id"] == 5 }?["error"]?["code"] == -32600)
        #expect(heard.first { $0["id"] == 7 }?["result"] == .emptyObject)
        #expect(!heard.contains { $0["id"] == 6 })
    }

    @Test func `a cancelled call is not answered and the others are`() async throws {
        let heard = try await replies(to: [
            request(1, "tools/call", ["name": "wait"]), request(2, "tools/call", ["name": "wait"]),
            #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"#,
            #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":2}}"#,
            #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"none"}}"#, request(3, "ping"),
        ])
        #expect(heard.map { $0["id"] } == [3])
    }

    @Test func `an id that is in use is refused`() async throws {
        let wait = request(1, "tools/call", ["name": "wait", "arguments": ["ms": 50]])
        let heard = try await replies(to: [wait, wait])
        #expect(heard.compactMap { $0["error"]?["code"]?.int } == [-32600])
        #expect(heard.count == 2)
    }

    @Test func `ten thousand calls at once are each answered once`() async throws {
        let lines = (0..<10_000).map {
            request($0, "tools/call", ["name": "echo", "arguments": ["n": .int(Int64($0))]])
        }
        let heard = try await replies(to: lines)
        #expect(heard.count == 10_000)
        for reply in heard { #expect(reply["result"]?["structuredContent"]?["n"] == reply["id"]) }
    }

    @Test func `a client that sends more than may wait loses nothing`() async throws {
        var limits = StdioTransport.Limits()
        limits.pending = 8
        limits.running = 2
        let heard = try await replies(to: (0..<500).map { request($0, "tools/call", ["name": "echo"]) }, limits: limits)
        #expect(Set(heard.compactMap { $0["id"]?.int }).count == 500)
    }

    @Test func `a client of the handshake era hears what changes`() async throws {
        var features = ScriptedFeatures()
        features.watched = { changes in changes.yield(.list) }
        let heard = try await replies(
            to: [
                request(1, "initialize", ["protocolVersion": "2025-11-25"]),
                #"{"jsonrpc":"2.0","method":"notifications/initialized"}"#,
                request(2, "tools/call", ["name": "wait", "arguments": ["ms": 50]]),
            ], features: features)
        #expect(heard.contains { $0["method"] == "notifications/resources/list_changed" })
    }

    @Test func `both eras are served on one pipe`() async throws {
        let meta: JSONValue = [
            "_meta": [
                "io.modelcontextprotocol/protocolVersion": "2026-07-28",
                "io.modelcontextprotocol/clientCapabilities": .emptyObject,
            ]
        ]
        let heard = try await replies(to: [
            request(1, "server/discover", meta), request(2, "initialize", ["protocolVersion": "2025-11-25"]),
            request(3, "tools/list"), request(4, "tools/list", meta),
        ])
        #expect(heard.first { $0["id"] == 3 }?["result"]?["resultType"] == nil)
        #expect(heard.first { $0["id"] == 4 }?["result"]?["resultType"] == "complete")
    }

    @Test func `refusals are said before the end too`() async throws {
        for _ in 0..<20 {
            let heard = try await replies(to: Array(repeating: "{}", count: 200))
            #expect(heard.count == 200)
        }
    }

    @Test func `a call without an end is given up some time after the client has closed its side`() async throws {
        var limits = StdioTransport.Limits()
        limits.patience = .milliseconds(50)
        #expect(try await replies(to: [request(1, "tools/call", ["name": "wait"])], limits: limits).isEmpty)
    }

    @Test func `many subscriptions do not keep a client from its answers`() async throws {
        var limits = StdioTransport.Limits()
        limits.pending = 8
        limits.subscriptions = 10
        let params: JSONValue = [
            "_meta": [
                "io.modelcontextprotocol/protocolVersion": "2026-07-28",
                "io.modelcontextprotocol/clientCapabilities": .emptyObject,
            ], "notifications": ["resourcesListChanged": true],
        ]
        let features = ScriptedFeatures(watched: { _ in })
        let lines = (1...30).map { request($0, "subscriptions/listen", params) } + [request(31, "ping")]
        let heard = try await replies(to: lines, features: features, limits: limits)
        #expect(heard.contains { $0["id"] == 31 && $0["result"] == .emptyObject })
        #expect(heard.count { $0["error"]?["code"] == -32000 } == 20)
    }

    @Test func `a long message does not wait for more room than there is`() async throws {
        var limits = StdioTransport.Limits()
        limits.pending = 2
        let long: JSONValue = [
            "name": "echo", "arguments": ["text": .string(String(repeating: "x,", count: 100_000))],
        ]
        let heard = try await replies(to: (1...3).map { request($0, "tools/call", long) }, limits: limits)
        #expect(heard.count == 3)
    }
}
