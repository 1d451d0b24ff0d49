import Platform

/// What `swift test` prints, of XCTest and of Swift Testing.
package enum SwiftTestOutput {
    package static func read(_ text: String, folder: String?) -> TestReport {
        var reading = SwiftTestReading(folder: folder)
        for line in LearnedText.clean(text).split(whereSeparator: \.isNewline) { reading.take(String(line)) }
        return reading.finished()
    }
}

private struct SwiftTestReading {
    let folder: String?
    private var report = TestReport()
    private var issues: [(name: String, file: String?, line: Int?, message: String)] = []
    private var failed: [String] = []

    init(folder: String?) { self.folder = folder }

    mutating func take(_ line: String) {
        if let mark = line.firstRange(of: ": error: ") {
            takeXCTestError(line, mark)
        } else if line.hasPrefix("Test Case '") {
            takeXCTestResult(line)
        } else {
            takeSwiftTesting(line)
        }
    }

    // MARK: XCTest

    /// `/src/OrderTests.swift:42: error: OrderTests.testTotal : XCTAssertEqual failed: …`.
    private mutating func takeXCTestError(_ line: String, _ mark: Range<String.Index>) {
        let rest = line[mark.upperBound...]
        guard let colon = rest.firstRange(of: " : ") else { return }
        let place = line[..<mark.lowerBound].split(separator: ":")
        let name = String(rest[..<colon.lowerBound])
        guard name.contains("."), !name.contains(" ") else { return }
        issues.append(
            (
                name, place.first.map(String.init), place.dropFirst().first.flatMap { Int($0) },
                String(rest[colon.upperBound...])
            ))
    }

    /// `Test Case 'OrderTests.testTotal' passed (0.1 seconds)`; on macOS `'-[Module.OrderTests testTotal]'`.
    private mutating func takeXCTestResult(_ line: String) {
        let rest = line.dropFirst("Test Case '".count)
        guard let end = rest.firstIndex(of: "'") else { return }
        var name = String(rest[..<end])
        if name.hasPrefix("-["), name.hasSuffix("]") {
            name = String(name.dropFirst(2).dropLast()).split(separator: " ").joined(separator: ".")
        }
        let result = rest[rest.index(after: end)...]
        if result.hasPrefix(" passed") { report.passed.insert(name) }
        if result.hasPrefix(" failed") { failed.append(name) }
        if result.hasPrefix(" skipped") { report.skipped += 1 }
    }

    // MARK: Swift Testing

    /// `✘ Test total() recorded an issue at OrderTests.swift:12:5: Expectation failed: …`, `✔ Test "a name" passed after …`.
    private mutating func takeSwiftTesting(_ line: String) {
        // The sign before it differs by platform and font.
        guard let mark = line.firstRange(of: " Test "), line[..<mark.lowerBound].unicodeScalars.count <= 3 else {
            return
        }
        let rest = line[mark.upperBound...]
        if let issue = rest.firstRange(of: " recorded an issue") {
            takeIssue(name: rest[..<issue.lowerBound], rest[issue.upperBound...])
        } else if let end = rest.firstRange(of: " passed after ") {
            if !rest.hasPrefix("run with ") { report.passed.insert(Self.name(rest[..<end.lowerBound])) }
        } else if let end = rest.firstRange(of: " failed after ") {
            if !rest.hasPrefix("run with ") { failed.append(Self.name(rest[..<end.lowerBound])) }
        } else if rest.contains(" skipped") {
            report.skipped += 1
        }
    }

    private mutating func takeIssue(name: Substring, _ rest: Substring) {
        // Arguments stand before the place, and may say " at " themselves.
        var rest = rest
        while let at = rest.firstRange(of: " at ") {
            rest = rest[at.upperBound...]
            let parts = rest.split(separator: ":", maxSplits: 3)
            guard parts.count == 4, let line = Int(parts[1]), Int(parts[2]) != nil else { continue }
            issues.append((Self.name(name), String(parts[0]), line, parts[3].trimmed))
            return
        }
    }

    /// `"a name" with 3 test cases` is the test `a name`; `total()` stays as it is.
    private static func name(_ text: Substring) -> String {
        var name = text
        if let arguments = name.firstRange(of: " with "),
            name.hasSuffix("case") || name.hasSuffix("cases") || name[arguments.upperBound...].contains("argument")
        {
            name = name[..<arguments.lowerBound]
        }
        if name.hasPrefix("\""), name.hasSuffix("\""), name.count > 1 { name = name.dropFirst().dropLast() }
        return String(name)
    }

    mutating func finished() -> TestReport {
        for issue in issues {
            report.failures.append(
                FailedTest(
                    name: issue.name, file: issue.file, line: issue.line, message: issue.message, output: "",
                    folder: folder))
        }
        // A crash leaves no issue behind.
        for name in failed where !issues.contains(where: { $0.name == name }) {
            report.failures.append(FailedTest(name: FailedTest.known(name), error: "Failed"))
        }
        report.passed = Set(report.passed.map(FailedTest.known))
        report.settle()
        return report
    }
}
