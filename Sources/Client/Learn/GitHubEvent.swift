package import Platform

/// What GitHub says happened (`GITHUB_EVENT_NAME` and the JSON of `GITHUB_EVENT_PATH`), as far as something is to be learned
/// from it. Branches, titles and messages in it may be a stranger's.
package struct GitHubEvent: Sendable {
    package enum Lesson: Sendable {
        case deployment(LearnedDeployment)
        /// Something that failed or passed.
        /// - Parameter occurrence: what tells this try from others.
        case result(LearnedMemory.Kind, TestReport, occurrence: String)
        /// Nothing, and why.
        case nothing(String)
    }

    package let lesson: Lesson
    package let run: CIRun

    package init(_ name: String, _ payload: JSONValue, in run: CIRun) {
        var reading = Reading(payload: payload, run: run)
        lesson = reading.lesson(name)
        self.run = reading.run
    }

    package func learn(_ memory: LearnedMemory) async throws -> LearnOutcome {
        switch lesson {
        case .deployment(let deployment): return try await memory.learn(deployment, in: run)
        case .result(let kind, let report, let occurrence):
            return try await memory.learn(report, kind, in: run, occurrence: occurrence)
        case .nothing(let reason):
            var outcome = LearnOutcome()
            outcome.notes = [reason]
            return outcome
        }
    }
}

private struct Reading {
    let payload: JSONValue
    var run: CIRun

    init(payload: JSONValue, run: CIRun) {
        self.payload = payload
        self.run = run
        let repository = payload["repository"]?["full_name"]?.string
        self.run.repository = repository ?? run.repository
    }

    mutating func lesson(_ name: String) -> GitHubEvent.Lesson {
        switch name {
        case "deployment_status": return deploymentStatus()
        case "deployment": return .nothing("A deployment began; its deployment_status says how it went.")
        case "workflow_run": return completed("workflow_run", .workflow)
        case "check_run": return completed("check_run", .check)
        case "workflow_job": return completed("workflow_job", .job)
        default:
            return .nothing(
                "Nothing is learned from the event '\(LearnedText.line(name, 50))'. Known are deployment_status, workflow_run, "
                    + "check_run and workflow_job; reports of tests are read by 'roost learn junit'.")
        }
    }

    // MARK: Deployments

    private mutating func deploymentStatus() -> GitHubEvent.Lesson {
        guard let status = payload["deployment_status"], let deployment = payload["deployment"],
            let state = status["state"]?.string
        else { return .nothing("The event has no deployment_status.state; nothing is stored.") }
        guard ["success", "failure", "error"].contains(state) else {
            return .nothing("The deployment is '\(LearnedText.line(state, 30))': nothing to learn before it ends.")
        }
        let environment = status["environment"]?.string ?? deployment["environment"]?.string ?? "unknown"
        var learned = LearnedDeployment(
            version: deployment["ref"]?.string ?? deployment["sha"]?.string ?? "unknown", environment: environment,
            status: state)
        learned.commit = deployment["sha"]?.string
        learned.seconds = seconds(deployment["created_at"], status["created_at"])
        learned.detail = status["description"]?.string
        learned.isRollback = deployment["task"]?.string?.lowercased().contains("rollback") == true
        learned.url = status["log_url"]?.string.flatMap { $0.isEmpty ? nil : $0 } ?? status["target_url"]?.string
        if let id = deployment["id"]?.int { learned.identity = "github-\(run.repository ?? "")-\(id)" }
        take(time: status["created_at"])
        return .deployment(learned)
    }

    // MARK: Runs

