import MCP
import Platform
import Testing

@Suite struct MessageTests {
    @Test func `an id comes back as it was`() throws {
        guard case .request(let id, "ping", _) = try Message(["jsonrpc": "2.0", "id": "1", "method": "ping"]) else {
            Issue.record("not a request")
            return
        }
        #expect(id == .text("1"))
        #expect(
            String(decoding: Outgoing.result(id) { _ in }, as: UTF8.self) == #"{"jsonrpc":"2.0","id":"1","result":{}}"#)
    }

    @Test(arguments: [
        #"[]"#, #"{}"#, #"{"jsonrpc":"1.0","id":1,"method":"x"}"#, #"{"jsonrpc":"2.0","id":1.5,"method":"x"}"#,
        #"{"jsonrpc":"2.0","id":null,"method":"x"}"#, #"{"jsonrpc":"2.0","id":1,"method":7}"#,
        #"{"jsonrpc":"2.0","id":1,"method":"x","params":[1]}"#,
    ])
    func `what is no message is an invalid request`(text: String) throws {
        let json = try JSONValue(parsing: text)
        #expect(throws: RPCError.self) { try Message(json) }
    }

    @Test func `an error quotes little of what a client sent`() {
        let long = String(repeating: "ü", count: 1_000_000)
        let errors: [RPCError] = [
            .methodNotFound(long), .invalidParams("Unknown tool: \(long)", data: ["tool": .string(long)]),
            .unsupported(long, supported: Revision.allCases), .unknownResource(long, .newestHandshake),
        ]
        for error in errors { #expect(Outgoing.error(.number(1), error).count < 10_000) }
        let short = RPCError.unknownResource("memory://x", .newestHandshake)
        #expect(short.data == ["uri": "memory://x"] && short.message == "Resource not found")
    }
}
