import Foundation
import Platform
import Testing

@testable import roost

@Suite struct RecallBenchTests {
    @Test func `measures of a list are those of the textbooks`() {
        var score = RecallScore()
        score.add(["a", "x", "b"], relevant: ["a", "b"])
        // First place right, both within five; gain 1 + 1/2 of the best 1 + 1/log2(3).
        #expect(score.means[0] == 1 && score.means[1] == 1 && score.means[3] == 1)
        #expect(abs(score.means[4] - 1.5 / 1.6309297535714575) < 1e-9)
        score.add((0..<12).map { "x\($0)" } + ["a"], relevant: ["a"])
        #expect(score.questions == 2)
        #expect(score.means[0] == 0.5 && score.means[2] == 0.5)
        #expect(abs(score.means[3] - (1 + 1.0 / 13) / 2) < 1e-9)
    }

    @Test func `a folder is scored on a database of its own`() async throws {
        let shell = Shell()
        defer { shell.clean() }
        let folder = shell.home + "/set"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try """
        {"id":"a","text":"the heron stands in the pond","created_at":"2026-03-04T09:00:00Z","tags":["t"]}
        {"id":"b","text":"lathe and chisel"}
        """.write(toFile: folder + "/notes.jsonl", atomically: true, encoding: .utf8)
        try """
        {"id":"1","question":"heron","relevant":["a"],"kind":"word","split":"tune"}
        {"id":"2","question":"chisel","relevant":["a"],"kind":"word","split":"report","now":"2026-03-05T00:00:00Z"}
        {"id":"3","question":"zeppelin","relevant":[],"kind":"none","split":"tune"}
        """.write(toFile: folder + "/questions.jsonl", atomically: true, encoding: .utf8)
        let result = await shell("bench", "recall", folder, "--json")
        #expect(result.code == 0, "\(result.error)")
        let json = try JSONValue(parsing: result.out)
        #expect(json["scores"]?["all"]?["all"]?["questions"] == 2)
        #expect(json["model"] != nil)
        #expect(json["scores"]?["tune"]?["word"]?["recall@1"]?.double == 1)
        #expect(json["scores"]?["report"]?["word"]?["recall@1"]?.double == 0)
        #expect(json["marked_relevant"]?["unanswerable"]?["questions"] == 1)
        #expect(await shell("bench", "recall", folder).out.contains("NDCG@10"))
        #expect(!FileManager.default.fileExists(atPath: shell.home + "/roost.db"))
    }

    @Test func `a set that is wrong is refused with file and line`() async throws {
        let shell = Shell()
        defer { shell.clean() }
        try FileManager.default.createDirectory(atPath: shell.home, withIntermediateDirectories: true)
        try "{\"id\":\"a\"}\n".write(toFile: shell.home + "/notes.jsonl", atomically: true, encoding: .utf8)
        let result = await shell("bench", "recall", shell.home)
        #expect(result.code == 1 && result.error.contains("notes.jsonl:1: a member is missing"))
    }
}
