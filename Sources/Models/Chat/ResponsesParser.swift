import Domain
import HTTP
import Platform

/// Reads an answer of OpenAI's responses: events until `response.completed`, or one response.
/// https://platform.openai.com/docs/api-reference/responses-streaming
struct ResponsesParser: AnswerParser {
    private struct Call: Sendable {
        let place: Int
        var hasArguments = false
    }

    /// By the place of their items in the output.
    private var calls: [Int: Call] = [:]
    private var isRefusal = false
    private var hasEnded = false
    private var logprobs: [JSONValue] = []

    mutating func take(_ event: ReceivedEvent, _ deltas: inout [ChatDelta]) throws {
        if event.data == "[DONE]" { return }
        let data = try event.json()
        let place = data["output_index"]?.int ?? 0
        switch data["type"]?.string ?? event.name {
        case "response.output_text.delta":
            say(data["delta"], &deltas)
            logprobs += data["logprobs"]?.array ?? []
        case "response.refusal.delta":
            isRefusal = true
            say(data["delta"], &deltas)
        case "response.reasoning_summary_text.delta", "response.reasoning_text.delta":
            if let text = data["delta"]?.string, !text.isEmpty { deltas.append(.reasoning(text)) }
        case "response.reasoning_summary_part.added":
            if let index = data["summary_index"]?.int, index > 0 { deltas.append(.reasoning("\n\n")) }
        case "response.output_item.added": begin(data["item"] ?? .null, at: place, &deltas)
        case "response.function_call_arguments.delta": addArguments(data["delta"]?.string ?? "", at: place, &deltas)
        case "response.output_item.done": complete(data["item"] ?? .null, at: place, &deltas)
        case "response.completed", "response.incomplete", "response.failed":
            try end(data["response"] ?? .null, &deltas)
        case "error": throw ServiceRefusal(inAnswer: data)
        default: if AnswerStream.isError(data) { throw ServiceRefusal(inAnswer: data) }
        }
    }

    mutating func take(whole: JSONValue, _ deltas: inout [ChatDelta]) throws {
        guard let output = whole["output"]?.array else { throw UnusableAnswer("has no list \"output\"") }
        for (place, item) in output.enumerated() {
            begin(item, at: place, &deltas)
            for part in item["content"]?.array ?? [] where item["type"]?.string == "message" {
                if part["type"]?.string == "refusal" { isRefusal = true }
                say(part["text"] ?? part["refusal"], &deltas)
                logprobs += part["logprobs"]?.array ?? []
            }
            let thoughts = (item["summary"]?.array ?? []).compactMap { $0["text"]?.string }
            if !thoughts.isEmpty { deltas.append(.reasoning(thoughts.joined(separator: "\n\n"))) }
            complete(item, at: place, &deltas)
        }
        try end(whole, &deltas)
    }

    mutating func finish(_ deltas: inout [ChatDelta]) throws {}

    // MARK: Items

    private func say(_ text: JSONValue?, _ deltas: inout [ChatDelta]) {
        if let text = text?.string, !text.isEmpty { deltas.append(.text(text)) }
    }

    private mutating func begin(_ item: JSONValue, at place: Int, _ deltas: inout [ChatDelta]) {
        guard item["type"]?.string == "function_call", calls[place] == nil else { return }
        let call = Call(place: calls.count)
        calls[place] = call
        deltas.append(
            .call(
                index: call.place, id: item["call_id"]?.string ?? CallID.new(), name: item["name"]?.string ?? "",
                arguments: "", signature: nil))
    }

    private mutating func addArguments(_ piece: String, at place: Int, _ deltas: inout [ChatDelta]) {
        guard let call = calls[place], !piece.isEmpty else { return }
        calls[place]?.hasArguments = true
        deltas.append(.call(index: call.place, id: nil, name: nil, arguments: piece, signature: nil))
    }

    private mutating func complete(_ item: JSONValue, at place: Int, _ deltas: inout [ChatDelta]) {
        switch item["type"]?.string {
        case "function_call":
            begin(item, at: place, &deltas)
            guard calls[place]?.hasArguments == false else { return }
            addArguments(item["arguments"]?.string ?? "", at: place, &deltas)
        case "reasoning":
            guard var sealed = item.object, sealed["encrypted_content"]?.string != nil else { return }
            sealed["status"] = nil
            deltas.append(.reasoningSignature(TaggedSignature.openAI.wrap(JSONValue.object(sealed).text)))
        default: return
        }
    }

    private mutating func end(_ response: JSONValue, _ deltas: inout [ChatDelta]) throws {
        guard !hasEnded else { return }
        if AnswerStream.isError(response) || response["status"]?.string == "failed" {
            throw ServiceRefusal(inAnswer: response)
        }
        hasEnded = true
        if !logprobs.isEmpty { deltas.append(.logprobs(JSONText(["content": .array(logprobs)]))) }
        takeUsage(response["usage"], &deltas)
        let end: ChatAnswer.End =
            switch response["incomplete_details"]?["reason"]?.string {
            case "max_output_tokens"?: .tooLong
            case "content_filter"?: .refused
            case _? where response["status"]?.string == "incomplete": .other
            default: isRefusal ? .refused : calls.isEmpty ? .finished : .toolCalls
            }
        deltas.append(.end(end))
    }

    private func takeUsage(_ usage: JSONValue?, _ deltas: inout [ChatDelta]) {
        guard let usage, usage.object != nil else { return }
        let input = usage["input_tokens_details"]
        deltas.append(
            .usage(
                TokenUsage(
                    prompt: usage["input_tokens"]?.int ?? 0, completion: usage["output_tokens"]?.int ?? 0,
                    cachedInput: input?["cached_tokens"]?.int, cacheWrite: input?["cache_write_tokens"]?.int,
                    reasoning: usage["output_tokens_details"]?["reasoning_tokens"]?.int)))
    }
}
