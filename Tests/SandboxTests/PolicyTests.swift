import Domain
import Platform
import Testing

@testable import Sandbox

/// Where code runs, and what is said where it does not.
@Suite struct PolicyTests {
    @Test func `a server without a sandbox says how to get one`() async throws {
        var configuration = TestRunner.configuration()
        configuration.searchPath = "/nowhere"
        let sandbox = LocalSandbox(configuration, log: .silent)
        let obstacle = await sandbox.obstacle(to: .python)
        #expect(
            obstacle?.hasPrefix("Code runs in bubblewrap, which is not installed: apt-get install bubblewrap") == true)
        #expect(obstacle?.hasSuffix("start it with --sandbox unsandboxed; to run none, with --sandbox off.") == true)
        let error = await #expect(throws: CodeError.self) { _ = try await sandbox.run(.python("def main(): pass")) }
        #expect(error?.code == .unavailable && error?.message == obstacle)
    }

    @Test func `a server that runs no code says so`() async throws {
        let sandbox = LocalSandbox(TestRunner.configuration(.off), log: .silent)
        let obstacle = await sandbox.obstacle(to: .python)
        #expect(
            obstacle == "This server runs no code: it was started with --sandbox off. --sandbox required allows it.")
    }

    @Test func `a language without a runner or an interpreter is told`() async throws {
        var configuration = TestRunner.configuration(.unsandboxed)
        configuration.runners[.javascript] = RunnerSource(interpreters: ["no-such-node"], fileName: "x", script: [])
        let sandbox = LocalSandbox(configuration, log: .silent)
        #expect(await sandbox.obstacle(to: .typescript) == "This version does not run typescript.")
        let missing = await sandbox.obstacle(to: .javascript)
        #expect(missing?.hasPrefix("There is no javascript interpreter: install no-such-node") == true)
        #expect(await sandbox.obstacle(to: .python) == nil)
    }

    @Test func `unsandboxed code runs with limits, in a folder of its own, and the log says so`() async throws {
        let lines = Lock([String]())
        let log = Log(level: .warning, isJSON: false) { line in
            lines.withLock { $0.append(String(decoding: line, as: UTF8.self)) }
        }
        let sandbox = LocalSandbox(TestRunner.configuration(.unsandboxed), log: log)
        #expect(lines.withLock { $0.count == 1 && $0[0].contains("sandbox.unsandboxed") })
        let result = try await sandbox.run(
            .python(
                "import os, resource\ndef main():\n    return [os.getcwd().startswith('/tmp/roost-tool-'), os.environ['HOME'] == os.getcwd(), resource.getrlimit(resource.RLIMIT_DATA)[0], 'ROOST_PASSWORD' in os.environ]"
            ))
        #expect(result.value == [true, true, 1_073_741_824, false], "\(result.stderr)")
        var slow = CodeCall.python("import subprocess\ndef main():\n    subprocess.run(['sleep', '1000'])")
        slow.limits.seconds = 1
        #expect(try await sandbox.run(slow).ending == .timedOut(seconds: 1))
        var bomb = CodeCall.python(
            "import os, time\ndef main():\n    for _ in range(30):\n        if os.fork() == 0: time.sleep(100)\n    time.sleep(100)"
        )
        bomb.limits.processes = 10
        let many = try await sandbox.run(bomb)
        #expect(many.ending == .killed("It was stopped because it had more than 10 processes."))
        await sandbox.close()
    }

    @Test func `a call gets what the server gives, and no more`() {
        var most = CodeLimits()
        most.memory = 4 << 30
        most.seconds = 60
        var asked = CodeLimits()
        #expect(asked.within(most).memory == 4 << 30)
        #expect(asked.within(most).seconds == 60)
        asked.memory = 8 << 30
        asked.seconds = 5
        asked.processes = 1000
        #expect(asked.within(most).memory == 4 << 30)
        #expect(asked.within(most).seconds == 5)
        #expect(asked.within(most).processes == 64)
    }

    @Test(arguments: [
        (
            "bwrap: No permissions to create a new namespace, likely because",
            "does not work here (bwrap: No permissions"
        ),
        ("bwrap: Unknown option --disable-userns", "This bubblewrap is older than 0.8.0"),
        ("", "does not work here (it ended without a word)"),
    ])
    func `what bubblewrap complains about is passed on with advice`(_ complaint: String, _ part: String) {
        let advice = BubblewrapCheck.advice(on: complaint)
        #expect(advice.contains(part))
        #expect(advice.contains("--sandbox unsandboxed"))
    }

    @Test func `the filter is made of instructions, and another with the network`() throws {
        let without = try SystemCallFilter.withoutNetwork.get().program
        let with = try SystemCallFilter.withNetwork.get().program
        #expect(without.count % 8 == 0 && without.count > 1000)
        #expect(without != with)
    }

    @Test func `a secret of a few letters is no secret`() {
        let mask = SecretMask([
            CodeVariable("A", Secret("abc")), CodeVariable("B", Secret("longer-key")),
            CodeVariable("C", Secret("longer-key-2")),
        ])
        #expect(mask.masked("abc longer-key longer-key-2 longer-ke") == "abc *** *** longer-ke")
    }
}
