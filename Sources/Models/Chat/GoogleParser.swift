import Domain
import HTTP
import Platform

/// Reads an answer of Gemini: `data: {GenerateContentResponse}` until one has a `finishReason`, or one of them, or a list.
struct GoogleParser: AnswerParser {
    private let newID: @Sendable () -> String
    private var calls = 0
    private var hasEnded = false

    init(newID: @escaping @Sendable () -> String = CallID.new) { self.newID = newID }

    mutating func take(_ event: ReceivedEvent, _ deltas: inout [ChatDelta]) throws {
        let chunk = try event.json()
        if AnswerStream.isError(chunk) { throw ServiceRefusal(inAnswer: chunk) }
        try take(chunk: chunk, &deltas)
    }

    mutating func take(whole: JSONValue, _ deltas: inout [ChatDelta]) throws {
        let chunks = whole.array ?? [whole]
        guard chunks.contains(where: { $0["candidates"] != nil || $0["promptFeedback"] != nil }) else {
            throw UnusableAnswer("has no list \"candidates\"")
        }
        for chunk in chunks {
            if AnswerStream.isError(chunk) { throw ServiceRefusal(inAnswer: chunk) }
            try take(chunk: chunk, &deltas)
        }
    }

    mutating func finish(_ deltas: inout [ChatDelta]) throws {}

    private mutating func take(chunk: JSONValue, _ deltas: inout [ChatDelta]) throws {
        let candidate = chunk["candidates"]?.array?.first
        for part in candidate?["content"]?["parts"]?.array ?? [] { take(part, &deltas) }
        let reason = candidate?["finishReason"]?.string
        // What is blocked before it is asked has no candidates.
        let isBlocked = chunk["promptFeedback"]?["blockReason"]?.string != nil
        if reason != nil || isBlocked, !hasEnded {
            let end = isBlocked ? ChatAnswer.End.refused : try end(reason ?? "")
            hasEnded = true
            if let logprobs = candidate?["logprobsResult"], logprobs.object != nil {
                deltas.append(.logprobs(JSONText(logprobs)))
            }
            deltas.append(.end(end))
        }
        takeUsage(chunk["usageMetadata"], &deltas)
    }

    private mutating func take(_ part: JSONValue, _ deltas: inout [ChatDelta]) {
        let signature = part["thoughtSignature"]?.string.map { TaggedSignature.google.wrap($0) }
        if let call = part["functionCall"], call.object != nil {
            deltas.append(
                .call(
                    index: calls, id: newID(), name: call["name"]?.string ?? "",
                    arguments: JSONArguments.text(call["args"]) ?? "{}", signature: signature))
            calls += 1
            return
        }
        if let text = part["text"]?.string, !text.isEmpty {
            deltas.append(part["thought"]?.bool == true ? .reasoning(text) : .text(text))
        }
        if let signature { deltas.append(.reasoningSignature(signature)) }
    }

    private func end(_ reason: String) throws(UnusableAnswer) -> ChatAnswer.End {
        switch reason {
        case "STOP": return calls > 0 ? .toolCalls : .finished
        case "MAX_TOKENS": return .tooLong
        case "SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "LANGUAGE", "MODEL_ARMOR":
            return .refused
        case "MALFORMED_FUNCTION_CALL", "MALFORMED_RESPONSE":
            throw UnusableAnswer("has a call that the model did not write rightly")
        default: return .other
        }
    }

    private func takeUsage(_ usage: JSONValue?, _ deltas: inout [ChatDelta]) {
        guard let usage, usage.object != nil else { return }
        let thoughts = usage["thoughtsTokenCount"]?.int
        deltas.append(
            .usage(
                TokenUsage(
                    prompt: (usage["promptTokenCount"]?.int ?? 0) + (usage["toolUsePromptTokenCount"]?.int ?? 0),
                    completion: (usage["candidatesTokenCount"]?.int ?? 0) + (thoughts ?? 0),
                    cachedInput: usage["cachedContentTokenCount"]?.int, reasoning: thoughts)))
    }
}
