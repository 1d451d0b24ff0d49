import Platform
import RoostTesting
import Testing

@testable import Client

struct SummaryTests {
    private func findings(_ script: TranscriptScript) -> SessionRecord {
        var reading = TranscriptReading(
            SessionRecord(), rules: IgnoreRules(folder: "/home/mia/shop", text: ""), hidden: PrivateText())
        for (index, line) in script.lines.enumerated() { reading.add(Array(line.utf8), at: index) }
        reading.endTurn()
        return reading.record
    }

    @Test func `a session of debugging leaves its cause, its decision and the user's wish`() async throws {
        try await withHooks { hooks async throws in
            try hooks.write(Sessions.debugging)
            await hooks.run(.sessionEnd)
            let all = try await hooks.passages()
            let texts = { (type: String) in all.filter { $0["metadata"]?["type"]?.string == type }.texts }
            #expect(
                texts("learning") == [
                    "The root cause was that `tax.py` rounded each line before summing, so errors of half a cent added up."
                ])
            #expect(texts("decision").count == 1)
            #expect(texts("preference").contains("Always use Decimal for money in this project, never float."))
            #expect(texts("bug").first?.hasSuffix("It worked after changes of src/cart/tax.py.") == true)
            let summary = try #require(all.first { $0["metadata"]?["type"]?.string == "session_summary" })
            #expect(summary["metadata"]?["session_id"]?.string == hooks.session)
            #expect(summary["metadata"]?["project"]?.string == "shop")
            #expect(summary["metadata"]?["files_count"]?.int == 1)
            #expect((summary["metadata"]?["duration_seconds"]?.int ?? 0) > 60)
            #expect(summary["metadata"]?["tools_count"]?.int == 4)
            let lessons = try await hooks.learnings()
            #expect(
                lessons.hasPrefix("# Learnings\n[date] [category] lesson\n---\n[2026-11-20] [learning] The root cause"))
        }
    }

    @Test func `a feature leaves why it is made like this, and what a failing command needed`() async throws {
        try await withHooks { hooks async throws in
            var hooks = hooks
            hooks.session = Sessions.feature.session
            try hooks.write(Sessions.feature)
            await hooks.run(.sessionEnd)
            let texts = try await hooks.passages().texts
            #expect(texts.contains { $0.hasPrefix("I chose a sliding window in Redis over a token bucket because") })
            #expect(texts.contains { $0.hasPrefix("The limiter tests need a running Redis") })
            #expect(texts.contains { $0.contains("It worked after `docker compose up -d redis`.") })
            #expect(texts.contains("Please remember that we use pnpm, not npm."))
            #expect(!texts.contains { $0.contains("I could add metrics") })
        }
    }

    @Test func `code, plans, guesses, questions and records of programs are no findings`() {
        let texts = findings(Sessions.debugging).findings.map(\.text).joined(separator: "\n")
        for word in [
            "100 years", "probably", "Would you", "attachment", "local command", "SideChain", "continued",
            "notification",
        ] {
            #expect(!texts.contains(word), "\(word)")
        }
    }

    @Test func `words of a web page are nobody's lesson, and what follows from it is trusted as the web`() {
        let record = findings(Sessions.research)
        #expect(record.findings.map(\.trust) == [.web])
        #expect(!record.json.text.contains("evil.example"))
    }

    @Test func `lessons from the web do not reach the block that every session begins with`() async throws {
        try await withHooks { hooks async throws in
            try hooks.write(Sessions.research)
            await hooks.run(.sessionEnd)
            #expect(try await hooks.passages("learning").count == 1)
            let lessons = try await hooks.learnings()
            #expect(!lessons.contains("nginx"))
        }
    }

    @Test(arguments: [
        ("I'll replace the parser because it always fails on `a.b`.", nil),
        ("Maybe the root cause is the cache in `store.py`.", nil),
        ("Should we always use `uv` instead of pip?", nil),
        ("The root cause was a stale lock file in `/var/run/app.pid`.", "learning"),
        ("It turned out that `flush()` silently drops the last row.", nil),
        ("We chose SQLite over Postgres because there is one writer.", "decision"),
        ("Here is the summary of the changes that were made in `a.py`.", nil),
        ("Updated the readme and the changelog for the release.", nil),
    ]) func `a sentence is a finding only when it clearly is one`(_ sentence: String, _ type: String?) {
        // What "it" was is not known later, unless the cue is strong and something is named.
        let expected = sentence.hasPrefix("It turned out") ? "learning" : type
        #expect(SentenceCues(sentence).finding == expected)
    }

    @Test func `a model's summary replaces the extractive one when it comes in time`() async throws {
        try await withHooks { hooks async throws in
            var hooks = hooks
            try hooks.write(Sessions.feature)
            hooks.summarize = { text in
                #expect(text.contains("Decided:"))
                return "A model wrote this; password=hunter2222."
            }
            await hooks.run(.sessionEnd)
            #expect(try await hooks.passages("session_summary").texts == ["A model wrote this; password=[redacted]."])
        }
    }

    @Test func `a model that fails, or does not answer, leaves the extractive summary`() async throws {
        try await withHooks { hooks async throws in
            var hooks = hooks
            try hooks.write(Sessions.feature)
            hooks.summarize = { _ in throw ClientError("no model") }
            await hooks.run(.preCompact)
            #expect(
                try await hooks.passages("session_summary").texts.first?.hasPrefix("Session of 2026-11-20 in shop")
                    == true)
        }
    }
}
