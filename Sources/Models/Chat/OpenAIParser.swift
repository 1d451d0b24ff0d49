import Domain
import HTTP
import Platform

/// Reads an answer of chat completions: `data: {chunk}` until `data: [DONE]`, or one completion.
/// https://platform.openai.com/docs/api-reference/chat-streaming
struct OpenAIParser: AnswerParser {
    /// Gives ids to calls of servers that give none.
    private let newID: @Sendable () -> String
    private var calls = OpenAICalls()
    private var end: ChatAnswer.End?
    private var isRefusal = false
    private var hasReasoning = false
    private var details = ReasoningDetails()
    private var logprobs = JSONObject()

    init(newID: @escaping @Sendable () -> String = CallID.new) { self.newID = newID }

    mutating func take(_ event: ReceivedEvent, _ deltas: inout [ChatDelta]) throws {
        if event.data.trimmingPrefix(while: \.isWhitespace).hasPrefix("[DONE]") { return close(.finished, &deltas) }
        let chunk = try event.json()
        if event.name == "error" || AnswerStream.isError(chunk) { throw ServiceRefusal(inAnswer: chunk) }
        if let choice = chunk["choices"]?.array?.first {
            if let delta = choice["delta"] ?? choice["message"] { take(delta, &deltas) }
            try takeRest(of: choice, &deltas)
        }
        takeUsage(chunk["usage"] ?? chunk["x_groq"]?["usage"], &deltas)
    }

    mutating func take(whole: JSONValue, _ deltas: inout [ChatDelta]) throws {
        guard let choice = whole["choices"]?.array?.first, let message = choice["message"] else {
            throw UnusableAnswer("has no list \"choices\" with a message")
        }
        take(message, &deltas)
        try takeRest(of: choice, &deltas)
        close(.other, &deltas)
        takeUsage(whole["usage"], &deltas)
    }

    mutating func finish(_ deltas: inout [ChatDelta]) throws {}

    // MARK: Parts

    private mutating func take(_ delta: JSONValue, _ deltas: inout [ChatDelta]) {
        // One of the two, though some servers send both.
        let thought = delta["reasoning_content"]?.string ?? delta["reasoning"]?.string ?? ""
        if !thought.isEmpty {
            hasReasoning = true
            deltas.append(.reasoning(thought))
        }
        details.take(delta["reasoning_details"], hasReasoning: hasReasoning, &deltas)
        take(content: delta["content"], &deltas)
        if let refusal = delta["refusal"]?.string, !refusal.isEmpty {
            isRefusal = true
            deltas.append(.text(refusal))
        }
        for call in delta["tool_calls"]?.array ?? [] { calls.take(call, newID, &deltas) }
    }

    /// A text, or a list of parts (Mistral).
    private func take(content: JSONValue?, _ deltas: inout [ChatDelta]) {
        switch content {
        case .string(let text)?: if !text.isEmpty { deltas.append(.text(text)) }
        case .array(let parts)?:
            for part in parts {
                if let text = part["text"]?.string, !text.isEmpty { deltas.append(.text(text)) }
                for thought in part["thinking"]?.array ?? [] {
                    if let text = thought["text"]?.string, !text.isEmpty { deltas.append(.reasoning(text)) }
                }
            }
        default: break
        }
    }

    /// What stands beside the delta.
    private mutating func takeRest(of choice: JSONValue, _ deltas: inout [ChatDelta]) throws {
        for member in choice["logprobs"]?.object?.members ?? [] {
            guard let more = member.value.array else { continue }
            logprobs[member.name] = .array((logprobs[member.name]?.array ?? []) + more)
        }
        guard let reason = choice["finish_reason"]?.string, !reason.isEmpty else { return }
        if reason == "error" { throw ServiceRefusal(inAnswer: choice) }
        close(Self.end(reason), &deltas)
    }

    private static func end(_ reason: String) -> ChatAnswer.End {
        switch reason {
        case "stop", "eos", "end_turn": .finished
        case "tool_calls", "function_call": .toolCalls
        case "length", "model_length": .tooLong
        case "content_filter": .refused
        default: .other
        }
    }

