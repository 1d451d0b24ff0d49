import Foundation
import Platform
import Testing

@testable import roost

@Suite struct LearnCommandTests {
    private func learned(_ text: String) throws -> [JSONValue] {
        try JSONValue(parsing: text)["learned"]?.array ?? []
    }

    @Test func `an unreachable server is a warning, unless it is strict`() async {
        let away = ["LETTA_BASE_URL": "http://127.0.0.1:9", "LETTA_PROJECT": "shop"]
        let plain = await Shell()("learn", "incident", "Down", environment: away)
        #expect(plain.code == 0 && plain.error.hasPrefix("roost: Nothing was stored in memory."))
        let runner = away.merging(["GITHUB_ACTIONS": "true"]) { $1 }
        let gitHub = await Shell()("learn", "incident", "Down", environment: runner)
        #expect(gitHub.code == 0 && gitHub.error.hasPrefix("::warning title=Roost::Nothing was stored"))
        #expect(gitHub.error.split(separator: "\n").count == 1)
        #expect(await Shell()("learn", "incident", "Down", "--strict", environment: away).code == 1)
    }

    @Test func `a wrong call is told, also without strict`() async {
        #expect(await Shell()("learn", "incident").code == 2)
        let shell = Shell()
        defer { shell.clean() }
        #expect(await shell("learn", "regression", "p95", "--baseline", "fast", "--current", "1").code == 2)
        #expect(await shell("learn", "deployment", "--version", "v1").code == 2)
    }

    @Test func `a step of a pipeline has a summary and outputs`() async throws {
        let shell = Shell()
        defer { shell.clean() }
        try FileManager.default.createDirectory(atPath: shell.home + "/reports/deep", withIntermediateDirectories: true)
        let report = """
            <testsuite name="s"><testcase classname="A" name="b"><failure message="got 3, want 4"/></testcase></testsuite>
            """
        try report.write(toFile: shell.home + "/reports/deep/TEST-a.xml", atomically: true, encoding: .utf8)
        try "<!DOCTYPE x><x/>".write(toFile: shell.home + "/reports/bad.xml", atomically: true, encoding: .utf8)
        let environment = [
            "LETTA_PROJECT": "shop", "GITHUB_ACTIONS": "true", "GITHUB_SHA": "abc", "GITHUB_REF_NAME": "main",
            "GITHUB_STEP_SUMMARY": shell.home + "/summary.md", "GITHUB_OUTPUT": shell.home + "/output",
        ]
        let made = await shell("learn", "junit", shell.home + "/reports", "--json", environment: environment)
        #expect(made.code == 0, "\(made.error)")
        let entry = try #require(try learned(made.out).first)
        #expect(entry["action"]?.string == "stored" && entry["type"]?.string == "test_failure")
        #expect(made.out.contains("bad.xml was left out"))
        let id = try #require(entry["id"]?.string)
        #expect(try String(contentsOfFile: shell.home + "/output", encoding: .utf8).contains("stored=1\ncounted=0\n"))
        #expect(try String(contentsOfFile: shell.home + "/output", encoding: .utf8).hasSuffix("passages=\(id)\n"))
        #expect(try String(contentsOfFile: shell.home + "/summary.md", encoding: .utf8).contains("- Stored: `Test A.b"))
        let pattern = shell.home + "/**/TEST-*.xml"
        let again = await shell("learn", "junit", pattern, "--json", environment: environment)
        #expect(try learned(again.out).first?["action"]?.string == "known")
        let mended = await shell(
            "learn", "resolve", id, "--resolution", "counted right", "--json", environment: environment)
        #expect(try learned(mended.out).first?["action"]?.string == "resolved")
        #expect(await shell("learn", "junit", shell.home + "/none.xml", environment: environment).code == 0)
        let strict = await shell("learn", "junit", shell.home + "/none.xml", "--strict", environment: environment)
        #expect(strict.code == 1 && strict.error.contains("none.xml"))
    }
}
