import Client
import Glibc
import Platform
import Testing

@testable import roost

@Suite struct TeamCommandTests {
    @Test func `sharing reports each agent and ends with 1 when one failed`() async throws {
        let shell = Shell()
        defer { shell.clean() }
        #expect(await shell("agent", "create", "--name", "web", "--tag", "team:a").code == 0)
        let shared = await shell(
            "team", "share", "team_standards", "--template", "--tag", "team:a", "--agents", "nobody", "--json")
        #expect(shared.code == 1)
        let agents = try JSONValue(parsing: shared.out)["agents"]?.array ?? []
        #expect(agents.compactMap { $0["status"]?.string }.sorted() == ["attached", "failed"])
        #expect(await shell("team", "list").out.contains("web"))
        #expect(await shell("team", "share", "unknown", "--template").code == 2)
        #expect(await shell("team", "update", "team_standards", "--value", "ours").code == 0)
        #expect(await shell("team", "share", "team_standards", "--template", "--tag", "team:a").out.contains("has it"))
        #expect(await shell("block", "show", "team_standards", "--value").out == "ours")
    }

    @Test func `an update is merged from its base, or refused with both texts`() async throws {
        let shell = Shell()
        defer { shell.clean() }
        _ = await shell("team", "share", "x", "--value", "a\nb\nc")
        _ = await shell("team", "update", "x", "--value", "A\nb\nc", environment: ["USER": "ann"])
        #expect(
            await shell("team", "update", "x", "--value", "a\nb\nC", "--base", "1").out.contains(
                "merged with version 2"))
        #expect(await shell("block", "show", "x", "--value").out == "A\nb\nC")
        let refused = await shell("team", "update", "x", "--value", "mine\nb\nc", "--base", "1")
        #expect(refused.code == 1 && refused.out.contains("<<<<<<< yours") && refused.error.contains("--base 3"))
        let json = try JSONValue(
            parsing: await shell("team", "update", "x", "--value", "mine\nb\nc", "--base", "1", "--json").out)
        #expect(json["conflict"] == true && json["theirs"] == "A\nb\nC")
        #expect(await shell("team", "log", "x").out.contains("ann"))
        #expect(await shell("team", "diff", "x", "1", "3").out.contains("+A"))
        #expect(await shell("team", "revert", "x", "1").out.contains("as version 4"))
        #expect(await shell("block", "show", "x", "--value").out == "a\nb\nc")
    }

    @Test func `who changed a block is known without variables that say so, as in a container`() async throws {
        let shell = Shell()
        defer { shell.clean() }
        _ = await shell("team", "share", "x", "--value", "a")
        _ = await shell("team", "update", "x", "--value", "b", environment: ["USER": "not sendable"])
        let log = try JSONValue(parsing: await shell("team", "log", "x", "--json").out).array ?? []
        let user = ProjectAgent.user ?? "uid-\(getuid())"
        #expect(log.map { $0["author"]?.string } == [user, user])
    }

    @Test func `decisions are added and listed`() async throws {
        let shell = Shell()
        defer { shell.clean() }
        #expect(
            await shell("team", "adr", "add", "Use", "SQLite", "--context", "One file").out.contains(
                "ADR-001: Use SQLite"))
        #expect(await shell("team", "adr", "add", "Use more", "--supersedes", "1").code == 0)
        let list = try JSONValue(parsing: await shell("team", "adr", "list", "--json").out).array ?? []
        #expect(list.compactMap { $0["status"]?.string } == ["superseded by ADR-002", "accepted"])
        #expect(await shell("team", "adr").out.contains("roost team adr COMMAND"))
    }

    @Test func `the first decision gives the block to the project, where recall finds it`() async throws {
        let shell = Shell()
        defer { shell.clean() }
        let shop = ["LETTA_PROJECT": "shop", "ROOST_EMBEDDING_MODEL": "none"]
        _ = await shell("remember", "Tea is sold here", environment: shop)
        let added = await shell("team", "adr", "add", "Use", "SQLite", environment: shop)
        #expect(added.out.contains("for memory-shop"))
        #expect(await shell("recall", "--decisions", "sqlite", environment: shop).out.contains("ADR-001: Use SQLite"))
        #expect(await !shell("team", "adr", "add", "Second", environment: shop).out.contains("Made the block"))
    }

    @Test func `without a value the editor is opened`() async throws {
        let shell = Shell()
        defer { shell.clean() }
        _ = await shell("team", "share", "x", "--value", "a\nb\nc")
        let editor = "sed -i s/c/C/"
        #expect(await shell("team", "update", "x", environment: ["EDITOR": editor]).code == 0)
        #expect(await shell("block", "show", "x", "--value").out == "a\nb\nC")
    }

    @Test func `sync needs a server`() async {
        let shell = Shell()
        defer { shell.clean() }
        let result = await shell("sync", "--project", "x")
        #expect(result.code == 2 && result.error.contains("--server"))
        #expect(await shell("sync", "--server", "http://127.0.0.1:9", "--project", "x").code == 1)
        #expect(await shell("sync", "--server", "http://127.0.0.1:9", "--direction", "up").code == 2)
    }
}
