import Foundation
import Testing

@testable import Client

struct TranscriptFileTests {
    /// Lines around the size of the parts that a file is read in, whole and over several of them.
    private static let lengths = [5, 0, 1, 131_067, 131_072, 131_071, 0, 131_073, 300_000, 7, 524_288, 3]

    private static func line(_ place: Int) -> String {
        String(repeating: String("abcdefghijkl".dropFirst(place % 12).prefix(1)), count: lengths[place])
    }

    private func read(_ path: String, from offset: Int = 0, identity: String = "") throws -> (
        [(String, Int)], TranscriptFile.Reading
    ) {
        var lines: [(String, Int)] = []
        let reading = TranscriptFile(path: path).read(
            from: offset, identity: identity, until: .now + .seconds(600), begin: { _ in },
            line: { lines.append((String(decoding: $0, as: UTF8.self), $1)) })
        return (lines, try #require(reading))
    }

    @Test func `every whole line is given with its place, whatever the parts it is read in`() throws {
        let path = NSTemporaryDirectory() + "roost-transcript-\(UUID().uuidString)"
        defer { unlink(path) }
        let lines = Self.lengths.indices.map(Self.line)
        let whole = lines.joined(separator: "\n") + "\n"
        try Data((whole + "half a line").utf8).write(to: URL(fileURLWithPath: path))
        let (found, reading) = try read(path)
        var offset = 0
        var expected: [(String, Int)] = []
        for line in lines {
            if !line.isEmpty { expected.append((line, offset)) }
            offset += line.utf8.count + 1
        }
        #expect(found.map(\.0) == expected.map(\.0))
        #expect(found.map(\.1) == expected.map(\.1))
        #expect(reading.offset == whole.utf8.count && reading.isAtEnd && !reading.isAnew)

        // The rest of the line, and what comes after it.
        try Data((whole + "half a line\nand one more\n").utf8).write(to: URL(fileURLWithPath: path))
        let (later, end) = try read(path, from: reading.offset, identity: reading.identity)
        #expect(later.map(\.0) == ["half a line", "and one more"])
        #expect(later.first?.1 == whole.utf8.count && end.offset == whole.utf8.count + 25 && !end.isAnew)
    }

    @Test func `a line that nobody can have written is left out, and the next one is not`() throws {
        let path = NSTemporaryDirectory() + "roost-transcript-\(UUID().uuidString)"
        defer { unlink(path) }
        let text = "first\n" + String(repeating: "x", count: 9 << 20) + "\nlast\n"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        let (found, reading) = try read(path)
        #expect(found.map(\.0) == ["first", "last"])
        #expect(found.last?.1 == text.utf8.count - 5 && reading.offset == text.utf8.count)
    }
}