    /// The three kinds of run have the same shape but for details.
    private mutating func completed(_ member: String, _ kind: LearnedMemory.Kind) -> GitHubEvent.Lesson {
        guard let item = payload[member] else { return .nothing("The event has no \(member); nothing is stored.") }
        guard item["status"]?.string == "completed" || payload["action"]?.string == "completed" else {
            return .nothing("The \(kind.rawValue) has not ended: nothing to learn yet.")
        }
        let conclusion = item["conclusion"]?.string ?? "unknown"
        takeRun(item)
        let name = self.name(item, kind)
        var report = TestReport()
        switch conclusion {
        case "success": report.passed = [name]
        case "failure", "timed_out", "startup_failure": report.failures = [failure(item, name, kind, conclusion)]
        default:
            return .nothing("The \(kind.rawValue) ended as '\(LearnedText.line(conclusion, 30))': nothing to learn.")
        }
        let attempt = item["run_attempt"]?.int.map { "-\($0)" } ?? ""
        let id = item["id"]?.int.map { "\($0)\(attempt)" } ?? run.occurrence(of: name)
        return .result(kind, report, occurrence: "github-\(kind.rawValue)-\(id)")
    }

    private func name(_ item: JSONValue, _ kind: LearnedMemory.Kind) -> String {
        var name = item["name"]?.string ?? payload["workflow"]?["name"]?.string ?? "unknown"
        if kind == .job, let workflow = item["workflow_name"]?.string { name = "\(workflow) / \(name)" }
        if kind == .check, let app = item["app"]?["name"]?.string { name = "\(app) / \(name)" }
        return LearnedText.line(name, 300)
    }

    private mutating func takeRun(_ item: JSONValue) {
        run.commit = item["head_sha"]?.string ?? run.commit
        run.url = item["html_url"]?.string ?? item["details_url"]?.string ?? run.url
        run.branch = item["head_branch"]?.string ?? item["check_suite"]?["head_branch"]?.string
        take(time: item["completed_at"] ?? item["updated_at"])
        // A branch of the same name in somebody else's fork is another one.
        if let head = item["head_repository"], head["full_name"]?.string != run.repository {
            run.isForeign = true
            run.branch = "\(head["owner"]?["login"]?.string ?? "fork"):\(run.branch ?? "")"
        } else if item["check_suite"] != nil, item["check_suite"]?["head_branch"]?.string == nil {
            // GitHub does not name the branch of a check on a fork's commit.
            run.isForeign = true
            run.branch = "fork:" + (run.commit ?? "")
        }
    }

    private func failure(
        _ item: JSONValue, _ name: String, _ kind: LearnedMemory.Kind, _ conclusion: String
    ) -> FailedTest {
        var error = conclusion == "failure" ? "it failed" : "it ended as \(conclusion)"
        let start = item["run_started_at"] ?? item["started_at"] ?? item["created_at"]
        if let seconds = seconds(start, item["completed_at"] ?? item["updated_at"]) {
            error += " after \(LearnedLines.duration(seconds))"
        }
        let steps = (item["steps"]?.array ?? []).filter { $0["conclusion"]?.string == "failure" }
        if !steps.isEmpty {
            error +=
                " in step "
                + steps.compactMap { $0["name"]?.string }.map { LearnedText.line($0, 100) }.joined(separator: ", ")
        }
        if let number = item["run_number"]?.int {
            error += " (run \(number), \(LearnedText.line(item["event"]?.string ?? "", 40)))"
        }
        let output = item["output"]
        let words = [output?["title"]?.string, output?["summary"]?.string, output?["text"]?.string].compactMap { $0 }
        for text in words where !text.isEmpty { error += "\n" + LearnedText.lines(LearnedText.clean(text), 4, 400) }
        let change = item["display_title"]?.string ?? item["head_commit"]?["message"]?.string
        if let change { error += "\nThe change: \(LearnedText.line(change, 150))" }
        var trace: [String] = []
        if let url = run.url { trace.append(LearnedText.line(url, 300)) }
        return FailedTest(
            name: name, file: item["path"]?.string.map { LearnedText.line($0, 300) }, error: error, trace: trace)
    }

    // MARK: Times

    private mutating func take(time: JSONValue?) {
        if let text = time?.string, let time = Timestamp(iso8601: text) { run.time = time }
    }

    /// Nil for a time that is missing, or an end before the start.
    private func seconds(_ start: JSONValue?, _ end: JSONValue?) -> Double? {
        guard let start = start?.string.flatMap({ Timestamp(iso8601: $0) }),
            let end = end?.string.flatMap({ Timestamp(iso8601: $0) }), start <= end
        else { return nil }
        return Double(end.microseconds - start.microseconds) / 1_000_000
    }
}
