import Domain
import Glibc
import Platform
import Sandbox
import Testing

@Suite(SandboxMachine.requirement) struct LocalSandboxTests {
    private let sandbox = LocalSandbox(TestRunner.configuration(), log: .silent)

    @Test func `a function is called with its arguments and returns text and value`() async throws {
        let call = CodeCall.python("def main(a, b):\n    return {'sum': a + b}", ["a": 2, "b": 3])
        let result = try await sandbox.run(call)
        #expect(result.ending == .returned)
        #expect(result.text == "{'sum': 5}")
        #expect(result.value == .object(["sum": 5]))
        #expect(result.stdout.isEmpty && result.stderr.isEmpty)
        await sandbox.close()
    }

    @Test func `what it prints is kept apart from what it returns`() async throws {
        let result = try await sandbox.run(
            .python("import sys\ndef main():\n    print('out')\n    print('err', file=sys.stderr)\n    return 'text'"))
        #expect(result.text == "text" && result.stdout == ["out\n"] && result.stderr == ["err\n"])
        await sandbox.close()
    }

    @Test func `an exception is told by its kind and message, with the traceback`() async throws {
        let result = try await sandbox.run(.python("def main():\n    raise ValueError('bad 1')"))
        #expect(result.ending == .raised(kind: "ValueError", message: "bad 1"))
        #expect(result.stderr.last?.contains("line 2, in main") == true)
        await sandbox.close()
    }

    @Test func `schemas are read, and errors name the line`() async throws {
        let schema = try await sandbox.schema(of: "def tool():\n    pass", in: .python)
        #expect(schema["name"] == "tool")
        let error = await #expect(throws: CodeError.self) {
            _ = try await sandbox.schema(of: "def tool(:\n    pass", in: .python)
        }
        #expect(error?.code == .invalidSource && error?.message == "invalid syntax (line 1)")
        await sandbox.close()
    }
}
