import Platform

/// What one line of a transcript says, as far as memory needs it (contract: Claude Code, section 3).
enum TranscriptEntry: Sendable, Equatable {
    /// The user's own words.
    case prompt(String)
    case text(String)
    case call(id: String, tool: String, arguments: JSONObject)
    /// - Parameter text: nil when nobody needs it.
    case result(id: String, isError: Bool, text: String?)

    struct Line: Sendable, Equatable {
        var entries: [TranscriptEntry]
        var prompt: String
        var time: String
    }

    /// Longer results are not read unless they failed.
    private static let longResult = 4096

    /// Nil for lines that are neither the user's nor the assistant's, repeat something, or are no JSON.
    /// - Parameter needs: whether the text of this call's result matters.
    static func line(_ bytes: UnsafeBufferPointer<UInt8>, needs: (_ id: String) -> Bool) -> Line? {
        guard let type = ByteSearch.value(bytes, of: "\"type\":", ["\"user\"", "\"assistant\""]) else { return nil }
        if type == 0, bytes.count > longResult, let quick = quickResult(bytes, needs: needs) { return quick }
        return parsed(bytes)
    }

    /// A long result that did not fail: only whose it is.
    private static func quickResult(_ all: UnsafeBufferPointer<UInt8>, needs: (String) -> Bool) -> Line? {
        guard ByteSearch.has(all, "\"tool_result\""), ByteSearch.value(all, of: "\"is_error\":", ["true"]) == nil,
            !ByteSearch.has(all, "\"isSidechain\":true"), let id = ByteSearch.text(all, after: "\"tool_use_id\":\""),
            !needs(id)
        else { return nil }
        let prompt = ByteSearch.text(all, after: "\"promptId\":\"") ?? ""
        return Line(entries: [.result(id: id, isError: false, text: nil)], prompt: prompt, time: "")
    }

    private static func parsed(_ bytes: UnsafeBufferPointer<UInt8>) -> Line? {
        // Half a line, or garbage: there is nothing to be learned from it.
        guard let json = try? JSONValue(parsing: bytes), let type = json["type"]?.string,
            type == "user" || type == "assistant"
        else { return nil }
        for mark in ["isMeta", "isSidechain", "isCompactSummary", "isApiErrorMessage"] where json[mark]?.bool == true {
            return nil
        }
        if let kind = json["origin"]?["kind"]?.string, kind != "human", kind != "user" { return nil }
        var line = Line(entries: [], prompt: json["promptId"]?.string ?? "", time: json["timestamp"]?.string ?? "")
        let content = json["message"]?["content"]
        if let text = content?.string {
            line.entries = type == "user" ? prompt(text).map { [.prompt($0)] } ?? [] : [.text(text)]
        }
        for part in content?.array ?? [] {
            switch part["type"]?.string {
            case "text":
                guard let text = part["text"]?.string else { continue }
                if type == "assistant" {
                    line.entries.append(.text(text))
                } else if let own = prompt(text) {
                    line.entries.append(.prompt(own))
                }
            case "tool_use":
                guard let id = part["id"]?.string, let tool = part["name"]?.string else { continue }
                line.entries.append(.call(id: id, tool: tool, arguments: part["input"]?.object ?? JSONObject()))
            case "tool_result":
                guard let id = part["tool_use_id"]?.string else { continue }
                line.entries.append(
                    .result(id: id, isError: part["is_error"]?.bool ?? false, text: Self.text(part["content"])))
            default: continue
            }
        }
        return line.entries.isEmpty ? nil : line
    }

    private static func text(_ content: JSONValue?) -> String {
        content?.string ?? (content?.array ?? []).compactMap { $0["text"]?.string }.joined(separator: "\n")
    }

    /// Nil for what stands in a user's place but was written by a program.
    static func prompt(_ text: String) -> String? {
        let own = PromptMarkup.withoutPrograms(text).trimmed
        return own.isEmpty ? nil : own
    }
}
