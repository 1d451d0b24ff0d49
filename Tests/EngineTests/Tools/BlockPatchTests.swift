import Domain
import Platform
import RoostTesting
import Testing

@testable import Engine

/// Patches: unified hunks on one block, and sections for several.
@Suite struct BlockPatchTests {
    private func patch(_ text: String, _ patch: String) throws -> String {
        try BlockHunk.apply(try BlockHunk.hunks(Line.lines(of: patch)), to: text, label: "human")
    }

    private func failure(_ text: String, _ patch: String) -> String {
        do {
            _ = try self.patch(text, patch)
            return ""
        } catch { return (error as? ToolFailure)?.message ?? "\(error)" }
    }

    @Test(arguments: [
        ("Name: Ann\nCity: Oslo", "@@\n Name: Ann\n-City: Oslo\n+City: Bergen", "Name: Ann\nCity: Bergen"),
        ("a\nb\nc", "@@ -1,2 +1,2 @@\n-a\n+x\n b\n@@ -3 +3,2 @@\n c\n+d\n", "x\nb\nc\nd"),
        ("a\nb\nc", "@@\n-c\n@@\n-a", "b"),
        ("a\n\nb", "@@\n a\n\n-b\n+c\n\n", "a\n\nc"),
        ("a", "--- a/human\n+++ b/human\n@@ -1 +1 @@\n-a\n+b\n\\ No newline at end of file", "b"),
        ("-- x\ny", "@@\n--- x\n+-- z\n y", "-- z\ny"),
        ("", "+first\n+second", "first\nsecond"), ("a\r\nb", "-b\n+c", "a\r\nc"), ("é", "-é\n+e", "e"),
    ])
    func `hunks are applied`(_ text: String, _ patch: String, _ expected: String) throws {
        #expect(try self.patch(text, patch) == expected)
    }

    @Test func `a hunk's context stands once, exactly`() {
        #expect(failure("a\nb\na", "-a\n+x").contains("found 2 times in the memory block 'human', at the lines [1, 3]"))
        #expect(failure("a\nb", "-c\n+x").contains("was not found in the memory block 'human': `c`"))
        #expect(failure("a\nb", "+x").contains("only adds lines"))
        #expect(failure("a\nb", "").contains("changes nothing"))
        #expect(failure("a\nb", "a\n+x").contains("begins with none of"))
        #expect(failure("a\nb\nc", "@@\n a\n-b\n@@\n-b\n c").contains("change the same lines"))
        // Equal to Unicode, but not the same text.
        #expect(failure("e\u{301}", "-\u{e9}\n+e").contains("was not found"))
    }

    /// Writes a patch from a difference, with so many lines of context.
    private static func diff(_ old: [Line], _ new: [Line], context: Int) -> String {
        var lines: [String] = []
        var end = 0
        let changes = LineDiff(old, new).changes
        for (number, change) in changes.enumerated() {
            let start = max(end, change.old.lowerBound - context)
            // Neighbours whose contexts meet are one hunk.
            if start > end || lines.isEmpty { lines.append("@@") }
            lines += old[start..<change.old.lowerBound].map { " " + $0.text }
            lines += old[change.old].map { "-" + $0.text } + new[change.new].map { "+" + $0.text }
            let next = number + 1 < changes.count ? changes[number + 1].old.lowerBound : old.count
            end = min(next, change.old.upperBound + context)
            lines += old[change.old.upperBound..<end].map { " " + $0.text }
        }
        return lines.joined(separator: "\n")
    }

    @Test func `a made difference, applied, gives the other text`() throws {
        var random = SystemRandomNumberGenerator()
        var applied = 0
        for round in 0..<400 {
            let count = Int.random(in: 1...30, using: &random)
            let old = (0..<count).map { "line \($0) of \(round)" }
            var new = old
            for number in 0..<Int.random(in: 1...6, using: &random) {
                let place = Int.random(in: 0...new.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: new.insert("added \(number)", at: place)
                case 1 where place < new.count: new[place] = "changed \(number)"
                default: if place < new.count { new.remove(at: place) }
                }
            }
            let (left, right) = (old.map { Line($0.utf8) }, new.map { Line($0.utf8) })
            if left == right || right.isEmpty { continue }
            let patch = Self.diff(left, right, context: 1000)
            #expect(try self.patch(Line.text(of: left), patch) == Line.text(of: right), "\(patch)")
            applied += 1
        }
        #expect(applied > 300)
    }

