import HTTP
import Platform
import Testing

@testable import MCP

/// Servers that hang, lie, flood and break: each call ends, with words, and the next one works.
@Suite struct LyingServerTests {
    private func failure(
        of server: RemoteTestServer, _ change: (inout ClientLimits) -> Void = { _ in }
    ) async throws -> MCPClientError? {
        let connections = testConnections(change)
        let error = try await MCPTests.failure { try await connections.call("x", [:], on: server.streamable, id: "a") }
        await connections.close()
        await server.stop()
        return error
    }

    private func listFailure(
        of server: RemoteTestServer, _ change: (inout ClientLimits) -> Void = { _ in }
    ) async throws -> MCPClientError? {
        let connections = testConnections(change)
        let error = try await MCPTests.failure { try await connections.tools(of: server.streamable, id: "a") }
        await connections.close()
        await server.stop()
        return error
    }

    private static func text(_ text: String) -> JSONValue { ["content": [["type": "text", "text": .string(text)]]] }

    @Test func `nobody there`() async throws {
        let server = try RemoteTestServer.honest()
        await server.stop()
        let error = try await failure(of: server)
        #expect(error?.code == .unreachable && error?.message.contains("127.0.0.1") == true)
    }

    @Test func `a handshake that hangs`() async throws {
        let server = try RemoteTestServer { _ in
            try? await Task.sleep(for: .seconds(3600))
            return .detail(500, "late")
        }
        let error = try await failure(of: server) { $0.openingSeconds = 0.3 }
        #expect(error?.code == .timedOut && error?.message.contains("did not begin to speak MCP") == true)
    }

    @Test func `a call that hangs fails alone, and the server lives on`() async throws {
        let server = try RemoteTestServer(script: { method, message in
            guard method == "tools/call" else { return RemoteTestServer.result(message, .emptyObject) }
            if message["params"]?["name"] == "fast" { return RemoteTestServer.result(message, Self.text("fast")) }
            return RemoteTestServer.endless(": nothing\n\n")
        })
        let connections = testConnections { $0.callSeconds = 2 }
        async let hanging = MCPTests.failure { try await connections.call("slow", [:], on: server.streamable, id: "a") }
        #expect(try await connections.call("fast", [:], on: server.streamable, id: "a").text == "fast")
        let error = try await hanging
        #expect(error?.code == .timedOut && error?.message.contains("tools/call") == true)
        #expect(try await connections.call("fast", [:], on: server.streamable, id: "a").text == "fast")
        #expect(await connections.count == 1)
        await connections.close()
        await server.stop()
    }

    @Test func `what is not JSON`() async throws {
        let server = try RemoteTestServer(script: { method, _ in
            method == "tools/call" ? .json(200, Array("{\"jsonrpc\":".utf8)) : nil
        })
        #expect(try await failure(of: server)?.code == .protocolBroken)
    }

    @Test(arguments: [JSONValue.int(999), "2", .null])
    func `the answer to another request`(id: JSONValue) async throws {
        let server = try RemoteTestServer(script: { method, message in
            method == "tools/call" ? RemoteTestServer.result(message, Self.text("mine"), id: id) : nil
        })
        let error = try await failure(of: server)
        #expect(error?.code == .protocolBroken && error?.message.contains("its id is another") == true)
    }

    @Test func `an answer that is too large, plain and as an event`() async throws {
        for isStream in [false, true] {
            let server = try RemoteTestServer(script: { method, message in
                guard method == "tools/call" else { return nil }
                let answer: JSONValue = [
                    "jsonrpc": "2.0", "id": message["id"] ?? .null,
                    "result": Self.text(String(repeating: "x", count: 300_000)),
                ]
                return isStream ? RemoteTestServer.events([answer]) : .json(200, Array(answer.text.utf8))
            })
            let error = try await failure(of: server) { $0.messageBytes = 100_000 }
            #expect(error?.code == .protocolBroken && error?.message.contains("100000 bytes") == true)
        }
    }

