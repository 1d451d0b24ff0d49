import Domain
import Engine
import HTTP
import Platform

/// How a run ended, as the contract says it (wire notes, section 7).
extension RunEnd {
    func writeStopReason(to json: inout JSONWriter) {
        json.object { json in
            json.field("message_type", "stop_reason")
            json.field("stop_reason", stopReason.rawValue)
        }
    }

    func writeUsage(to json: inout JSONWriter) {
        json.object { json in
            json.field("message_type", "usage_statistics")
            json.field("completion_tokens", run.usage.completion)
            json.field("prompt_tokens", run.usage.prompt)
            json.field("total_tokens", run.usage.total)
            json.field("step_count", run.stepCount)
            json.null("run_ids")
            json.field("cached_input_tokens", run.usage.cachedInput ?? 0)
            json.field("cache_write_tokens", run.usage.cacheWrite ?? 0)
            json.field("reasoning_tokens", run.usage.reasoning ?? 0)
            json.field("context_tokens", run.contextTokens)
        }
    }

    /// `LettaResponse`, or the error that the run failed with.
    func response(_ messages: [APIMessage]) -> Response {
        if let failure { return failure.response }
        return .json { json in
            json.object { json in
                json.array("messages") { json in for message in messages { message.write(to: &json) } }
                json.key("stop_reason")
                writeStopReason(to: &json)
                json.key("usage")
                writeUsage(to: &json)
                json.field("logprobs", logprobs)
                json.null("turns")
            }
        }
    }
}

extension RunFailure {
    /// Status and body (wire notes, section 4).
    var response: Response {
        var response: Response
        switch chat?.code {
        case .authentication: response = error(401)
        case .insufficientCredits: response = error(402)
        case .rateLimited: response = error(429)
        case .refused: response = error(400)
        case .tooLong, .notConfigured: response = .detail(400, message)
        case .timedOut: response = error(504)
        case .unavailable:
            response = .detail(503, message)
            response.headers.set("retry-after", "1")
        case .unusable, .failed: response = error(502)
        case nil where stopReason == .contextWindowOverflow: response = .detail(400, message)
        case nil: response = type.hasPrefix("llm_") ? error(502) : .detail(500, message)
        }
        if let seconds = chat?.retryAfter { response.headers.set("retry-after", String(Int(seconds.rounded(.up)))) }
        return response
    }

    private func error(_ status: Int) -> Response {
        var json = JSONWriter()
        json.object { json in
            json.object("error") { json in
                json.field("type", type)
                json.field("message", message)
                json.null("detail")
            }
        }
        return .json(status, json.bytes)
    }

    /// `LettaErrorMessage`.
    func write(runID: String, to json: inout JSONWriter) {
        json.object { json in
            json.field("message_type", "error_message")
            json.field("run_id", runID)
            json.field("error_type", type)
            json.field("message", message)
            json.null("detail")
            json.null("seq_id")
        }
    }
}
