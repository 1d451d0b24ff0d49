package import Domain
import Platform

extension RunnerSource {
    /// The languages that Roost brings runners for.
    package static let all: [CodeLanguage: RunnerSource] = [
        .python: python, .javascript: javascript, .typescript: typescript,
    ]

    private static let python: RunnerSource = {
        var runner = RunnerSource(
            interpreters: ["python3"], fileName: "runner.py", script: Array(RunnerTexts.python.utf8))
        runner.arguments = ["-s", "-B"]
        // What tools import most, and what takes longest to load.
        runner.preload = [
            "re", "datetime", "random", "math", "collections", "urllib.request", "urllib.parse", "hashlib", "base64",
            "csv",
            "decimal", "subprocess",
        ]
        runner.packagesVariable = "PYTHONPATH"
        return runner
    }()

    private static let javascript = node([])
    private static let typescript = node(["typescript"])

    private static func node(_ words: [String]) -> RunnerSource {
        var runner = RunnerSource(
            interpreters: ["node", "nodejs"], fileName: "runner.mjs", script: Array(RunnerTexts.javascript.utf8))
        // The warning that types are stripped by an experiment is none of the code's.
        runner.arguments = ["--no-warnings"]
        runner.preload = words
        runner.reservesAddressSpace = true
        return runner
    }
}

extension RunnerTexts {
    /// One script with all modules: in the sandbox there is nothing else of them.
    static var python: String {
        // What JSON says of a text, Python understands too.
        let sources = JSONValue.object(JSONObject(pythonModules.map { ($0.name, .string($0.text)) }))
        return "SOURCES = \(sources.text)\n\(pythonStart)"
    }
}
