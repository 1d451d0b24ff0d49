import MCP
import Platform
import Testing

/// The methods of both eras, without a transport.
@Suite struct DispatcherTests {
    private static let stateless: JSONObject = [
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": .emptyObject,
    ]

    private func answer(
        _ method: String, _ params: JSONObject = [:], on connection: Connection? = Connection(),
        features: ScriptedFeatures = ScriptedFeatures(),
        send: @escaping @Sendable (Notification) async -> Void = { _ in }
    ) async throws -> JSONValue {
        var params = params
        var era: IncomingRequest.Era
        if let connection {
            era = .handshake(connection)
        } else {
            var meta = Self.stateless
            for member in params["_meta"]?.object?.members ?? [] { meta[member.name] = member.value }
            params["_meta"] = .object(meta)
            era = .stateless(try Envelope(method: method, params: params))
        }
        let request = IncomingRequest(.number(7), method: method, params: params, era: era, send: send)
        let answer = await Dispatcher(features, log: .silent).answer(request)
        let json = try JSONValue(parsing: answer.bytes)
        #expect(json["id"] == 7)
        #expect((json["error"] == nil) == (answer.error == nil))
        return json
    }

    @Test(arguments: Revision.handshakes)
    func `a revision of the handshake era is agreed on`(revision: Revision) async throws {
        let connection = Connection()
        let reply = try await answer("initialize", ["protocolVersion": .string(revision.rawValue)], on: connection)
        #expect(reply["result"]?["protocolVersion"] == .string(revision.rawValue))
        #expect(connection.agreed == revision)
    }

    @Test(arguments: ["2026-07-28", "1999-01-01", ""])
    func `an unknown revision is answered with the newest of the handshake era`(asked: String) async throws {
        let reply = try await answer("initialize", ["protocolVersion": .string(asked)])
        #expect(reply["result"]?["protocolVersion"] == "2025-11-25")
        #expect(reply["result"]?["instructions"] == "Use echo.")
    }

    @Test(arguments: [
        ("initialize", -32601), ("ping", -32601), ("logging/setLevel", -32601), ("resources/subscribe", -32601),
        ("no/such", -32601),
    ])
    func `methods of the handshake era are gone without it`(method: String, code: Int) async throws {
        #expect(try await answer(method, on: nil)["error"]?["code"]?.int == code)
    }

    @Test(arguments: ["server/discover", "subscriptions/listen", "no/such"])
    func `methods of the stateless era are unknown before it`(method: String) async throws {
        #expect(try await answer(method)["error"]?["code"] == -32601)
    }

    @Test func `a stateless result says what it is and how long it keeps`() async throws {
        let found = try await answer("server/discover", on: nil)["result"]
        #expect(found?["resultType"] == "complete")
        #expect(found?["supportedVersions"] == ["2026-07-28"])
        #expect((found?["ttlMs"]?.int ?? 0) > 0)
        #expect(found?["_meta"]?["io.modelcontextprotocol/serverInfo"]?["name"] == "scripted")
        let resources = try await answer("resources/list", on: nil)["result"]
        #expect(resources?["ttlMs"] == 0)
        #expect(resources?["cacheScope"] == "private")
        let called = try await answer("tools/call", ["name": "echo"], on: nil)["result"]
        #expect(called?["resultType"] == "complete")
        #expect(called?["ttlMs"] == nil)
        #expect(try await answer("ping")["result"] == .emptyObject)
    }

    @Test func `a result is structured and the same as text`() async throws {
        let reply = try await answer("tools/call", ["name": "echo", "arguments": ["a": "ü\n\"", "b": [1, 2.5]]])
        let result = reply["result"]
        #expect(result?["structuredContent"] == ["a": "ü\n\"", "b": [1, 2.5]])
        let text = try #require(result?["content"]?.array?.first?["text"]?.string)
        #expect(try JSONValue(parsing: text) == result?["structuredContent"])
        #expect(result?["isError"] == false)
    }

    @Test func `a tool that failed is a result`() async throws {
        let result = try await answer("tools/call", ["name": "fail"])["result"]
        #expect(result?["isError"] == true)
        #expect(result?["structuredContent"] == nil)
    }

    struct Refused: Sendable, CustomTestStringConvertible {
        let method: String
        let params: JSONObject
        let code: Int
        var testDescription: String { method + " " + JSONValue.object(params).text }

        init(_ method: String, _ params: JSONObject, _ code: Int) {
            self.method = method
            self.params = params
            self.code = code
        }
    }

