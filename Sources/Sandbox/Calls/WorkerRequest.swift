import Domain
import Platform

/// The line that a worker is given (docs/design/sandbox.md).
enum WorkerRequest {
    static func call(_ call: CodeCall) -> [UInt8] {
        line { json in
            json.field("do", "call")
            json.field("source", call.source)
            json.field("function", call.function)
            json.field("arguments", .object(call.arguments))
            json.object("environment") { json in
                // The last of a name counts, as in a shell.
                for member in JSONObject(call.environment.map { ($0.name, .string($0.value.reveal)) }).members {
                    json.key(text: member.name)
                    json.element(member.value)
                }
            }
            json.field("agent_state", raw: call.agentState?.text)
        }
    }

    /// - Parameter hasParameters: they are described elsewhere.
    static func schema(_ source: String, hasParameters: Bool = false) -> [UInt8] {
        line { json in
            json.field("do", "schema")
            json.field("source", source)
            if hasParameters { json.field("has_parameters", true) }
        }
    }

    private static func line(_ body: (inout JSONWriter) -> Void) -> [UInt8] {
        var json = JSONWriter(reserving: 1024)
        json.object(body)
        return json.bytes + [UInt8(ascii: "\n")]
    }
}
