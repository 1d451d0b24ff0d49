import Platform

/// What helps of a stack trace, whichever language printed it: the assertion and the first frames of the project's own code.
struct StackTrace {
    struct Place: Equatable {
        let file: String
        let line: Int
    }

    /// The error as the output words it; nil when no line looks like one.
    private(set) var assertion: String?
    /// A few lines, with paths relative to the project.
    private(set) var lines: [String] = []
    /// Where the project's code failed.
    private(set) var place: Place?

    private static let mostFrames = 4
    private static let longest = 200

    init(_ output: String, folder: String?) {
        let all = output.split(whereSeparator: \.isNewline).prefix(2000).map(\.trimmed).filter { !$0.isEmpty }
        let isInnermostLast = all.contains { $0.hasPrefix("Traceback (most recent call last)") }
        var frames: [(text: String, place: Place)] = []
        var errors: [String] = []
        for line in all {
            if let place = Self.place(in: line, folder) {
                if Self.isForeign(line) { continue }
                frames.append((Self.shown(line, folder), place))
                // `file.go:12: message` and `file.swift:12: error: message` are both.
                if let message = Self.message(behind: place, in: line) { errors.append(message) }
            } else if let error = Self.error(in: line) {
                errors.append(error)
            }
        }
        let own =
            isInnermostLast ? Array(frames.suffix(Self.mostFrames).reversed()) : Array(frames.prefix(Self.mostFrames))
        place = own.first?.place
        assertion = errors.isEmpty ? all.first : errors.prefix(4).joined(separator: "\n")
        lines = own.map(\.text).uniqued
        if lines.isEmpty, errors.isEmpty { lines = all.prefix(5).map { ShortText.beginning(of: $0, Self.longest) } }
    }

    private static func shown(_ line: String, _ folder: String?) -> String {
        var line = line
        if let folder, folder.count > 1 { line.replace(folder + "/", with: "") }
        return ShortText.beginning(of: line, longest)
    }

    // MARK: Frames

    /// The file and line that a line names, in the ways of the languages that are about.
    private static func place(in line: String, _ folder: String?) -> Place? {
        if line.hasPrefix("File \"") { return pythonPlace(line, folder) }
        // `name.ext:12`, anywhere in the line.
        for word in line.split(whereSeparator: { " ()[]\"'`,|<>".contains($0) }) {
            let parts = word.split(separator: ":", omittingEmptySubsequences: true)
            for index in parts.indices.dropFirst() {
                guard let number = Int(parts[index]), number > 0, isFile(parts[index - 1]) else { continue }
                let start = index >= 2 && ["file", "webpack"].contains(parts[0]) ? index - 1 : parts.startIndex
                let file = parts[start..<index].joined(separator: ":")
                return Place(file: LearnedText.relative(file, to: folder), line: number)
            }
        }
        return nil
    }

    /// `File "src/app.py", line 12, in total`.
    private static func pythonPlace(_ line: String, _ folder: String?) -> Place? {
        let parts = line.dropFirst(6).split(separator: "\"", maxSplits: 1)
        guard parts.count == 2, let mark = parts[1].firstRange(of: "line "),
            let number = Int(parts[1][mark.upperBound...].prefix { $0.isNumber })
        else { return nil }
        return Place(file: LearnedText.relative(String(parts[0]), to: folder), line: number)
    }

    private static let endings: Set<String> = [
        "py", "swift", "java", "kt", "kts", "scala", "groovy", "js", "mjs", "cjs", "jsx", "ts", "mts", "tsx", "vue",
        "go", "rs",
        "rb", "php", "cs", "fs", "c", "cc", "cpp", "cxx", "h", "hpp", "m", "mm", "ex", "exs", "dart", "lua", "zig",
        "hs",
    ]

    private static func isFile(_ word: Substring) -> Bool {
        guard let dot = word.lastIndex(of: "."), dot > word.startIndex else { return false }
        return endings.contains(word[word.index(after: dot)...].lowercased())
    }

    /// Frames of the language, its libraries and the test runner: nobody mends those.
    private static let foreign = [
        "site-packages/", "dist-packages/", "/lib/python", "<frozen ", "node_modules/", "node:internal",
        "internal/process/",
        "at java.", "at javax.", "at jdk.", "at sun.", "at org.junit", "at org.testng", "at org.apache.maven",
        "at org.gradle", "at junit.", "at kotlin.", "at scala.", "/usr/lib/", "/usr/local/go/", "/go/pkg/mod/",
        "/rustc/",
        ".build/checkouts/", "/.cargo/", "_pytest/", "/unittest/",
    ]

    private static func isForeign(_ line: String) -> Bool { foreign.contains { line.contains($0) } }

    // MARK: The error

    /// What a compiler or test tool says behind a place: `orders_test.go:12: got 3, want 4`.
    private static func message(behind place: Place, in line: String) -> String? {
        guard let mark = line.firstRange(of: ":\(place.line):"), !line.hasPrefix("at ") else { return nil }
        var rest = line[mark.upperBound...].trimmed
        // A column.
        if let colon = rest.firstIndex(of: ":"), Int(rest[..<colon]) != nil {
            rest = rest[rest.index(after: colon)...].trimmed
        }
        if rest.hasPrefix("error: ") { rest = String(rest.dropFirst(7)) }
        // pytest: only the name of the exception, which its E lines have said, or `in total`.
        return rest.contains(" ") && !rest.hasPrefix("in ") ? ShortText.beginning(of: rest, longest) : nil
    }

    /// A line that says what went wrong: pytest's `E   …`, `ValueError: …`, `java.lang.…Exception: …`, `Expected: …`.
    private static func error(in line: String) -> String? {
        if line.hasPrefix("E  ") { return ShortText.beginning(of: line.dropFirst().trimmed, longest) }
        let head = line.prefix { $0 != ":" && $0 != " " }
        let names = ["Error", "Exception", "Failure", "Panic"]
        let isNamed =
            names.contains(where: head.hasSuffix)
            && (line.count == head.count || line.dropFirst(head.count).first == ":")
        let starts = [
            "Expected", "expected", "Received", "received", "panic:", "assertion ", "thread '", "AssertionError",
        ]
        guard isNamed || starts.contains(where: line.hasPrefix) else { return nil }
        return ShortText.beginning(of: line, longest)
    }
}
