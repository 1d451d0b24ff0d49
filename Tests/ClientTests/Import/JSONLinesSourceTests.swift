import Foundation
import Platform
import Testing

@testable import Client

@Suite struct JSONLinesSourceTests {
    /// Everything a text gives: records, and problems in their places.
    private static func read(_ text: String, textField: String? = nil) throws -> (
        records: [ImportRecord], problems: [String]
    ) {
        let path = NSTemporaryDirectory() + "roost-lines-\(Identifier.uuid()).jsonl"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        defer { unlink(path) }
        var source = try JSONLinesSource(path, textField: textField)
        var records: [ImportRecord] = []
        var problems: [String] = []
        while true {
            do {
                guard let record = try source.next() else { break }
                records.append(record)
            } catch let problem as ImportProblem {
                problems.append(problem.description.replacingOccurrences(of: path, with: "FILE"))
            }
        }
        #expect(source.progress == 1)
        return (records, problems)
    }

    @Test func `text, tags, time, metadata and every other member are carried over`() throws {
        let line =
            #"{"id":"n-1","text":"a","tags":["x","y"],"metadata":{"k":1},"created_at":"2026-03-04","source":"chat"}"#
        let record = try #require(try Self.read(line + "\n").records.first)
        #expect(record.text == "a")
        #expect(record.tags == ["x", "y"])
        #expect(record.createdAt == Timestamp(iso8601: "2026-03-04"))
        #expect(record.metadata == JSONObject([("k", 1), ("source_id", "n-1"), ("source", "chat")]))
    }

    @Test func `other names of the text, tags with commas and Unix times are understood`() throws {
        let lines = """
            {"content":"a","tags":"x, y","timestamp":1772617800}
            {"page_content":"b","date":1772617800000}
            {"document":"c","date":"next spring"}
            """
        let records = try Self.read(lines).records
        #expect(records.map(\.text) == ["a", "b", "c"])
        #expect(records[0].tags == ["x", "y"])
        #expect(records[0].createdAt == Timestamp(iso8601: "2026-03-04T09:50:00Z"))
        #expect(records[1].createdAt == records[0].createdAt)
        #expect(records[2].createdAt == nil && records[2].metadata["date"] == "next spring")
        #expect(try Self.read(#"{"note":"d","text":"e"}"#, textField: "note").records.map(\.text) == ["d"])
    }

    @Test func `a wrong line is named by its number, and the next ones are read`() throws {
        let lines = "{\"text\":\"one\"}\r\n\n{oops}\n[1]\n{\"title\":\"x\"}\n{\"text\":\" \"}\n{\"text\":\"two\"}"
        let (records, problems) = try Self.read(lines)
        #expect(records.map(\.text) == ["one", "two"])
        #expect(records.map { $0.place.split(separator: ":").last } == ["1", "7"])
        #expect(problems.count == 4)
        #expect(problems[0].hasPrefix("FILE:3: is not JSON"))
        #expect(problems[1] == "FILE:4: is not a JSON object.")
        #expect(problems[2].hasPrefix("FILE:5: has no text") && problems[2].contains("--text-field"))
        #expect(problems[3] == "FILE:6: 'text' is empty.")
    }

    @Test func `a time, tags or metadata of the wrong kind are problems`() throws {
        let lines = """
            {"text":"a","created_at":"yesterday"}
            {"text":"a","tags":[1]}
            {"text":"a","metadata":"x"}
            """
        let (records, problems) = try Self.read(lines)
        #expect(records.isEmpty)
        #expect(problems.count == 3 && problems[0].contains("ISO 8601"))
    }

    @Test func `lines longer than what is read at once are whole`() throws {
        let long = String(repeating: "ä", count: 400_000)
        let records = try Self.read("{\"text\":\"\(long)\"}\n{\"text\":\"b\"}\n").records
        #expect(records.map(\.text) == [long, "b"])
    }

    @Test func `records are the same by id and text, or by time and text`() throws {
        let lines = """
            {"id":"1","text":"a","tags":["x"]}
            {"id":"1","text":"a"}
            {"id":"2","text":"a"}
            {"id":"1","text":"b"}
            {"text":"a","created_at":"2026-01-01"}
            {"text":"a","created_at":"2026-01-02"}
            """
        let ids = try Self.read(lines).records.map(\.importID)
        #expect(ids[0] == ids[1])
        #expect(Set(ids).count == 5)
        #expect(ids.allSatisfy { $0.count == 32 })
    }

    @Test func `a file that is not there is said`() {
        #expect { try JSONLinesSource("/nowhere/x.jsonl") } throws: {
            "\($0)".contains("/nowhere/x.jsonl: cannot be read")
        }
    }
}
