/// A report in JUnit's XML, as pytest, Surefire, Gradle, jest-junit, go-junit-report, `swift test --xunit-output` and many
/// others write it: suites in suites, cases with `failure`, `error` or `skipped` in them.
package enum JUnitReport {
    /// - Parameter folder: the project's, which paths are shown relative to.
    /// - Throws: `XMLError`, also for XML that is no report of tests.
    package static func read(_ bytes: [UInt8], folder: String?) throws(XMLError) -> TestReport {
        var reading = JUnitReading(folder: folder)
        var reader = try XMLReader(bytes)
        while let event = try reader.next() { reading.take(event) }
        guard reading.isReport else {
            throw XMLError(message: "no <testsuite>: this is no JUnit report; it begins", line: 1)
        }
        reading.report.settle()
        return reading.report
    }
}

/// What is known while a report is read.
private struct JUnitReading {
    let folder: String?
    var report = TestReport()
    var isReport = false
    private var suites: [[String: String]] = []
    private var test: Test?
    /// The `failure` or `error` whose text is being read.
    private var problem: Problem?
    /// Inside of an element that says nothing about the result: `system-out`, `properties`.
    private var ignored = 0

    private struct Problem {
        let message: String?
        let type: String?
        var text = ""
    }

    private struct Test {
        let attributes: [String: String]
        var problem: Problem?
        var isSkipped = false
    }

    private static let longestText = 200_000

    init(folder: String?) { self.folder = folder }

    mutating func take(_ event: XMLEvent) {
        switch event {
        case .start(let name, let attributes): start(name, attributes)
        case .text(let text):
            if ignored == 0, let count = problem?.text.utf8.count, count < Self.longestText { problem?.text += text }
        case .end(let name): end(name)
        }
    }

    private mutating func start(_ name: String, _ attributes: [String: String]) {
        if ignored > 0 || problem != nil {
            ignored += 1
            return
        }
        switch name {
        case "testsuites": isReport = true
        case "testsuite":
            isReport = true
            suites.append(attributes)
        case "testcase": test = Test(attributes: attributes)
        case "failure", "error":
            // A suite's own, outside of a case, is its setup's.
            problem = Problem(message: attributes["message"], type: attributes["type"])
        case "skipped": test?.isSkipped = true; ignored += 1
        default: ignored += 1
        }
    }

    private mutating func end(_ name: String) {
        if ignored > 0 {
            ignored -= 1
            return
        }
        switch name {
        case "testsuite": suites.removeLast()
        case "failure", "error":
            guard let found = problem else { return }
            problem = nil
            if test == nil {
                fail([:], found)
            } else if test?.problem == nil {
                test?.problem = found
            }
        case "testcase":
            if let test { settle(test) }
            test = nil
        default: break
        }
    }

    private mutating func settle(_ test: Test) {
        if let problem = test.problem { return fail(test.attributes, problem) }
        if test.isSkipped || test.attributes["status"] == "notrun" {
            report.skipped += 1
        } else {
            report.passed.insert(FailedTest.known(name(test.attributes)))
        }
    }

    private mutating func fail(_ attributes: [String: String], _ problem: Problem) {
        var message = problem.message ?? ""
        // pytest words it `failed on setup with "…"`; others give the exception's name apart.
        if let type = problem.type, !type.isEmpty, !message.isEmpty, !message.contains(type),
            type.contains("rror") || type.contains("xception")
        {
            message = type + ": " + message
        }
        let file = attributes["file"] ?? suites.last?["file"]
        report.failures.append(
            FailedTest(
                name: name(attributes), file: file, line: attributes["line"].flatMap { Int($0) }, message: message,
                output: problem.text, folder: folder))
    }

    /// `classname.name`, else the suite's name before it.
    private func name(_ attributes: [String: String]) -> String {
        let own = attributes["name"] ?? ""
        let holder = attributes["classname"] ?? suites.last?["name"] ?? ""
        if own.isEmpty { return holder.isEmpty ? "a suite without a name" : holder }
        // jest-junit may repeat the suite in both.
        return holder.isEmpty || own.hasPrefix(holder) ? own : holder + "." + own
    }
}