    @Test func `texts that say the same in many lines are patched rightly or not at all`() throws {
        var random = SystemRandomNumberGenerator()
        var applied = 0
        for _ in 0..<600 {
            func lines() -> [Line] {
                (0..<Int.random(in: 1...12, using: &random)).map { _ in
                    Line(["a", "b", "", " c", "-d", "+e", "@@", "*f"].randomElement(using: &random)!.utf8)
                }
            }
            let (old, new) = (lines(), lines())
            // An empty text takes lines without context.
            if old == [Line([])] { continue }
            let patch = Self.diff(old, new, context: Int.random(in: 0...4, using: &random))
            do {
                let result = try self.patch(Line.text(of: old), patch)
                #expect(result == Line.text(of: new), "\(patch)")
                applied += 1
            } catch is ToolFailure {
                // Its context is not unique, or it has none.
            }
        }
        #expect(applied > 50)
    }

    @Test func `noise is refused or applied, and never more than that`() {
        let words = [
            "@@", "*** Add Block: a", "*** Update Block: b", "*** Move to: c", "*** Delete Block: d", "*** Begin Patch",
            "Description: e", "+f", "-g", " h", "", "i", "***", "*** Add Block:", "--- j", "+++ k", "\\ l", "\r",
            "*** Move to:",
        ]
        var random = SystemRandomNumberGenerator()
        var understood = 0
        for _ in 0..<3000 {
            let lines = (0..<Int.random(in: 0...8, using: &random)).map { _ in words.randomElement(using: &random) ?? ""
            }
            let text = lines.joined(separator: "\n")
            do {
                if try BlockPatchText(text) == nil { _ = try patch("g\nh", text) }
                understood += 1
            } catch { #expect(error is ToolFailure) }
        }
        #expect(understood > 100)
    }

    @Test func `one block is patched through the tool`() async throws {
        try await withTools { (bench) async throws in
            let outcome = try await bench.run(
                "memory_apply_patch",
                ["label": "human", "patch": "@@\n Name: Ann\n-City: Oslo\n+City: Bergen"])
            #expect(outcome == ToolOutcome("Name: Ann\nCity: Bergen"))
        }
    }

    private static let several = """
        *** Begin Patch
        *** Add Block: projects
        Description: What Ann builds
        +Shed
        +Boat
        *** Update Block: human
        *** Move to: ann
        @@
         Name: Ann
        -City: Oslo
        +City: Bergen
        *** Delete Block: persona
        *** End Patch
        """

    @Test func `several blocks are patched at once`() async throws {
        try await withTools { (bench) async throws in
            let outcome = try await bench.run("memory_apply_patch", ["label": "human", "patch": .string(Self.several)])
            #expect(
                outcome.text
                    == "Successfully applied the patch: added 'projects', moved 'human' to 'ann', deleted 'persona'.")
            #expect(outcome.changesPrompt)
            let blocks = try await bench.blocks()
            #expect(blocks.map(\.label) == ["ann", "projects"])
            #expect(blocks.map(\.value) == ["Name: Ann\nCity: Bergen", "Shed\nBoat"])
            #expect(blocks.last?.description == "What Ann builds")
        }
    }

    @Test func `a section that fails undoes the others`() async throws {
        try await withTools { (bench) async throws in
            let patch = "*** Add Block: x\n+1\n*** Update Block: human\n-no such line\n+y"
            let outcome = try await bench.run("memory_apply_patch", ["patch": .string(patch)])
            #expect(outcome.isError && outcome.text.contains("was not found"))
            #expect(!outcome.changesPrompt)
            #expect(try await bench.blocks().map(\.label) == ["human", "persona"])
        }
    }

    @Test func `an update alone leaves the prompt as it is`() async throws {
        try await withTools { (bench) async throws in
            let patch =
                "*** Update Block: human\n@@\n-City: Oslo\n*** Update Block: human\n@@\n Name: Ann\n+Dog: Balder\n"
            let outcome = try await bench.run("memory_apply_patch", ["patch": .string(patch)])
            #expect(!outcome.isError && !outcome.changesPrompt)
            #expect(try await bench.value("human") == "Name: Ann\nDog: Balder")
        }
    }

    @Test(arguments: ["*** Move to: x", "hello\n*** Delete Block: human", "*** Begin Patch\n*** End Patch"])
    func `patches without sense are refused`(_ patch: String) async throws {
        try await withTools { (bench) async throws in
            #expect(try await bench.run("memory_apply_patch", ["patch": .string(patch)]).isError)
            #expect(try await bench.blocks().count == 2)
        }
    }
}
