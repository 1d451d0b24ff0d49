import Client
import Platform

/// `roost learn junit|pytest|swift-test`: reports of tests.
enum LearnReports {
    static var all: [Command] { [junit, pytest, swiftTest] }

    private static let detail =
        "A test that fails again is counted in its passage; one that failed before and passes now, on the same branch, is "
        + "marked as resolved."

    private static var junit: Command {
        LearnRun.command(
            "junit", "Learns from reports in JUnit's XML",
            [
                Operand(
                    "REPORT", "A file, a folder of them, or a quoted pattern such as 'build/**/TEST-*.xml'",
                    repeated: true)
            ],
            detail: detail,
            examples: [
                "roost learn junit build/test-results", "roost learn junit 'target/**/TEST-*.xml' --branch main",
            ]
        ) { learn in
            let files = try ReportFiles.find(learn.call.operands, ending: ".xml")
            guard !files.isEmpty else {
                throw Failure("No report fits \(learn.call.operands.joined(separator: " ")). Did the tests write one?")
            }
            var report = TestReport()
            var problems: [String] = []
            for file in files {
                do {
                    report.add(try JUnitReport.read(try FileText.read(file, limit: 64 << 20), folder: learn.run.folder))
                } catch {
                    problems.append("\(file) was left out: \(error)")
                }
            }
            if problems.count == files.count { throw Failure(problems.joined(separator: " ")) }
            var outcome = try await learn.learn(report)
            outcome.notes += problems
            return outcome
        }
    }

    private static var pytest: Command {
        console(
            "pytest", "Learns from what pytest printed", "pytest -rfE -v > tests.log; roost learn pytest tests.log"
        ) { PytestOutput.read($0, folder: $1) }
    }

    private static var swiftTest: Command {
        console(
            "swift-test", "Learns from what 'swift test' printed",
            "swift test > tests.log 2>&1; roost learn swift-test tests.log"
        ) { SwiftTestOutput.read($0, folder: $1) }
    }

    private static func console(
        _ name: String, _ summary: String, _ example: String,
        _ read: @escaping @Sendable (String, _ folder: String?) -> TestReport
    ) -> Command {
        LearnRun.command(
            name, summary, [Operand("FILE", "What was printed; - or nothing reads standard input", optional: true)],
            detail: detail, examples: [example]
        ) { learn in
            let bytes = try FileText.read(learn.call.operand(0) ?? "-")
            let report = read(String(decoding: bytes, as: UTF8.self), learn.run.folder)
            guard !report.isEmpty else {
                throw Failure(
                    "There is no result of a test in it. Is it the output of \(name), with the names of the tests?")
            }
            return try await learn.learn(report)
        }
    }
}

extension LearnRun {
    /// Stores a report and says how the tests went.
    func learn(_ report: TestReport) async throws -> LearnOutcome {
        var outcome = try await memory.learn(report, in: run)
        outcome.notes.append(
            "Tests: \(report.failures.count) failed, \(report.passed.count) passed, \(report.skipped) skipped.")
        return outcome
    }
}