    static let refused: [Refused] = [
        Refused("tools/call", [:], -32602), Refused("tools/call", ["name": 7], -32602),
        Refused("tools/call", ["name": "echo", "arguments": [1]], -32602),
        Refused("tools/call", ["name": "other"], -32602), Refused("tools/call", ["name": "crash"], -32603),
        Refused("prompts/get", ["name": "other"], -32602), Refused("resources/read", ["uri": "test://none"], -32002),
        Refused("resources/read", [:], -32602), Refused("tools/list", ["cursor": "x"], -32602),
        Refused("tools/list", ["cursor": "99"], -32602), Refused("tools/list", ["cursor": 1], -32602),
        Refused("logging/setLevel", ["level": "loud"], -32602),
        Refused("completion/complete", ["ref": ["type": "ref/other"]], -32602),
    ]

    @Test(arguments: refused)
    func `what cannot be answered has the contract's code`(refused: Refused) async throws {
        let reply = try await answer(refused.method, refused.params)
        #expect(reply["error"]?["code"]?.int == refused.code)
    }

    @Test func `a missing resource has another code since the stateless revision`() async throws {
        #expect(try await answer("resources/read", ["uri": "test://none"], on: nil)["error"]?["code"] == -32602)
    }

    @Test func `a long list comes in pages that hold everything once`() async throws {
        var features = ScriptedFeatures()
        features.resourceCount = 450
        var names: [String] = []
        var params = JSONObject()
        repeat {
            let result = try await answer("resources/list", params, features: features)["result"]
            names += (result?["resources"]?.array ?? []).compactMap { $0["name"]?.string }
            params["cursor"] = result?["nextCursor"]
        } while params["cursor"] != nil
        #expect(names == (0..<450).map { "r\($0)" })
    }

    @Test func `progress and log messages come to those who asked for them`() async throws {
        let heard = Lock<[Notification]>([])
        let send: @Sendable (Notification) async -> Void = { one in heard.withLock { $0.append(one) } }
        _ = try await answer("tools/call", ["name": "count"], on: nil, send: send)
        #expect(heard.withLock { $0.count } == 0)
        let meta: JSONObject = ["progressToken": "p", "io.modelcontextprotocol/logLevel": "info"]
        _ = try await answer("tools/call", ["name": "count", "_meta": .object(meta)], on: nil, send: send)
        let methods = heard.withLock { $0.map(\.method) }
        #expect(
            methods == Array(repeating: ["notifications/progress", "notifications/message"], count: 3).flatMap { $0 })
        #expect(heard.withLock { $0.first?.params["progressToken"] } == "p")

        heard.withLock { $0 = [] }
        let connection = Connection()
        _ = try await answer("logging/setLevel", ["level": "error"], on: connection)
        _ = try await answer("tools/call", ["name": "count"], on: connection, send: send)
        #expect(heard.withLock { $0.isEmpty })
    }

    @Test func `a subscription tells what was asked for until it is ended`() async throws {
        let heard = Lock<[Notification]>([])
        var features = ScriptedFeatures()
        features.watched = { changes in
            for change in [.updated(uri: "test://a"), .list, .updated(uri: "test://b")] as [ResourceChange] {
                changes.yield(change)
            }
            changes.finish()
        }
        let filter: JSONObject = ["resourceSubscriptions": ["test://b"], "toolsListChanged": true]
        let reply = try await answer(
            "subscriptions/listen", ["notifications": .object(filter)], on: nil, features: features
        ) { one in heard.withLock { $0.append(one) } }
        let all = heard.withLock { $0 }
        #expect(all.map(\.method) == ["notifications/subscriptions/acknowledged", "notifications/resources/updated"])
        #expect(all.first?.params["notifications"] == ["resourceSubscriptions": ["test://b"]])
        #expect(all.last?.params["uri"] == "test://b")
        #expect(all.allSatisfy { $0.params["_meta"]?["io.modelcontextprotocol/subscriptionId"] == 7 })
        #expect(reply["result"]?["_meta"]?["io.modelcontextprotocol/subscriptionId"] == 7)
    }

    @Test func `the handshake era hears of resources it subscribed to`() async throws {
        let connection = Connection()
        _ = try await answer("resources/subscribe", ["uri": "test://r0"], on: connection)
        #expect(connection.notification(of: .updated(uri: "test://r0"))?.params["uri"] == "test://r0")
        #expect(connection.notification(of: .updated(uri: "test://b")) == nil)
        let unknown = try await answer("resources/subscribe", ["uri": "test://b"], on: connection)
        #expect(unknown["error"]?["code"] == -32002)
        _ = try await answer("resources/unsubscribe", ["uri": "test://r0"], on: connection)
        #expect(connection.notification(of: .updated(uri: "test://r0")) == nil)
        #expect(connection.notification(of: .list) != nil)
    }

    @Test func `cancelling the task cancels the work`() async throws {
        let request = IncomingRequest(
            .number(1), method: "tools/call", params: ["name": "wait"], era: .handshake(Connection())
        ) { _ in }
        let work = Task { await Dispatcher(ScriptedFeatures(), log: .silent).answer(request) }
        work.cancel()
        let answer = await work.value
        #expect(answer.error == .cancelled)
    }
}
