import Foundation
import Platform
import Sandbox
import Testing

@testable import roost

/// Whether tools can be run on this machine; where they cannot, the tests of running them are left out by name.
private let canRunTools = FileText.exists("/usr/bin/bwrap") && FileText.exists("/usr/bin/python3")

@Suite struct ToolCommandTests {
    private static let source = """
        def add(a: int, b: int) -> dict:
            \"\"\"Adds two numbers.

            Args:
                a: The first.
                b: The second.
            \"\"\"
            return {"sum": a + b}
        """

    private func write(_ text: String, _ name: String, _ shell: Shell) throws -> String {
        let path = shell.home + "/" + name
        try FileManager.default.createDirectory(atPath: shell.home, withIntermediateDirectories: true)
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    @Test(.enabled(if: canRunTools)) func `a file is run, tested, stored and its calls listed`() async throws {
        let shell = Shell()
        defer { shell.clean() }
        let file = try write(Self.source, "add.py", shell)
        let ran = await shell("tool", "run", file, "--arg", "a=1", "--arg", "b=2")
        #expect(ran.code == 0 && ran.out.contains("{'sum': 3}"), "\(ran)")
        let dry = await shell("tool", "run", file, "--args", #"{"a": 1}"#, "--dry-run")
        #expect(dry.code == 1 && dry.error.contains("'b'"), "\(dry)")
        _ = try write(
            #"[{"name": "adds", "args": {"a": 1, "b": 2}, "returns": {"sum": 3}}, {"args": {"a": 1}, "error": "'b'"}]"#,
            "add.cases.json", shell)
        let tested = await shell("tool", "test", file)
        #expect(tested.code == 0 && tested.out.contains("passed"), "\(tested)")
        _ = try write(#"[{"args": {"a": 1, "b": 2}, "returns": {"sum": 4}}]"#, "add.cases.json", shell)
        let failed = await shell("tool", "test", file)
        #expect(failed.code == 1 && failed.error.contains("1 of 1 cases failed"), "\(failed)")
        let added = await shell("tool", "add", file, "--tag", "math")
        #expect(added.code == 0 && added.out.contains("Stored the tool add"), "\(added)")
        let list = await shell("tool", "list", "--own", "--json")
        #expect(try JSONValue(parsing: list.out).array?.map { $0["name"]?.string } == ["add"])
        let again = await shell("tool", "run", "add", "--args", #"{"a": 2, "b": 2}"#, "--json")
        #expect(try JSONValue(parsing: again.out)["func_return"] == ["sum": 4])
        let calls = await shell("tool", "calls", "--tool", "add", "--json")
        let kept = try JSONValue(parsing: calls.out).array ?? []
        #expect(kept.count == 5 && kept.first?["arguments"] == ["a": 2, "b": 2], "\(calls)")
        #expect(await shell("tool", "call", kept.first?["id"]?.string ?? "").out.contains("'sum': 4"))
        #expect(await shell("tool", "delete", "add", "--yes").code == 0)
    }

    @Test func `what cannot be run is said`() async throws {
        let shell = Shell()
        defer { shell.clean() }
        let built = await shell("tool", "run", "memory_insert")
        #expect(built.code == 1 && built.error.contains("--agent"), "\(built)")
        let unknown = await shell("tool", "run", "nothing.py")
        #expect(unknown.code == 1 && unknown.error.contains("nothing.py"), "\(unknown)")
        let file = try write(Self.source, "add.py", shell)
        let wrong = await shell("tool", "run", file, "--args", "[1]")
        #expect(wrong.code == 1 && wrong.error.contains("object"), "\(wrong)")
        let none = await shell("tool", "test", file)
        #expect(none.code == 1 && none.error.contains("add.cases.json"), "\(none)")
        let strange = await shell("tool", "add", shell.home + "/roost.db")
        #expect(strange.code == 1 && !strange.error.isEmpty, "\(strange)")
    }
}