    private mutating func close(_ said: ChatAnswer.End, _ deltas: inout [ChatDelta]) {
        guard end == nil else { return }
        if let signature = details.signature { deltas.append(.reasoningSignature(signature)) }
        if !logprobs.isEmpty { deltas.append(.logprobs(JSONText(.object(logprobs)))) }
        // Several servers say "stop" after calls.
        let isCall = !calls.isEmpty && (said == .finished || said == .other)
        let end = isRefusal ? .refused : isCall ? .toolCalls : said
        self.end = end
        deltas.append(.end(end))
    }

    private func takeUsage(_ usage: JSONValue?, _ deltas: inout [ChatDelta]) {
        guard let usage, usage.object != nil else { return }
        let prompt = usage["prompt_tokens_details"]
        deltas.append(
            .usage(
                TokenUsage(
                    prompt: usage["prompt_tokens"]?.int ?? 0, completion: usage["completion_tokens"]?.int ?? 0,
                    // DeepSeek has a member of its own.
                    cachedInput: prompt?["cached_tokens"]?.int ?? usage["prompt_cache_hit_tokens"]?.int,
                    cacheWrite: prompt?["cache_write_tokens"]?.int,
                    reasoning: usage["completion_tokens_details"]?["reasoning_tokens"]?.int)))
    }
}

/// Puts pieces of calls to the calls that they belong to.
private struct OpenAICalls: Sendable {
    private struct Call {
        /// As the service numbers it; several give all their calls the same number, or none.
        let index: Int?
        let id: String
    }

    private var calls: [Call] = []

    var isEmpty: Bool { calls.isEmpty }

    mutating func take(_ piece: JSONValue, _ newID: () -> String, _ deltas: inout [ChatDelta]) {
        let index = piece["index"]?.int
        let id = piece["id"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        let name = piece["function"]?["name"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        let arguments = JSONArguments.text(piece["function"]?["arguments"]) ?? ""
        if let place = place(index, id, startsAnew: name != nil) {
            if !arguments.isEmpty {
                deltas.append(.call(index: place, id: nil, name: nil, arguments: arguments, signature: nil))
            }
            return
        }
        let call = Call(index: index, id: id ?? newID())
        calls.append(call)
        deltas.append(
            .call(index: calls.count - 1, id: call.id, name: name ?? "", arguments: arguments, signature: nil))
    }

    /// The call that a piece goes on with; nil for a new one.
    private func place(_ index: Int?, _ id: String?, startsAnew: Bool) -> Int? {
        if let id, let known = calls.lastIndex(where: { $0.id == id && (index == nil || $0.index == index) }) {
            return known
        }
        if id != nil { return nil }
        guard let index else { return startsAnew || calls.isEmpty ? nil : calls.count - 1 }
        return calls.lastIndex { $0.index == index }
    }
}

/// OpenRouter's `reasoning_details`: pieces that have to go back in one list, in their order.
private struct ReasoningDetails: Sendable {
    private var list: [JSONObject] = []

    var signature: String? {
        list.isEmpty ? nil : TaggedSignature.openRouter.wrap(JSONValue.array(list.map { .object($0) }).text)
    }

    /// - Parameter hasReasoning: the same words come as `reasoning` too.
    mutating func take(_ pieces: JSONValue?, hasReasoning: Bool, _ deltas: inout [ChatDelta]) {
        for case .object(let piece) in pieces?.array ?? [] {
            if !hasReasoning, let text = (piece["text"] ?? piece["summary"])?.string, !text.isEmpty {
                deltas.append(.reasoning(text))
            }
            guard let last = list.last, last["type"] == piece["type"], last["index"] == piece["index"],
                piece["index"] != nil
            else {
                list.append(piece)
                continue
            }
            list[list.count - 1] = Self.joined(last, piece)
        }
    }

    private static func joined(_ first: JSONObject, _ more: JSONObject) -> JSONObject {
        var joined = first
        for member in more.members where !member.value.isNull {
            let grows = ["text", "summary", "data"].contains(member.name)
            if grows, let old = first[member.name]?.string, let new = member.value.string {
                joined[member.name] = .string(old + new)
            } else {
                joined[member.name] = member.value
            }
        }
        return joined
    }
}
