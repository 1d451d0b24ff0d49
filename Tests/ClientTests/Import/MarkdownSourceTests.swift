import Foundation
import Platform
import Testing

@testable import Client

@Suite struct MarkdownSourceTests {
    private static func records(_ text: String, limit: Int = 2000) -> [ImportRecord] {
        MarkdownSource.records(text, path: "docs/a.md", changed: nil, limit)
    }

    @Test func `each heading begins a section, under the headings above it`() {
        let records = Self.records(
            """
            Before.

            # Guide
            Intro.
            ## Install ##
            Run it.
            ### Linux
            apt.
            ## Use
            C# is fine, #hashtag too.
            """)
        #expect(
            records.map(\.text) == [
                "Before.", "Guide\n\nIntro.", "Guide > Install\n\nRun it.", "Guide > Install > Linux\n\napt.",
                "Guide > Use\n\nC# is fine, #hashtag too.",
            ])
        #expect(records.map(\.place) == ["docs/a.md:1", "docs/a.md:4", "docs/a.md:6", "docs/a.md:8", "docs/a.md:10"])
        #expect(records[2].metadata == JSONObject([("file_path", "docs/a.md"), ("heading", "Guide > Install")]))
    }

    @Test func `underlined headings count, rules and lists do not`() {
        let records = Self.records("Title\n=====\n\na\n\n---\n\nPart\n----\n\nb\n- item\n---\n")
        #expect(records.map(\.text) == ["Title\n\na\n\n---", "Title > Part\n\nb\n- item\n---"])
    }

    @Test func `marks inside code are no headings, whatever the fence`() {
        let code = "````sh\n# not a heading\n```\n\n## nor this\n````"
        #expect(Self.records("# A\n\(code)\nend").map(\.text) == ["A\n\n\(code)\nend"])
        #expect(Self.records("~~~\n# x\n").map(\.text) == ["~~~\n# x"])
        #expect(Self.records("```inline``` text\n# B\nb").map(\.text) == ["```inline``` text", "B\n\nb"])
    }

    @Test func `a long section is cut at blank lines, never inside code`() {
        let paragraph = String(repeating: "word ", count: 30)
        let code = "```\n" + (0..<20).map { "line \($0)\n" }.joined(separator: "\n") + "```"
        let records = Self.records("# A\n\(paragraph)\n\n\(paragraph)\n\n\(code)\n\nend", limit: 180)
        #expect(records.count == 4)
        #expect(records.allSatisfy { $0.text.hasPrefix("A\n\n") })
        #expect(records[2].text == "A\n\n" + code)
        #expect(records.map(\.place) == ["docs/a.md:2", "docs/a.md:4", "docs/a.md:6", "docs/a.md:48"])
    }

    @Test func `front matter becomes tags, time and metadata`() {
        let text = """
            ---
            title: "Why: a story"
            tags: [ops, 'deploy']
            date: 2026-03-04
            draft: false
            authors:
              - Ines
              - Pavel
            # a comment
            ---
            Body.
            """
        let record = Self.records(text)[0]
        #expect(record.text == "Body.")
        #expect(record.tags == ["ops", "deploy"])
        #expect(record.createdAt == Timestamp(iso8601: "2026-03-04"))
        #expect(
            record.metadata
                == JSONObject([
                    ("title", "Why: a story"), ("draft", false), ("authors", ["Ines", "Pavel"]),
                    ("file_path", "docs/a.md"),
                ]))
        #expect(record.place == "docs/a.md:11")
        #expect(Self.records("---\ntags:\n- a\n- b\n---\nx")[0].tags == ["a", "b"])
        #expect(Self.records("---\nno end of it").map(\.text) == ["---\nno end of it"])
    }

    @Test func `the same section of the same file is the same record, wherever the file lies`() {
        let one = MarkdownSource.records("# A\nx", path: "docs/a.md", changed: nil, 2000)[0]
        let moved = MarkdownSource.records("intro\n# A\nx", path: "/else/a.md", changed: .now, 2000)[1]
        let other = MarkdownSource.records("# A\nx", path: "docs/b.md", changed: nil, 2000)[0]
        #expect(one.importID == moved.importID)
        #expect(one.importID != other.importID)
    }

    @Test func `folders are read in order, without hidden ones and other files`() throws {
        let folder = NSTemporaryDirectory() + "roost-markdown-" + Identifier.uuid()
        let files = FileManager.default
        defer { try? files.removeItem(atPath: folder) }
        for path in ["b.md", "a/c.MARKDOWN", ".git/x.md", "node_modules/y.md", "a/image.png", "empty.md"] {
            let full = folder + "/" + path
            try files.createDirectory(
                atPath: URL(fileURLWithPath: full).deletingLastPathComponent().path, withIntermediateDirectories: true)
            try (path == "empty.md" ? "\n" : "text of \(path)").write(toFile: full, atomically: true, encoding: .utf8)
        }
        try Data([0xFF, 0xFE]).write(to: URL(fileURLWithPath: folder + "/bad.md"))
        var source = try MarkdownSource([folder])
        #expect(try source.next()?.text == "text of a/c.MARKDOWN")
        #expect(try source.next()?.text == "text of b.md")
        #expect { try source.next() } throws: { "\($0)" == "\(folder)/bad.md: is not UTF-8 text." }
        #expect(try source.next() == nil)
        #expect { try MarkdownSource([folder + "/.git/none"]) } throws: { "\($0)".contains("cannot be read") }
        #expect { try MarkdownSource([folder + "/a/none"]) } throws: { $0 is ImportProblem }
    }
}
