package import Domain
package import Platform

/// How long a run took and what it used.
package struct RunMetrics: Sendable {
    package let run: Run
    /// Oldest first.
    package let steps: [Step]
    /// Of the tools that were called and still exist, each once.
    package let toolIDs: [String]
    package let templateID: String?

    /// Nanoseconds since 1970.
    package var startedNanoseconds: Int { Int(run.createdAt.microseconds) * 1000 }
    package var stepCount: Int { max(run.stepCount, steps.count) }
}

/// A stretch of a run's time: the run, a step of it, or what a step waited for.
package struct RunSpan: Sendable {
    package let id: String
    package let parentID: String?
    package let name: String
    /// Nanoseconds since 1970.
    package let startedNanoseconds: Int
    /// Nil while it goes on.
    package let durationNanoseconds: Int?
    package var attributes = JSONObject()

    private init(_ name: String, id: String, parentID: String?, started: Int, duration: Int?) {
        self.id = id
        self.parentID = parentID
        self.name = name
        startedNanoseconds = started
        durationNanoseconds = duration
    }

    static func spans(of run: Run, _ steps: [Step]) -> [RunSpan] {
        let start = Int(run.createdAt.microseconds) * 1000
        var whole = RunSpan("run", id: run.id, parentID: nil, started: start, duration: run.durationNanoseconds)
        whole.attributes = JSONObject([
            ("agent.id", .string(run.agentID)), ("run.status", .string(run.status.rawValue)),
            ("run.stop_reason", run.stopReason.map { .string($0.rawValue) } ?? .null),
        ])
        var spans = [whole]
        if let nanoseconds = run.firstTokenNanoseconds {
            spans.append(
                RunSpan(
                    "time_to_first_token", id: run.id + "/first_token", parentID: run.id, started: start,
                    duration: nanoseconds))
        }
        for step in steps { spans += Self.spans(of: step, in: run.id) }
        return spans
    }

    private static func spans(of step: Step, in runID: String) -> [RunSpan] {
        let start = step.startedNanoseconds ?? Int(step.createdAt.microseconds) * 1000
        var whole = RunSpan(
            "agent_step", id: step.id, parentID: runID, started: start, duration: step.durationNanoseconds)
        whole.attributes = JSONObject([
            ("step.status", .string(step.status.rawValue)),
            ("llm.model", step.modelHandle.map { .string($0) } ?? .null),
            ("llm.prompt_tokens", .int(Int64(step.usage.prompt))),
            ("llm.completion_tokens", .int(Int64(step.usage.completion))),
        ])
        var spans = [whole]
        if let nanoseconds = step.modelNanoseconds {
            spans.append(
                RunSpan(
                    "llm_request", id: step.id + "/llm", parentID: step.id,
                    started: step.modelStartedNanoseconds ?? start, duration: nanoseconds))
        }
        if let nanoseconds = step.toolNanoseconds {
            // The tools are called when the model has answered.
            let answered = (step.modelStartedNanoseconds ?? start) + (step.modelNanoseconds ?? 0)
            var tools = RunSpan(
                "tool_execution", id: step.id + "/tools", parentID: step.id, started: answered, duration: nanoseconds)
            tools.attributes = JSONObject([("tool.names", .array(step.tools.map { .string($0) }))])
            spans.append(tools)
        }
        return spans
    }
}