    @Test func `a flood of events that nobody asked for`() async throws {
        let server = try RemoteTestServer(script: { method, _ in
            guard method == "tools/call" else { return nil }
            return RemoteTestServer.endless(
                "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{}}\n\n")
        })
        let error = try await failure(of: server) { $0.strayMessages = 1000 }
        #expect(error?.code == .protocolBroken && error?.message.contains("nobody had asked for") == true)
    }

    @Test func `a flood of events that are no messages, and one that does not end`() async throws {
        for piece in ["data: hello\n\n", String(repeating: "x", count: 10_000)] {
            let server = try RemoteTestServer(script: { method, _ in
                method == "tools/call" ? RemoteTestServer.endless(piece) : nil
            })
            let error = try await failure(of: server) { limits in
                limits.strayLines = 100
                limits.messageBytes = 1 << 20
            }
            #expect(error?.code == .protocolBroken)
        }
    }

    @Test func `lists without an end, in a circle, too long, and without tools`() async throws {
        let lies: [(@Sendable (JSONValue) -> JSONValue, String)] = [
            ({ ["tools": [], "nextCursor": .string($0["id"]?.text ?? "")] }, "more than 100 pages"),
            ({ _ in ["tools": [], "nextCursor": "same"] }, "in a circle"),
            (
                { message in
                    [
                        "tools": .array((0..<60).map { ["name": .string("t\($0)-\(message["id"]?.text ?? "")")] }),
                        "nextCursor": .string(message["id"]?.text ?? ""),
                    ]
                }, "more than 1000 tools"
            ),
            ({ _ in ["tools": "none"] }, "no member 'tools'"),
        ]
        for (lie, words) in lies {
            let server = try RemoteTestServer(script: { method, message in
                method == "tools/list" ? RemoteTestServer.result(message, lie(message)) : nil
            })
            let error = try await listFailure(of: server)
            #expect(
                error?.code == .protocolBroken && error?.message.contains(words) == true, "\(String(describing: error))"
            )
        }
    }

    @Test func `tools without a name are passed over, and one of two with the same`() async throws {
        let server = try RemoteTestServer(script: { method, message in
            guard method == "tools/list" else { return nil }
            return RemoteTestServer.result(
                message,
                [
                    "tools": [
                        ["name": ""], ["name": 1], "x", ["name": "a\nb"], ["name": "good", "inputSchema": "lie"],
                        ["name": "good", "description": "second"],
                    ]
                ])
        })
        let connections = testConnections()
        let tools = try await connections.tools(of: server.streamable, id: "a")
        #expect(tools.map(\.name) == ["good"])
        #expect(tools.first?.inputSchema == [:] && tools.first?.description == nil)
        await connections.close()
        await server.stop()
    }

    @Test func `a redirect elsewhere is not followed`() async throws {
        let server = try RemoteTestServer { _ in
            Response(status: 307, headers: ["location": "http://127.0.0.1:1/mcp"])
        }
        let error = try await failure(of: server)
        #expect(error?.code == .unreachable && error?.message.contains("redirects") == true)
    }

    @Test func `a circle of redirects ends`() async throws {
        let server = try RemoteTestServer { _ in Response(status: 308, headers: ["location": "/mcp"]) }
        #expect(try await failure(of: server)?.message.contains("in a circle") == true)
    }

    @Test(arguments: [
        (401, MCPClientError.Code.unauthorized), (403, .unauthorized), (404, .unreachable), (500, .unreachable),
    ])
    func `statuses have words`(status: Int, code: MCPClientError.Code) async throws {
        let server = try RemoteTestServer { _ in .text(status, "no") }
        let error = try await failure(of: server)
        #expect(error?.code == code && error?.message.contains("\(status)") == true)
    }

    @Test func `a revision that is not known`() async throws {
        let server = try RemoteTestServer { request in
            guard let message = try? JSONValue(parsing: request.body) else { return .detail(400, "no") }
            return RemoteTestServer.result(message, ["protocolVersion": "2031-01-01"])
        }
        let error = try await failure(of: server)
        #expect(error?.code == .protocolBroken && error?.message.contains("2031-01-01") == true)
    }

    @Test func `what the server asks is refused, but that the client lives`() async throws {
        let answers = Lock<[JSONValue]>([])
        let server = try RemoteTestServer(script: { method, message in
            if method == "" { answers.withLock { $0.append(message) } }
            guard method == "tools/call" else { return nil }
            let asked: [JSONValue] = ["ping", "sampling/createMessage", "roots/list", "elicitation/create"].enumerated()
                .map {
                    ["jsonrpc": "2.0", "id": .string("s\($0)"), "method": .string($1), "params": .emptyObject]
                }
            let answer: JSONValue = ["jsonrpc": "2.0", "id": message["id"] ?? .null, "result": Self.text("done")]
            return RemoteTestServer.events(asked + [answer])
        })
        let connections = testConnections()
        #expect(try await connections.call("x", [:], on: server.streamable, id: "a").text == "done")
        #expect(try await soon { answers.withLock { $0.count == 4 } })
        let all = answers.withLock { $0 }
        #expect(all.first { $0["id"] == "s0" }?["result"] == .emptyObject)
        for id in ["s1", "s2", "s3"] {
            #expect(all.first { $0["id"] == .string(id) }?["error"]?["code"] == -32601)
        }
        await connections.close()
        await server.stop()
    }

    @Test func `a server that wants more before it answers`() async throws {
        let server = try RemoteTestServer(script: { method, message in
            method == "tools/call" ? RemoteTestServer.result(message, ["resultType": "input_required"]) : nil
        })
        let error = try await failure(of: server)
        #expect(error?.code == .protocolBroken && error?.message.contains("input_required") == true)
    }

    @Test func `a stream of events that sends messages to another server`() async throws {
        let server = try RemoteTestServer { _ in
            Response(
                headers: ["content-type": "text/event-stream"],
                body: .bytes(Array("event: endpoint\ndata: http://127.0.0.1:1/messages\n\n".utf8)))
        }
        let connections = testConnections()
        let remote = RemoteServer(.events(url: server.address + "/sse", headers: [.init("authorization", "t")]))
        let error = try await MCPTests.failure { try await connections.call("x", [:], on: remote, id: "a") }
        #expect(error?.code == .protocolBroken && error?.message.contains("http://127.0.0.1:1") == true)
        await connections.close()
        await server.stop()
    }

    @Test func `a server that fails again and again is left alone for a while, unless somebody asks`() async throws {
        let asked = Lock(0)
        let server = try RemoteTestServer { _ in
            asked.withLock { $0 += 1 }
            return .text(500, "no")
        }
        let connections = testConnections()
        for _ in 0..<4 {
            _ = try await MCPTests.failure { try await connections.call("x", [:], on: server.streamable, id: "a") }
        }
        let error = try await MCPTests.failure { try await connections.call("x", [:], on: server.streamable, id: "a") }
        #expect(error?.message.contains("is tried again in") == true)
        #expect(asked.withLock { $0 } < 5)
        let before = asked.withLock { $0 }
        _ = try await MCPTests.failure { try await connections.tools(of: server.streamable, id: "a") }
        #expect(asked.withLock { $0 } == before + 1)
        await connections.close()
        await server.stop()
    }

    @Test func `keys are not shown, wherever a server says them`() async throws {
        let server = try RemoteTestServer(script: { method, message in
            guard method == "tools/call" else { return nil }
            if message["params"]?["name"] == "say" {
                return RemoteTestServer.result(message, Self.text("key=topsecret level=warning"))
            }
            let error: JSONValue = [
                "jsonrpc": "2.0", "id": message["id"] ?? .null,
                "error": ["code": -1, "message": "topsecret is wrong, level warning"],
            ]
            return .json(200, Array(error.text.utf8))
        })
        let remote = RemoteServer(
            .streamable(url: server.address + "/mcp", headers: []), values: ["warning", "xy"], keys: ["topsecret"])
        let connections = testConnections()
        #expect(try await connections.call("say", [:], on: remote, id: "a").text == "key=… level=warning")
        let error = try await MCPTests.failure { try await connections.call("x", [:], on: remote, id: "a") }
        #expect(error?.message.hasSuffix("… is wrong, level …") == true)
        await connections.close()
        await server.stop()
    }
}
