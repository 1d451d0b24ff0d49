import Foundation
import Platform
import Testing

@testable import roost

@Suite struct ProviderCommandTests {
    /// Nothing listens there.
    private static let nowhere = "http://127.0.0.1:9/v1"

    private func add(_ shell: Shell, _ name: String = "work") async -> (code: Int32, out: String, error: String) {
        await shell(
            "provider", "add", name, "--type", "openai", "--address", Self.nowhere, "--key-env", "THE_KEY",
            environment: ["THE_KEY": "sk-test-1", "ROOST_OUTGOING_HOSTS": "127.0.0.1:9"])
    }

    @Test func `a provider on this machine has to be allowed`() async {
        let shell = Shell()
        defer { shell.clean() }
        let refused = await shell("provider", "add", "work", "--type", "vllm", "--address", Self.nowhere, "--no-key")
        #expect(refused.code == 1, "\(refused)")
        #expect(refused.error.contains("outgoing-hosts") && refused.error.contains("127.0.0.1"), "\(refused)")
    }

    @Test func `a provider is stored, listed and removed, and its key shown nowhere`() async throws {
        let shell = Shell()
        defer { shell.clean() }
        let added = await add(shell)
        #expect(added.code == 0 && added.out.contains("roost provider check work"), "\(added)")
        let list = await shell("provider", "list")
        #expect(list.out.contains("work") && list.out.contains("stored") && list.out.contains(Self.nowhere))
        let json = await shell("provider", "list", "--json")
        #expect(try JSONValue(parsing: json.out).array?.first?["has_api_key"] == true)
        for result in [added, list, json] { #expect(!(result.out + result.error).contains("sk-test-1")) }
        let checked = await shell("provider", "check", "work")
        #expect(checked.code == 1 && !checked.error.isEmpty)
        let twice = await add(shell)
        #expect(twice.code == 1 && twice.error.contains("'work'"))
        #expect(await shell("provider", "remove", "work").code == 1)
        #expect(await shell("provider", "remove", "work", "--yes").code == 0)
        #expect(try JSONValue(parsing: await shell("provider", "list", "--json").out) == [])
    }

    @Test func `a key is never an argument, and has to be there`() async {
        let shell = Shell()
        defer { shell.clean() }
        #expect(await shell("provider", "add", "openai", "--key", "sk-1").code == 2)
        let unset = await shell("provider", "add", "openai", "--key-env", "NOT_SET")
        #expect(unset.code == 1 && unset.error.contains("NOT_SET"))
        let wrong = await shell("provider", "add", "x", "--type", "bedrock", "--no-key")
        #expect(wrong.code == 1 && wrong.error.contains("gateway"))
    }

    @Test func `models are listed for people and for programs`() async throws {
        let shell = Shell()
        defer { shell.clean() }
        let environment = ["ROOST_DEFAULT_MODEL": "ollama/qwen3:4b", "ROOST_EMBEDDING_MODEL": "none"]
        let list = await shell("model", "list", environment: environment)
        #expect(list.out.contains("ollama/qwen3:4b") && list.out.contains("128000"))
        let json = await shell("model", "list", "--json", environment: environment)
        #expect(try JSONValue(parsing: json.out).array?.compactMap { $0["handle"]?.string } == ["ollama/qwen3:4b"])
        let none = await shell("model", "list", "--embedding", environment: environment)
        #expect(none.code == 0 && none.error.contains("no embedding models"))
        let other = await shell("model", "list", "--provider", "openai", environment: environment)
        #expect(other.error.contains("roost provider add"))
    }

    @Test func `doctor looks at the key`() async throws {
        let shell = Shell()
        defer { shell.clean() }
        func encryption(_ environment: [String: String] = [:]) async throws -> [JSONValue] {
            let json = await shell("doctor", "--json", environment: environment)
            return try JSONValue(parsing: json.out).array?.filter { $0["check"] == "encryption" } ?? []
        }
        #expect(try await encryption().compactMap { $0["state"]?.string } == ["ok"])
        _ = await add(shell)
        let file = shell.home + "/encryption.key"
        let sound = try await encryption()
        #expect(sound.count == 1 && sound[0]["state"] == "ok" && sound[0]["message"]?.string?.contains(file) == true)
        chmod(file, 0o644)
        let open = try await encryption()
        #expect(open[0]["state"] == "error" && open[0]["message"]?.string?.contains("chmod 600 \(file)") == true)
        chmod(file, 0o600)
        let other = try await encryption(["ROOST_ENCRYPTION_KEY": "another key altogether"])
        #expect(other[0]["state"] == "error" && other[0]["message"]?.string?.contains("'work'") == true)
        #expect(try await encryption(["LETTA_ENCRYPTION_KEY": "short"])[0]["state"] == "error")
        try FileManager.default.removeItem(atPath: file)
        #expect(try await encryption().contains { $0["state"] == "error" })
    }
}
