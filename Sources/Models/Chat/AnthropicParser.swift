import Domain
import HTTP
import Platform

/// Reads an answer of Anthropic: events from `message_start` to `message_stop`, or one message.
/// https://docs.anthropic.com/en/docs/build-with-claude/streaming
struct AnthropicParser: AnswerParser {
    private enum Block: Sendable {
        case call(Int, input: JSONValue?, hasArguments: Bool)
        case other
    }

    private var blocks: [Int: Block] = [:]
    private var calls = 0
    private var usage = Usage()
    private var hasEnded = false
    /// Told with the first piece of the answer: until then the request may be made again.
    private var hasUntoldUsage = false

    /// Counts come at the start and, the last of them, at the end; a later one replaces an earlier one.
    private struct Usage: Sendable {
        var input = 0, read: Int?, written: Int?, output = 0, thoughts: Int?

        mutating func take(_ json: JSONValue?) {
            if let count = json?["input_tokens"]?.int { input = count }
            if let count = json?["cache_read_input_tokens"]?.int { read = count }
            if let count = json?["cache_creation_input_tokens"]?.int { written = count }
            if let count = json?["output_tokens"]?.int { output = count }
            if let count = json?["output_tokens_details"]?["thinking_tokens"]?.int { thoughts = count }
        }

        var delta: ChatDelta {
            .usage(
                TokenUsage(
                    prompt: input + (read ?? 0) + (written ?? 0), completion: output, cachedInput: read,
                    cacheWrite: written, reasoning: thoughts))
        }
    }

    mutating func take(_ event: ReceivedEvent, _ deltas: inout [ChatDelta]) throws {
        let data = try event.json()
        switch data["type"]?.string ?? event.name {
        case "message_start":
            usage.take(data["message"]?["usage"])
            hasUntoldUsage = true
        case "content_block_start": start(data["content_block"] ?? .null, at: data["index"]?.int ?? 0, &deltas)
        case "content_block_delta": add(data["delta"] ?? .null, at: data["index"]?.int ?? 0, &deltas)
        case "content_block_stop": stop(data["index"]?.int ?? 0, &deltas)
        case "message_delta":
            usage.take(data["usage"])
            deltas.append(usage.delta)
            if let reason = data["delta"]?["stop_reason"]?.string { end(reason, &deltas) }
        case "error": throw ServiceRefusal(inAnswer: data)
        // `ping`, `message_stop`, and what may be added.
        default: break
        }
    }

    mutating func take(whole: JSONValue, _ deltas: inout [ChatDelta]) throws {
        if whole["type"]?.string == "error" { throw ServiceRefusal(inAnswer: whole) }
        guard let content = whole["content"]?.array else { throw UnusableAnswer("has no list \"content\"") }
        for (index, block) in content.enumerated() {
            start(block, at: index, &deltas)
            stop(index, &deltas)
        }
        usage.take(whole["usage"])
        deltas.append(usage.delta)
        end(whole["stop_reason"]?.string ?? "", &deltas)
    }

    mutating func finish(_ deltas: inout [ChatDelta]) throws {}

    // MARK: Blocks

    private mutating func start(_ block: JSONValue, at index: Int, _ deltas: inout [ChatDelta]) {
        blocks[index] = .other
        if hasUntoldUsage { deltas.append(usage.delta) }
        hasUntoldUsage = false
        switch block["type"]?.string {
        case "text": say(block["text"], &deltas)
        case "thinking":
            if let text = block["thinking"]?.string, !text.isEmpty { deltas.append(.reasoning(text)) }
            sign(block["signature"], &deltas)
        case "redacted_thinking": deltas.append(.redactedReasoning(block["data"]?.string ?? ""))
        case "tool_use":
            blocks[index] = .call(calls, input: block["input"], hasArguments: false)
            deltas.append(
                .call(
                    index: calls, id: block["id"]?.string ?? CallID.new(), name: block["name"]?.string ?? "",
                    arguments: "", signature: nil))
            calls += 1
        default: break
        }
    }

    private mutating func add(_ delta: JSONValue, at index: Int, _ deltas: inout [ChatDelta]) {
        switch delta["type"]?.string {
        case "text_delta": say(delta["text"], &deltas)
        case "thinking_delta":
            if let text = delta["thinking"]?.string, !text.isEmpty { deltas.append(.reasoning(text)) }
        case "signature_delta": sign(delta["signature"], &deltas)
        case "input_json_delta":
            guard case .call(let call, _, _)? = blocks[index], let piece = delta["partial_json"]?.string,
                !piece.isEmpty
            else { return }
            blocks[index] = .call(call, input: nil, hasArguments: true)
            deltas.append(.call(index: call, id: nil, name: nil, arguments: piece, signature: nil))
        default: break
        }
    }

    /// A call without pieces of arguments has them in its block, or has none.
    private mutating func stop(_ index: Int, _ deltas: inout [ChatDelta]) {
        guard case .call(let call, let input, false)? = blocks.removeValue(forKey: index) else { return }
        let arguments = input?.object == nil ? "{}" : input?.text ?? "{}"
        deltas.append(.call(index: call, id: nil, name: nil, arguments: arguments, signature: nil))
    }

    private func say(_ text: JSONValue?, _ deltas: inout [ChatDelta]) {
        if let text = text?.string, !text.isEmpty { deltas.append(.text(text)) }
    }

    private func sign(_ signature: JSONValue?, _ deltas: inout [ChatDelta]) {
        if let signature = signature?.string, !signature.isEmpty { deltas.append(.reasoningSignature(signature)) }
    }

    private mutating func end(_ reason: String, _ deltas: inout [ChatDelta]) {
        guard !hasEnded else { return }
        hasEnded = true
        let end: ChatAnswer.End =
            switch reason {
            case "end_turn", "stop_sequence": .finished
            case "tool_use": .toolCalls
            case "max_tokens", "model_context_window_exceeded": .tooLong
            case "refusal": .refused
            default: .other
            }
        deltas.append(.end(end))
    }
}
