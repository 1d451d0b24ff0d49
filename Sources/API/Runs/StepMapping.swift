import Domain
import Platform

extension Step {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("id", id)
            json.null("origin")
            json.field("provider_id", providerID)
            json.field("run_id", runID)
            json.field("agent_id", agentID)
            json.field("provider_name", providerName)
            json.field("provider_category", providerCategory)
            json.field("model", model)
            json.field("model_handle", modelHandle)
            json.field("model_endpoint", modelEndpoint)
            json.field("context_window_limit", contextWindow)
            writeUsage(to: &json)
            json.field("stop_reason", stopReason?.rawValue)
            json.field("tags", tags)
            json.null("tid")
            json.field("trace_id", id)
            json.field("request_id", requestID)
            json.array("messages") { _ in }
            json.field("feedback", feedback)
            json.field("project_id", projectID)
            json.field("error_type", errorType)
            json.field("error_data", errorData)
            json.field("status", status.rawValue)
        }
    }

    private func writeUsage(to json: inout JSONWriter) {
        json.field("completion_tokens", usage.completion)
        json.field("prompt_tokens", usage.prompt)
        json.field("total_tokens", usage.total)
        json.field("cached_input_tokens", usage.cachedInput)
        json.field("cache_write_tokens", usage.cacheWrite)
        json.field("reasoning_tokens", usage.reasoning)
        if let reasoning = usage.reasoning {
            json.field("completion_tokens_details", ["reasoning_tokens": .int(Int64(reasoning))] as JSONValue)
        } else {
            json.null("completion_tokens_details")
        }
        if usage.cachedInput == nil, usage.cacheWrite == nil {
            json.null("prompt_tokens_details")
        } else {
            json.key("prompt_tokens_details")
            json.object { json in
                json.field("cached_tokens", usage.cachedInput)
                json.field("cache_creation_tokens", usage.cacheWrite)
            }
        }
    }

    func writeMetrics(agent: Agent?, to json: inout JSONWriter) {
        json.object { json in
            json.field("id", id)
            json.field("provider_id", providerID)
            json.field("run_id", runID)
            json.field("agent_id", agentID)
            json.field("step_start_ns", startedNanoseconds)
            json.field("llm_request_start_ns", modelStartedNanoseconds)
            json.field("llm_request_ns", modelNanoseconds)
            json.field("tool_execution_ns", toolNanoseconds)
            json.field("step_ns", durationNanoseconds)
            json.field("base_template_id", agent?.baseTemplateID)
            json.field("template_id", agent?.templateID)
            json.field("project_id", projectID)
        }
    }
}

extension ProviderTrace {
    func write(tags: [String], organization: String, to json: inout JSONWriter) {
        json.object { json in
            json.field("id", id)
            json.field("request_json", request)
            json.field("response_json", response)
            json.field("step_id", stepID)
            json.field("agent_id", agentID)
            json.field("agent_tags", tags)
            json.field("call_type", "agent_step")
            json.field("run_id", runID)
            json.null("source")
            json.field("org_id", organization)
            json.null("compaction_settings")
            json.null("llm_config")
            json.null("billing_context")
            json.null("created_by_id")
            json.null("last_updated_by_id")
            json.field("created_at", createdAt)
            json.field("updated_at", createdAt)
        }
    }
}
