import HTTP
import Platform

/// The body of an answer that is not 200, in any of the shapes that are about:
/// `{"error": {"message", "code", "type", "status"}}` (OpenAI, Google, vLLM, text-embeddings-inference),
/// `{"error": "text"}` (Ollama), `{"message": "text", "code"}`, `{"detail": "text"}`, and any of them in a list.
struct ServiceRefusal: Error, Sendable {
    let status: Int
    /// A word such as `invalid_api_key` or `RESOURCE_EXHAUSTED`; empty when there is none.
    let code: String
    /// As the service wrote it. It may quote the key or the texts, so it is never shown as it is.
    let message: String
    /// The member of the request that is meant, such as `tools[0].function`; nil when none is named.
    let parameter: String?

    init(status: Int, body: JSONValue?) {
        let body = body?.array?.first ?? body
        self.status = status
        let error = body?["error"]
        let holder = error?.object != nil ? error : body
        message = error?.string ?? holder?["message"]?.string ?? body?["detail"]?.string ?? ""
        let candidates = [holder?["code"], holder?["status"], holder?["type"], body?["error_type"]]
        code = candidates.compactMap { $0?.string }.first { Self.isWord($0) } ?? ""
        parameter = holder?["param"]?.string.flatMap { Self.isPath($0) ? $0 : nil }
    }

    /// An error that comes inside of an answer of status 200; its status is what its words mean.
    init(inAnswer body: JSONValue) {
        let named = ServiceRefusal(status: 0, body: body)
        let holder = body["error"]?.object != nil ? body["error"] : body
        let number = holder?["code"]?.int ?? holder?["status_code"]?.int
        let status = number.flatMap { (400...599).contains($0) ? $0 : nil } ?? Self.status(ofWord: named.code)
        self.init(status: status, body: body)
    }

    private static func status(ofWord word: String) -> Int {
        switch word.lowercased() {
        case "authentication_error", "invalid_api_key", "unauthenticated": 401
        case "billing_error", "insufficient_quota": 402
        case "permission_error", "permission_denied": 403
        case "not_found_error", "not_found", "model_not_found": 404
        case "request_too_large": 413
        case "rate_limit_error", "rate_limit_exceeded", "resource_exhausted": 429
        case "overloaded_error": 529
        case "timeout_error", "deadline_exceeded": 504
        case "invalid_request_error", "invalid_prompt", "invalid_argument", "context_length_exceeded": 400
        default: 500
        }
    }

    private static func isPath(_ text: String) -> Bool {
        (1...60).contains(text.utf8.count)
            && text.utf8.allSatisfy { ByteRange.isWord($0) || $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "]") }
    }

    private static func isWord(_ text: String) -> Bool {
        (1...40).contains(text.utf8.count) && text.utf8.contains { $0 > 0x39 }
            && text.utf8.allSatisfy { ByteRange.isWord($0) }
    }

    /// The account has no money left; waiting does not help.
    var isOutOfQuota: Bool {
        if status == 402 || ["insufficient_quota", "billing_hard_limit_reached", "billing_error"].contains(code) {
            return true
        }
        // Anthropic says so with a 400.
        return (status == 400 || status == 403) && message.lowercased().contains("credit balance is too low")
    }

    /// Google says so with a 400.
    var isAboutKey: Bool { status == 401 || status == 400 && message.lowercased().contains("api key not valid") }

    /// A text, or the request, is longer than the model or the service takes.
    var isTooLong: Bool {
        if status == 413 || code == "context_length_exceeded" || code == "string_above_max_length" { return true }
        // 500: servers built on llama.cpp.
        guard status == 400 || status == 422 || status == 500 else { return false }
        return isTooMany || Self.lengthPhrases.contains(where: message.lowercased().contains)
    }

    /// There are more texts in a request than the service takes.
    var isTooMany: Bool {
        let message = message.lowercased()
        return Self.countPhrases.contains(where: message.contains)
    }

    private static let lengthPhrases = [
        "context length", "context window", "maximum input length", "input length exceeds", "too many tokens",
        "max tokens", "tokens per request", "must have less than", "is too long", "too large to process",
        "payload size exceeds", "token limit", "prompt is too long", "input token count", "maximum prompt length",
        "reduce the length of the", "exceeds the maximum number of tokens", "larger than the max context",
    ]

    private static let countPhrases = [
        "batch size", "can be in one batch", "too many inputs", "array too long", "too many texts",
    ]
}

private enum ByteRange {
    static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
