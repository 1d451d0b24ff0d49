import Platform

/// What came of running a function: `ToolReturnMessage` and `ToolExecutionResult` of the contract, in one form.
enum FunctionRun {
    private static let longest = 10_000

    static func answer(_ reply: JSONValue, of name: String, verbose: Bool, hiding secrets: Secrets) -> Hub.Answer {
        let reply = secrets.hidden(reply)
        let failed = reply["status"]?.string == "error"
        let message = failed ? "\(name) ran and failed." : "\(name) ran."
        if verbose { return Hub.Answer(message, data: ShortForm.compacted(reply)) }
        var data = JSONObject([("status", .string(failed ? "error" : "success"))])
        if let result = reply["tool_return"] ?? reply["func_return"] { data["result"] = short(result) }
        for name in ["stdout", "stderr"] {
            guard let lines = reply[name]?.strings ?? reply[name]?.string.map({ [$0] }) else { continue }
            let text = lines.joined(separator: "\n")
            if !text.isEmpty { data[name] = .string(ShortText.withoutMiddle(text, longest)) }
        }
        return Hub.Answer(message, data: .object(data))
    }

    private static func short(_ value: JSONValue) -> JSONValue {
        if let text = value.string { return .string(ShortText.withoutMiddle(text, longest)) }
        let text = value.text
        return text.count > longest ? .string(ShortText.withoutMiddle(text, longest)) : value
    }
}
