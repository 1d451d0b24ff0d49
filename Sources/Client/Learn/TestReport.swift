/// What a run of tests said: which failed and how, which passed.
package struct TestReport: Sendable, Equatable {
    package var failures: [FailedTest] = []
    /// As `FailedTest.name`.
    package var passed: Set<String> = []
    package var skipped = 0

    package init() {}

    package var isEmpty: Bool { failures.isEmpty && passed.isEmpty && skipped == 0 }

    /// Adds what another file of the same run said. A test that failed once has failed.
    package mutating func add(_ other: TestReport) {
        failures += other.failures
        passed.formUnion(other.passed)
        skipped += other.skipped
        settle()
    }

    /// One failure a test, and none of them among what passed: some tools list each try of a test.
    mutating func settle() {
        var seen: Set<String> = []
        failures = failures.filter { seen.insert($0.name).inserted }
        passed.subtract(seen)
    }
}

/// One test that failed.
package struct FailedTest: Sendable, Equatable {
    /// What tells it from all others: `tests.test_orders.test_total`, `OrderTests.testTotal`.
    package var name: String
    package var file: String?
    package var line: Int?
    /// The assertion or exception, in a line or a few.
    package var error: String
    /// Where it happened: the lines of a stack trace that help.
    package var trace: [String] = []

    package init(name: String, file: String? = nil, line: Int? = nil, error: String, trace: [String] = []) {
        self.name = name
        self.file = file
        self.line = line
        self.error = error
        self.trace = trace
    }

    /// The name that a test goes by in memory: pytest's `tests/test_a.py::test_b` as its XML has it, `tests.test_a.test_b`.
    static func known(_ name: String) -> String {
        var name = LearnedText.line(name, 300)
        if let mark = name.firstRange(of: ".py::") {
            let module = name[..<mark.lowerBound].split(separator: "/").joined(separator: ".")
            let rest = name[mark.upperBound...].prefix { $0 != "[" }
            let parameters = name[mark.upperBound...].dropFirst(rest.count)
            let path = rest.split(separator: ":", omittingEmptySubsequences: true).joined(separator: ".")
            name = module + "." + path + parameters
        }
        return name
    }

    /// A failure as somebody tells it.
    package init(reported name: String, file: String?, line: Int?, error: String?, trace: String?, in run: CIRun) {
        self.init(
            name: name, file: file, line: line, message: error, output: trace ?? "", folder: run.folder)
    }

    /// What a tool printed about the failure, cut down to what helps.
    /// - Parameters:
    ///   - message: the tool's short form of it, when there is one.
    ///   - folder: the project's, which paths are shown relative to.
    init(name: String, file: String?, line: Int?, message: String?, output: String, folder: String?) {
        let trace = StackTrace(LearnedText.clean(output), folder: folder)
        let place = trace.place
        let message = LearnedText.clean(message ?? "")
        self.name = Self.known(name)
        self.file = (file.map { LearnedText.relative($0, to: folder) } ?? place?.file).map { LearnedText.line($0, 300) }
        self.line = line ?? (place?.file == self.file ? place?.line : nil)
        // Some tools say no more than that it failed where others say why.
        let isEmpty = ["", "failed", "failure", "error", "assertion failed"].contains(message.lowercased())
        error = LearnedText.lines(isEmpty ? trace.assertion ?? "Failed" : message, 8, 800)
        // A line that is no more than the place says nothing new.
        let here = "\(self.file ?? ""):\(self.line ?? 0):"
        self.trace = trace.lines.filter { line in
            !error.contains(line) && !(line.hasPrefix(here) && !line.dropFirst(here.count + 1).contains(" "))
        }
    }
}
