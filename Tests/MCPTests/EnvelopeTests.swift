import HTTP
import MCP
import Platform
import Testing

@Suite struct EnvelopeTests {
    private func params(_ version: JSONValue = "2026-07-28", _ more: JSONObject = [:]) -> JSONObject {
        var params = more
        params["_meta"] = [
            "io.modelcontextprotocol/protocolVersion": version,
            "io.modelcontextprotocol/clientCapabilities": .emptyObject,
        ]
        return params
    }

    private func code(_ params: JSONObject, method: String = "tools/call", _ headers: Headers? = nil) -> Int? {
        do {
            _ = try Envelope(method: method, params: params, headers: headers)
            return nil
        } catch {
            return error.code
        }
    }

    @Test func `an envelope has to be whole`() {
        #expect(code(params()) == nil)
        #expect(code([:]) == -32602)
        #expect(code(["_meta": ["io.modelcontextprotocol/protocolVersion": "2026-07-28"]]) == -32602)
        #expect(code(params(7)) == -32602)
        #expect(code(params("2025-11-25")) == -32022)
        #expect(code(params("2030-01-01")) == -32022)
    }

    @Test func `headers say what the message says`() {
        var headers: Headers = [
            "mcp-protocol-version": "2026-07-28", "mcp-method": "tools/call", "mcp-name": "recall",
        ]
        let asked = params("2026-07-28", ["name": "recall"])
        #expect(code(asked, headers) == nil)
        #expect(code(asked, method: "tools/list", headers) == -32020)
        #expect(code(params("2026-07-28", ["name": "forget"]), headers) == -32020)
        headers.set("mcp-name", "=?base64?cmVjYWxs?=")
        #expect(code(asked, headers) == nil)
        headers.set("mcp-name", "=?base64?%%?=")
        #expect(code(asked, headers) == -32020)
        #expect(code(asked, Headers()) == -32020)
        headers.set("mcp-protocol-version", "2030-01-01")
        #expect(code(asked, headers) == -32020)
    }

    @Test func `initialize is of the handshake era whatever it carries`() {
        #expect(!Envelope.isPresent(method: "initialize", params()))
        #expect(Envelope.isPresent(method: "tools/list", params()))
        #expect(!Envelope.isPresent(method: "tools/list", ["_meta": ["progressToken": 1]]))
    }
}
