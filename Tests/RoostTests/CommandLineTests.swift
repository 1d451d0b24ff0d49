import Foundation
import Platform
import Testing

@testable import roost

/// Runs commands in this process over a file of their own.
struct Shell {
    let home = "/tmp/roost-test-\(Identifier.uuid())"

    func callAsFunction(_ words: String..., environment: [String: String] = [:]) async -> (
        code: Int32, out: String, error: String
    ) {
        await run(words, environment: environment)
    }

    /// Runs one of these commands.
    func run(
        _ words: [String], commands: [Command] = CommandTable.all, environment: [String: String] = [:]
    ) async -> (code: Int32, out: String, error: String) {
        let out = Lock<[UInt8]>([])
        let error = Lock<[UInt8]>([])
        let terminal = Terminal(
            isOutputTerminal: false, isErrorTerminal: false, isInputTerminal: false, allowsColours: false,
            output: { bytes in out.withLock { $0 += bytes } }, error: { bytes in error.withLock { $0 += bytes } })
        let all = environment.merging(["ROOST_HOME": home]) { given, _ in given }
        let surroundings = Surroundings(environment: all, terminal: terminal)
        let code = await CommandLineRun(surroundings: surroundings, commands: commands)(words)
        return (
            code, out.withLock { String(decoding: $0, as: UTF8.self) },
            error.withLock { String(decoding: $0, as: UTF8.self) }
        )
    }

    func clean() { try? FileManager.default.removeItem(atPath: home) }
}

@Suite struct CommandLineTests {
    @Test func `wrong calls end with 2 and say where help is`() async {
        let shell = Shell()
        let result = await shell("block", "list", "--limt", "3")
        #expect(result.code == 2)
        #expect(result.error.contains("--limit"))
        #expect(result.error.contains("See 'roost block list --help'."))
        let json = await shell("blok", "--json")
        #expect(json.code == 2)
        #expect((try? JSONValue(parsing: json.error))?["error"]?.string?.contains("'block'") == true)
    }

    @Test func `embedding says what is missing`() async {
        let shell = Shell()
        let nothing = await shell("embed")
        #expect(nothing.code == 2 && nothing.error.contains("--file"))
        let off = await shell("embed", "text", "--embedding-model", "none")
        #expect(off.code == 1 && off.error.contains("switched off"))
        let wrong = await shell("embed", "text", "--embedding-model", shell.home)
        #expect(wrong.code == 1 && wrong.error.contains(shell.home))
    }

    @Test func `help goes to standard output and ends with 0`() async {
        let result = await Shell()("block", "edit", "--help")
        #expect(result.code == 0)
        #expect(result.out.contains("Usage: roost block edit BLOCK [OPTIONS]"))
        #expect(result.out.contains("Examples"))
        #expect(result.error.isEmpty)
    }

    @Test func `the version is told as text and as JSON`() async throws {
        #expect(await Shell()("version").out.hasPrefix("roost \(RoostVersion.product) "))
        let json = try JSONValue(parsing: await Shell()("--version", "--json").out)
        #expect(json["version"]?.string == RoostVersion.product)
    }

    @Test func `blocks are made, found by label, changed, and their history is kept`() async throws {
        let shell = Shell()
        defer { shell.clean() }
        let made = await shell("block", "create", "team standards/ü", "--value", "one", "--tag", "team", "--json")
        #expect(made.code == 0, "\(made.error)")
        let id = try #require(try JSONValue(parsing: made.out)["id"]?.string)
        #expect(await shell("block", "show", "team standards/ü", "--value").out == "one")
        #expect(await shell("block", "edit", id, "--value", "two").code == 0)
        #expect(await shell("block", "show", id, "--value").out == "two")
        #expect(try JSONValue(parsing: await shell("block", "list", "--json").out).array?.count == 1)
        #expect(await shell("block", "history", id).out.contains("one"))
        #expect(await shell("block", "list").out.contains("team standards/ü"))
    }

    @Test func `nothing is deleted unasked when nobody can be asked`() async {
        let shell = Shell()
        defer { shell.clean() }
        _ = await shell("block", "create", "human", "--value", "x")
        let refused = await shell("block", "delete", "human")
        #expect(refused.code == 1)
        #expect(refused.error.contains("--yes"))
        #expect(await shell("block", "delete", "human", "--yes").code == 0)
        #expect(await shell("block", "show", "human").code == 1)
    }

    @Test func `a name that nothing has is answered with the near one`() async {
        let shell = Shell()
        defer { shell.clean() }
        _ = await shell("block", "create", "project_context", "--value", "x")
        #expect(await shell("block", "show", "project_contxt").error.contains("Did you mean 'project_context'?"))
    }

