import Foundation
import Platform
import Testing

@testable import roost

@Suite struct ImportCommandTests {
    private static let fixtures =
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .path + "/Fixtures/Chroma"

    /// A shell, and a file of that text in its folder.
    private static func prepared(_ text: String, name: String = "notes.jsonl") throws -> (shell: Shell, file: String) {
        let shell = Shell()
        try FileManager.default.createDirectory(atPath: shell.home, withIntermediateDirectories: true)
        let file = shell.home + "/" + name
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        return (shell, file)
    }

    @Test func `lines are stored once, into an archive made for them`() async throws {
        let (shell, file) = try Self.prepared(
            #"{"text":"Deploys happen on Tuesdays","tags":["ops"],"created_at":"2026-03-04"}"# + "\n")
        defer { shell.clean() }
        let missing = await shell("import", "jsonl", file, "--archive", "notes")
        #expect(missing.code == 1 && missing.error.contains("--create"))
        let trial = await shell("import", "jsonl", file, "--archive", "notes", "--create", "--dry-run")
        #expect(trial.code == 0 && trial.out.contains("1 passage would be stored"))
        #expect(await shell("archive", "list").error.contains("no archives"))
        let first = await shell("import", "jsonl", file, "--archive", "notes", "--create", "--tag", "imported")
        #expect(first.code == 0 && first.out == "1 passage stored in the archive notes.\n", "\(first.error)")
        let second = await shell("import", "jsonl", file, "--archive", "notes", "--json")
        let counts = try JSONValue(parsing: second.out)
        #expect(counts["added"] == 0 && counts["known"] == 1)
        let found = try JSONValue(parsing: await shell("search", "deploys", "--json").out)["results"]?.array ?? []
        #expect(found.count == 1)
        #expect(found.first?["tags"] == ["ops", "imported"])
        #expect(found.first?["created_at"]?.string?.hasPrefix("2026-03-04T00:00:00") == true)
    }

    @Test func `an agent gets what it can search at once`() async throws {
        let (shell, file) = try Self.prepared("# Ports\n\n8283 is taken.\n", name: "ports.md")
        defer { shell.clean() }
        let made = await shell("import", "markdown", file, "--agent", "demo", "--create")
        #expect(made.code == 0, "\(made.error)")
        let again = await shell("import", "markdown", shell.home, "--agent", "demo")
        #expect(again.out.contains("0 passages stored") && again.out.contains("1 known already"))
        _ = await shell("passage", "add", "By hand", "--agent", "demo")
        let passages =
            try JSONValue(parsing: await shell("passage", "list", "--agent", "demo", "--json").out).array ?? []
        #expect(passages.map { $0["text"] } == ["Ports\n\n8283 is taken.", "By hand"] || passages.count == 2)
        #expect(passages.contains { $0["metadata"]?["file_path"]?.string == file })
        #expect(Set(passages.compactMap { $0["archive_id"]?.string }).count == 1)
    }

    @Test func `a wrong line ends the import with 1 and its number, and can be left out`() async throws {
        let (shell, file) = try Self.prepared("{\"text\":\"one\"}\nnonsense\n{\"text\":\"two\"}\n")
        defer { shell.clean() }
        let stopped = await shell("import", "jsonl", file, "--archive", "a", "--create")
        #expect(stopped.code == 1)
        #expect(stopped.error.contains("notes.jsonl:2: is not JSON") && stopped.error.contains("--keep-going"))
        let kept = await shell("import", "jsonl", file, "--archive", "a", "--keep-going")
        #expect(kept.code == 1)
        #expect(kept.out == "1 passage stored in the archive a, 1 known already, 1 left out.\n")
    }

    @Test func `where to has to be said, once`() async throws {
        let (shell, file) = try Self.prepared("{\"text\":\"one\"}\n")
        defer { shell.clean() }
        #expect(await shell("import", "jsonl", file).code == 2)
        #expect(await shell("import", "jsonl", file, "--archive", "a", "--agent", "b").code == 2)
        #expect(await shell("import", "jsonl", "/nowhere", "--archive", "a", "--create").code == 1)
    }

    @Test(arguments: ["0.4.24", "0.5.23", "1.5.9", "1.5.9-queued"])
    func `a Chroma store comes over, with what it has only queued`(version: String) async throws {
        let shell = Shell()
        defer { shell.clean() }
        let folder = "\(Self.fixtures)/\(version)"
        let all = await shell("import", "chroma", folder, "--archive", "all", "--create", "--keep-going")
        #expect(all.code == 1 && all.error.contains("collection vectors_only, id v1: has no document"))
        #expect(all.out == "4 passages stored in the archive all, 1 left out.\n")
        let one = await shell("import", "chroma", folder, "--collection", "notes", "--archive", "all")
        #expect(one.code == 0 && one.out.contains("4 known already"))
        let found = try JSONValue(parsing: await shell("search", "port 8283", "--json").out)["results"]?.array ?? []
        #expect(found.first?["text"] == "Port 8283 is free again.")
        #expect(found.first?["metadata"]?["project"] == "marrow")
        #expect(found.first?["metadata"]?["checked"] == true)
        #expect(found.first?["metadata"]?["source_id"] == "n2")
        let deleted = await shell("search", "deleted", "--json")
        #expect(!deleted.out.contains("To be deleted"))
    }

    @Test func `a collection or a store that is not there is said`() async throws {
        let shell = Shell()
        defer { shell.clean() }
        let folder = "\(Self.fixtures)/1.5.9"
        let wrong = await shell("import", "chroma", folder, "--collection", "nots", "--archive", "a", "--create")
        #expect(wrong.code == 1 && wrong.error.contains("'nots'") && wrong.error.contains("notes, vectors_only"))
        #expect(
            await shell("import", "chroma", shell.home, "--archive", "a", "--create").error.contains("PersistentClient")
        )
    }

    @Test func `a progress line says how far, how fast and how long`() {
        #expect(ProgressLine.text("5 read", done: 5, part: nil, seconds: 0.5) == "5 read")
        #expect(ProgressLine.text("500 read", done: 500, part: 0.25, seconds: 10) == "500 read, 25 %, 50/s, 30 s left")
        #expect(ProgressLine.text("9 read", done: 9, part: 0.02, seconds: 9) == "9 read, 2 %, 1/s, 7 min left")
    }
}
