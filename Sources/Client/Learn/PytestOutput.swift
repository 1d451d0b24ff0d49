import Platform

/// What pytest prints. Read are the sections of `FAILURES` and `ERRORS` and the lines of the short summary; with `-v` also
/// which tests passed.
package enum PytestOutput {
    package static func read(_ text: String, folder: String?) -> TestReport {
        let lines = LearnedText.clean(text).split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        var reading = PytestReading(folder: folder)
        for line in lines { reading.take(String(line)) }
        return reading.finished()
    }
}

private struct PytestReading {
    let folder: String?
    private var passed: Set<String> = []
    private var skipped = 0
    /// Node ids with the summary's message, in their order.
    private var failed: [(node: String, message: String?)] = []
    /// The output of each section, by its title: `test_total`, `TestOrders.test_total[1]`, `ERROR at setup of test_total`.
    private var sections: [String: String] = [:]
    private var section: String?

    init(folder: String?) { self.folder = folder }

    mutating func take(_ line: String) {
        if let title = Self.title(line, "=") {
            section = nil
            // The last line: `2 failed, 1 passed, 3 skipped in 0.12s`.
            for (number, word) in zip(title.split(separator: " "), title.split(separator: " ").dropFirst())
            where word.hasPrefix("skipped") { skipped = Int(number) ?? skipped }
        } else if let title = Self.title(line, "_") {
            section = title
        } else if line.hasPrefix("FAILED ") || line.hasPrefix("ERROR ") {
            takeSummary(line)
        } else if let section {
            // A captured log may be of any length; what counts stands first.
            if sections[section, default: ""].utf8.count < 100_000 { sections[section, default: ""] += line + "\n" }
        } else {
            takeProgress(line)
        }
    }

    /// The text in a line such as `____ test_total ____`.
    private static func title(_ line: String, _ fill: Character) -> String? {
        guard line.hasPrefix(String(repeating: fill, count: 2)), line.hasSuffix(String(repeating: fill, count: 2))
        else {
            return nil
        }
        let inner = line.drop { $0 == fill }.trimmed
        let text = String(inner.reversed().drop { $0 == fill }.reversed()).trimmed
        return text.isEmpty || !line.contains(" ") ? nil : text
    }

    /// `FAILED tests/test_orders.py::test_total - AssertionError: assert 3 == 4`.
    private mutating func takeSummary(_ line: String) {
        let rest = line.drop { $0 != " " }.dropFirst()
        let parts =
            rest.firstRange(of: " - ").map { (rest[..<$0.lowerBound], Optional(rest[$0.upperBound...])) } ?? (rest, nil)
        let node = parts.0.trimmed
        guard node.contains(".py") else { return }
        failed.removeAll { $0.node == node }
        failed.append((node, parts.1.map { String($0) }))
    }

    /// `tests/test_orders.py::test_total PASSED  [ 50%]`.
    private mutating func takeProgress(_ line: String) {
        guard let mark = line.firstRange(of: "::"), line[..<mark.lowerBound].hasSuffix(".py") else { return }
        for (word, isPass) in [(" PASSED", true), (" XPASS", true), (" FAILED", false), (" ERROR", false)] {
            guard let end = line.firstRange(of: word) else { continue }
            let node = line[..<end.lowerBound].trimmed
            if isPass {
                passed.insert(node)
            } else if !failed.contains(where: { $0.node == node }) {
                failed.append((node, nil))
            }
            return
        }
    }

    func finished() -> TestReport {
        var report = TestReport()
        report.passed = Set(passed.map(FailedTest.known))
        report.skipped = skipped
        for (node, message) in failed {
            let parts = node.split(separator: "::", omittingEmptySubsequences: true).map(String.init)
            let title = parts.dropFirst().joined(separator: ".")
            let output = section(title) ?? ""
            // The summary's message is cut to the terminal's width; the section has all of it.
            let isCut = message?.hasSuffix("...") == true
            report.failures.append(
                FailedTest(
                    name: node, file: parts.first, line: nil, message: isCut && !output.isEmpty ? nil : message,
                    output: output, folder: folder))
        }
        report.settle()
        return report
    }

    private func section(_ title: String) -> String? {
        for name in [title, "ERROR at setup of \(title)", "ERROR at teardown of \(title)"] {
            if let text = sections[name] { return text }
        }
        return sections.first { $0.key.hasPrefix("ERROR collecting") && title.isEmpty }?.value
    }
}
