import Domain
import Engine
import Platform

extension Run {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("id", id)
            json.field("status", status.rawValue)
            json.field("agent_id", agentID)
            json.field("conversation_id", conversationID)
            json.field("base_template_id", baseTemplateID)
            json.field("request_config", requestConfig)
            writeCommon(to: &json)
        }
    }

    /// The older form.
    func writeJob(to json: inout JSONWriter) {
        json.object { json in
            json.field("id", id)
            json.field("status", status.rawValue)
            json.field("job_type", "run")
            json.field("agent_id", agentID)
            json.field("updated_at", completedAt ?? createdAt)
            json.null("created_by_id")
            json.null("last_updated_by_id")
            writeCommon(to: &json)
        }
    }

    private func writeCommon(to json: inout JSONWriter) {
        json.field("background", isBackground)
        json.field("metadata", metadata)
        json.field("stop_reason", stopReason?.rawValue)
        json.field("callback_url", callbackURL)
        json.field("callback_sent_at", callbackSentAt)
        json.field("callback_status_code", callbackStatusCode)
        json.field("callback_error", callbackError)
        json.field("ttft_ns", firstTokenNanoseconds)
        json.field("total_duration_ns", durationNanoseconds)
        json.field("created_at", createdAt)
        json.field("completed_at", completedAt)
    }
}

extension TokenUsage {
    /// `UsageStatistics`, which is not the `usage_statistics` message (wire notes, section 7).
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("completion_tokens", completion)
            json.field("prompt_tokens", prompt)
            json.field("total_tokens", total)
            if cachedInput == nil, cacheWrite == nil {
                json.null("prompt_tokens_details")
            } else {
                json.key("prompt_tokens_details")
                json.object { json in
                    json.field("cached_tokens", cachedInput)
                    json.field("cache_read_tokens", cachedInput)
                    json.field("cache_creation_tokens", cacheWrite)
                }
            }
            if reasoning == nil {
                json.null("completion_tokens_details")
            } else {
                json.key("completion_tokens_details")
                json.object { json in json.field("reasoning_tokens", reasoning) }
            }
        }
    }
}

extension RunMetrics {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("id", run.id)
            json.field("agent_id", run.agentID)
            json.field("project_id", run.projectID)
            json.field("run_start_ns", startedNanoseconds)
            json.field("run_ns", run.durationNanoseconds)
            json.field("num_steps", stepCount)
            json.field("tools_used", toolIDs)
            json.field("template_id", templateID)
            json.field("base_template_id", run.baseTemplateID)
        }
    }
}

extension RunSpan {
    func write(traceID: String, to json: inout JSONWriter) {
        json.object { json in
            json.field("trace_id", traceID)
            json.field("span_id", id)
            json.field("parent_span_id", parentID)
            json.field("span_name", name)
            json.field("start_ns", startedNanoseconds)
            json.field("duration_ns", durationNanoseconds)
            json.field("attributes", JSONValue.object(attributes))
        }
    }
}