    @Test func `a name that several have is answered with their ids`() async {
        let shell = Shell()
        defer { shell.clean() }
        _ = await shell("block", "create", "human", "--value", "x")
        _ = await shell("block", "create", "human", "--value", "y")
        let result = await shell("block", "show", "human")
        #expect(result.code == 1)
        #expect(result.error.contains("2 blocks are called 'human'"))
        #expect(result.error.contains("block-"))
    }

    @Test func `a server that does not answer is named, with what to do`() async {
        let result = await Shell()("block", "list", environment: ["LETTA_BASE_URL": "http://127.0.0.1:9/v1"])
        #expect(result.code == 1)
        #expect(result.error.contains("http://127.0.0.1:9 does not answer"))
        #expect(result.error.contains("roost serve"))
    }

    @Test func `a wrong value is a wrong call where a flag has it, and a failure where the environment has it`() async {
        let shell = Shell()
        defer { shell.clean() }
        #expect(await shell("serve", "--port", "abc").code == 2)
        #expect(await shell("serve", environment: ["ROOST_PORT": "abc"]).code == 1)
    }

    @Test func `the database is checked, backed up and restored by commands`() async throws {
        let shell = Shell()
        defer { shell.clean() }
        #expect(await shell("db", "check").error.contains("There is no database"))
        _ = await shell("block", "create", "human", "--value", "before")
        let copy = shell.home + "/copy.db"
        #expect(await shell("db", "backup", copy).code == 0)
        #expect(await shell("db", "backup", copy).error.contains("exists already"))
        _ = await shell("block", "edit", "human", "--value", "after")
        #expect(await shell("db", "restore", copy).code == 1)
        let restored = await shell("db", "restore", copy, "--yes")
        #expect(restored.code == 0, "\(restored.error)")
        #expect(restored.out.contains("before-restore"))
        #expect(await shell("block", "show", "human", "--value").out == "before")
        // A second one within the same second keeps what the first one saved.
        #expect(await shell("db", "restore", copy, "--yes").code == 0)
        let junk = shell.home + "/junk.db"
        try "not a database".write(toFile: junk, atomically: true, encoding: .utf8)
        let refused = await shell("db", "restore", junk, "--yes")
        #expect(refused.code == 1)
        #expect(refused.error.contains("junk.db: "))
        let saved = try FileManager.default.contentsOfDirectory(atPath: shell.home)
            .filter { $0.contains("before-restore") }
        #expect(saved.count == 2, "a refused restore leaves no copy behind")
        #expect(try JSONValue(parsing: await shell("db", "check", "--json").out)["healthy"]?.bool == true)
    }

    @Test func `doctor names what is wrong with the environment and the folder`() async throws {
        let shell = Shell()
        defer { shell.clean() }
        try FileManager.default.createDirectory(
            atPath: shell.home, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
        let result = await shell(
            "doctor", "--port", "9", "--json",
            environment: ["LETTA_API_KEY": "k", "LETTA_PASSWORD": "${PW}", "ROOST_PROT": "1"])
        #expect(result.code == 1)
        let findings = try #require(try JSONValue(parsing: result.out).array)
        func has(_ check: String, _ state: String, _ text: String) -> Bool {
            findings.contains {
                $0["check"]?.string == check && $0["state"]?.string == state
                    && $0["message"]?.string?.contains(text) == true
            }
        }
        #expect(has("home", "error", "Others can look into"))
        #expect(has("environment", "error", "LETTA_PASSWORD holds ${PW}"))
        #expect(has("environment", "error", "LETTA_API_KEY is set without LETTA_BASE_URL"))
        #expect(has("environment", "warning", "ROOST_PROT"))
        #expect(has("port", "ok", "9 is free"))
    }

    @Test func `the printed configuration never holds a secret`() async throws {
        let environment = ["ROOST_PASSWORD": "hunter2", "LETTA_PG_URI": "postgresql://a:hunter2@db/x"]
        let text = await Shell()("serve", "--print-config", environment: environment)
        #expect(text.code == 0)
        #expect(!text.out.contains("hunter2"))
        let json = try JSONValue(
            parsing: await Shell()("serve", "--print-config", "--json", environment: environment).out)
        #expect(json["password"]?["value"]?.string == "********")
        #expect(json["port"]?["value"]?.string == "8283")
    }

    @Test func `an editor's text replaces the block, and an editor that fails changes nothing`() async {
        let shell = Shell()
        defer { shell.clean() }
        _ = await shell("block", "create", "human", "--value", "tea")
        #expect(await shell("block", "edit", "human", environment: ["EDITOR": "sed -i s/tea/coffee/"]).code == 0)
        #expect(await shell("block", "show", "human", "--value").out == "coffee")
        #expect(await shell("block", "edit", "human", environment: ["EDITOR": "false"]).code == 1)
        #expect(await shell("block", "show", "human", "--value").out == "coffee")
    }
}
