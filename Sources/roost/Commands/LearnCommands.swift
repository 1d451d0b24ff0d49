import Client
import Platform

/// `roost learn …`: what pipelines and operations teach.
enum LearnCommands {
    static var all: [Command] {
        [deployment, testFailure, incident, regression, resolve, gitHub] + LearnReports.all
    }

    private static let identity = Option("id", "ID", "What tells it from others: told twice, it is stored once")

    private static var deployment: Command {
        LearnRun.command(
            "deployment", "Stores how a deployment went",
            options: [
                Option("version", "VERSION", "What was deployed"),
                Option("environment", "NAME", "Where to: production"),
                Option("status", "STATUS", "success, failure, rolled_back, …"),
                Option("duration", "SECONDS", "How long it took"), Option("rollback", nil, "It was rolled back"),
                Option("issue", "TEXT", "What went wrong; may be repeated", repeated: true),
                Option("resolution", "TEXT", "How it was mended"), identity,
            ],
            detail: "One that went well resolves those to the same environment that had failed before.",
            examples: [
                "roost learn deployment --version v1.4.2 --environment production --status success --duration 212",
                "roost learn deployment --version v1.4.3 --environment production --status failure --rollback --issue "
                    + "'migration 17 locks orders'",
            ]
        ) { learn in
            let call = learn.call
            var deployment = LearnedDeployment(
                version: try call.required("version"), environment: try call.required("environment"),
                status: try call.required("status"))
            deployment.seconds = try call.number("duration")
            deployment.isRollback = call.flag("rollback")
            deployment.issues = call.texts("issue")
            deployment.resolution = call.text("resolution")
            deployment.identity = call.text("id")
            return try await learn.memory.learn(deployment, in: learn.run)
        }
    }

    private static var testFailure: Command {
        LearnRun.command(
            "test-failure", "Stores that a test failed; again, it is counted", [Operand("TEST", "Its name")],
            options: [
                Option("error", "TEXT", "What it said; - reads standard input"), Option("file", "PATH", "Where it is"),
                Option("line", "NUMBER", "The line", kind: .integer(1...10_000_000)),
                Option("trace", "TEXT", "The stack trace; - reads standard input"),
                Option("resolution", "TEXT", "How it was mended"),
            ],
            examples: [
                "roost learn test-failure OrderTests.testTotal --error 'expected 3, got 4' --file Tests/OrderTests.swift"
            ]
        ) { learn in
            let call = learn.call
            let error = try call.text("error").map { $0 == "-" ? try FileText.readText("-") : $0 }
            let trace = try call.text("trace").map { $0 == "-" ? try FileText.readText("-") : $0 }
            let name = call.operand(0) ?? ""
            var report = TestReport()
            report.failures = [
                FailedTest(
                    reported: name, file: call.text("file"), line: call.integer("line"), error: error, trace: trace,
                    in: learn.run)
            ]
            var outcome = try await learn.memory.learn(report, in: learn.run)
            if let text = call.text("resolution") {
                outcome.entries.append(try await learn.memory.resolve(name, text, in: learn.run))
            }
            return outcome
        }
    }

    private static var incident: Command {
        LearnRun.command(
            "incident", "Stores an incident and what it taught", [Operand("TITLE", "What happened, in a line")],
            options: [
                Option("severity", "LEVEL", "critical, high, medium, low, or your own"),
                Option("description", "TEXT", "What happened; - reads standard input"),
                Option("root-cause", "TEXT", "Why"), Option("resolution", "TEXT", "How it was mended"),
                Option("prevention", "TEXT", "What keeps it from happening again"), identity,
            ],
            examples: [
                "roost learn incident 'Checkout was down for 20 minutes' --severity high --root-cause 'expired certificate' "
                    + "--resolution 'renewed it' --prevention 'alert 14 days before'"
            ]
        ) { learn in
            let call = learn.call
            var incident = LearnedIncident(title: call.operand(0) ?? "")
            incident.severity = call.text("severity")
            incident.description = try call.text("description").map { $0 == "-" ? try FileText.readText("-") : $0 }
            incident.rootCause = call.text("root-cause")
            incident.resolution = call.text("resolution")
            incident.prevention = call.text("prevention")
            incident.identity = call.text("id")
            var outcome = LearnOutcome()
            outcome.entries = [try await learn.memory.learn(incident.note(in: learn.run))]
            return outcome
        }
    }

    private static var regression: Command {
        LearnRun.command(
            "regression", "Stores that a number got worse", [Operand("METRIC", "What was measured: p95 of /orders")],
            options: [
                Option("baseline", "NUMBER", "What it was"), Option("current", "NUMBER", "What it is"),
                Option("unit", "UNIT", "ms, MB, …"), Option("detail", "TEXT", "What is known about it"), identity,
            ],
            examples: [
                "roost learn regression 'p95 of GET /orders' --baseline 180 --current 260 --unit ms --commit 4f2a9c1"
            ]
        ) { learn in
            let call = learn.call
            guard let baseline = try call.number("baseline"), let current = try call.number("current") else {
                throw UsageError(
                    message: "Give both numbers: --baseline NUMBER --current NUMBER.", path: call.command.path)
            }
            var regression = LearnedRegression(metric: call.operand(0) ?? "", baseline: baseline, current: current)
            regression.unit = call.text("unit")
            regression.detail = call.text("detail")
            regression.identity = call.text("id")
            var outcome = LearnOutcome()
            outcome.entries = [try await learn.memory.learn(regression.note(in: learn.run))]
            return outcome
        }
    }

    private static var resolve: Command {
        LearnRun.command(
            "resolve", "Notes how something that failed was mended",
            [Operand("TEST", "A test's name, a part of it, or the id of any passage of CI")],
            options: [Option("resolution", "TEXT", "How it was mended")],
            examples: [
                "roost learn resolve OrderTests.testTotal --resolution 'rounding is done once, at the end' --commit 4f2a9c1"
            ]
        ) { learn in
            var outcome = LearnOutcome()
            // A person types this: the commit that CI happens to be at did not mend it.
            var run = learn.run
            run.commit = learn.call.text("commit")
            outcome.entries = [
                try await learn.memory.resolve(
                    learn.call.operand(0) ?? "", try learn.call.required("resolution"), in: run)
            ]
            return outcome
        }
    }

    private static var gitHub: Command {
        LearnRun.command(
            "github", "Learns from the event that a GitHub workflow runs for",
            detail: """
                Reads GITHUB_EVENT_NAME and the file of GITHUB_EVENT_PATH: deployment_status, workflow_run, check_run, workflow_job.
                Other events are named and left. Writes to GITHUB_STEP_SUMMARY and GITHUB_OUTPUT when they are set.
                """,
            examples: ["roost learn github"]
        ) { learn in
            let environment = learn.call.surroundings.environment
            guard let name = environment["GITHUB_EVENT_NAME"], let path = environment["GITHUB_EVENT_PATH"] else {
                throw Failure(
                    "GITHUB_EVENT_NAME and GITHUB_EVENT_PATH are not set: this is for workflows of GitHub Actions.")
            }
            let payload: JSONValue
            do { payload = try JSONValue(parsing: try FileText.read(path, limit: 32 << 20)) } catch let error
                as JSONError
            {
                throw Failure("The event in \(path) is not JSON: \(error).")
            }
            return try await GitHubEvent(name, payload, in: learn.run).learn(learn.memory)
        }
    }
}

extension Invocation {
    /// An option that the command cannot do without.
    func required(_ name: String) throws -> String {
        if let text = text(name) { return text }
        throw UsageError(message: "--\(name) is missing.", path: command.path)
    }
}
