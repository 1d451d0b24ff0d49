import Domain
import Foundation
import Platform
import Testing

@testable import Sandbox

/// The runners that Roost brings.
@Suite struct RunnerTextTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Sources/Sandbox/Runners")

    private static func text(_ path: String) throws -> String {
        try String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8)
    }

    @Test func `the texts are those of the files`() throws {
        let advice: Comment = "run Scripts/embed-runners.py"
        #expect(try Self.text("python/start.py") == RunnerTexts.pythonStart, advice)
        #expect(try Self.text("runner.mjs") == RunnerTexts.javascript, advice)
        let folder = Self.folder.appendingPathComponent("python/roost_runner")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".py") }
        #expect(names.map { String($0.dropLast(3)) }.sorted() == RunnerTexts.pythonModules.map(\.name).sorted(), advice)
        for (name, text) in RunnerTexts.pythonModules {
            #expect(try Self.text("python/roost_runner/\(name).py") == text, advice)
        }
    }
}

@Suite(SandboxMachine.requirement, .serialized) struct RunnerTests {
    private static func sandbox(_ change: (inout SandboxConfiguration) -> Void = { _ in }) -> LocalSandbox {
        var configuration = SandboxConfiguration()
        configuration.runners = RunnerSource.all
        configuration.readyWorkers = 0
        change(&configuration)
        return LocalSandbox(configuration, log: .silent)
    }

    private static let source = """
        from typing import Optional

        def add(a: int, b: Optional[int] = None, agent_state=None):
            \"""Adds.

            Args:
                a: One.
                b: Other.
            \"""
            print("adding")
            if agent_state:
                return agent_state.memory.get_block("human").value
            return a + (b or 0)
        """

    @Test func `a Python function gets what its annotations ask for`() async throws {
        let sandbox = Self.sandbox()
        var call = CodeCall(.python, source: Self.source, function: "add")
        call.arguments = ["a": "2", "b": 3]
        let result = try await sandbox.run(call)
        #expect(result.ending == .returned && result.text == "5" && result.value == 5, "\(result)")
        #expect(result.stdout == ["adding\n"])
        call.agentState = JSONText(["blocks": [["label": "human", "value": "Ann"]]])
        #expect(try await sandbox.run(call).text == "Ann")
    }

    @Test func `a script's last expression is its value, and it may await`() async throws {
        let sandbox = Self.sandbox()
        let result = try await sandbox.run(CodeCall(.python, source: "import asyncio\nawait asyncio.sleep(0)\n6 * 7"))
        #expect(result.value == 42)
        let failed = try await sandbox.run(CodeCall(.python, source: "x = 1\n1 / 0"))
        #expect(failed.ending == .raised(kind: "ZeroDivisionError", message: "division by zero"))
        #expect(failed.stderr.last?.contains("File \"<script>\", line 2") == true)
        #expect(failed.stderr.last?.contains("roost_runner") == false)
    }

    @Test func `what was printed before a call is cut off is kept`() async throws {
        var call = CodeCall(.python, source: "import time\nprint('begun')\ntime.sleep(60)")
        call.limits.seconds = 3
        let result = try await Self.sandbox().run(call)
        #expect(result.ending == .timedOut(seconds: 3) && result.stdout == ["begun\n"])
    }

    @Test func `schemas are derived, and what is missing is named with its line`() async throws {
        let sandbox = Self.sandbox()
        let schema = try await sandbox.schema(of: Self.source, in: .python)
        #expect(schema["name"] == "add" && schema["parameters"]?["required"] == ["a"])
        let error = await #expect(throws: CodeError.self) {
            _ = try await sandbox.schema(of: "def q(): pass", in: .python)
        }
        #expect(error?.code == .invalidSource)
        #expect(error?.message == "Function q missing docstring (line 1: def q(): pass)")
        let summary = try await sandbox.summary(of: "def q(x): pass", in: .python)
        #expect(summary["name"] == "q" && summary["description"] == "The q tool")
    }

    @Test(arguments: [SandboxConfiguration.Policy.off, .unsandboxed]) func `a source is read where nothing is run`(
        _ policy: SandboxConfiguration.Policy
    ) async throws {
        let sandbox = Self.sandbox { $0.policy = policy }
        #expect(try await sandbox.schema(of: Self.source, in: .python)["name"] == "add")
        let without = Self.sandbox {
            $0.policy = policy
            $0.searchPath = "/nowhere"
        }
        let error = await #expect(throws: CodeError.self) {
            _ = try await without.schema(of: Self.source, in: .python)
        }
        #expect(error?.code == .unavailable)
    }

    @Test func `JavaScript is run where Node is, TypeScript where a new one is`() async throws {
        let sandbox = Self.sandbox()
        guard await sandbox.obstacle(to: .javascript) == nil else { return print("SKIPPED: there is no Node") }
        let source = "/** Adds.\n * @param {number} a - One.\n */\nexport const add = async (a) => ({ sum: a + 1 })"
        var call = CodeCall(.javascript, source: source, function: "add")
        call.arguments = ["a": 1]
        let result = try await sandbox.run(call)
        #expect(result.value == ["sum": 2] && result.text == "{\"sum\":2}", "\(result)")
        #expect(try await sandbox.schema(of: source, in: .javascript)["name"] == "add")
        var typed = CodeCall(.typescript, source: "function add(a: number): number { return a + 1 }", function: "add")
        typed.arguments = ["a": 1]
        let outcome = try await sandbox.run(typed)
        if case .raised(_, let message) = outcome.ending {
            #expect(message.contains("needs Node 22.13 or newer"))
        } else {
            #expect(outcome.value == 2)
        }
    }
}
