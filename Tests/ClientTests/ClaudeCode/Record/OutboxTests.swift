import API
import Glibc
import HTTP
import Platform
import RoostTesting
import Testing

@testable import Client

struct OutboxTests {
    private func away(_ hooks: HookTesting) -> HookTesting {
        var hooks = hooks
        hooks.answer = { _ in throw ClientError("Nothing listens at http://test.") }
        return hooks
    }

    @Test func `what cannot be stored is delivered by the next hook of any session, once and in order`() async throws {
        try await withHooks { hooks async throws in
            try hooks.write(Sessions.debugging)
            let said = await away(hooks).run(.stop)
            #expect(said.message?.contains("cannot be reached") == true)
            #expect(await away(hooks).run(.sessionEnd).message == nil)
            #expect(!Outbox(home: hooks.home).isEmpty)
            #expect(hooks.record.pending.isEmpty)
            var other = hooks
            other.session = "another"
            await other.run(.stop)
            #expect(Outbox(home: hooks.home).isEmpty)
            let types = try await hooks.passages().map { $0["metadata"]?["type"]?.string ?? "" }
            #expect(types == ["bug", "learning", "preference", "preference", "decision", "session_summary"])
            await hooks.run(.sessionEnd)
            #expect(try await hooks.passages().count == types.count)
        }
    }

    @Test func `a reply that was lost stores nothing twice, also when the server forgot the key`() async throws {
        try await withHooks { hooks async throws in
            let server = hooks.server
            var cut = hooks
            cut.answer = { request in
                let response = await server.server.respond(to: request)
                guard request.method == .post, request.rawPath.hasSuffix("archival-memory") else { return response }
                throw ClientError("The connection broke.")
            }
            await cut.edit("/home/mia/shop/a.py", "x = one()", "x = two()")
            await cut.run(.stop)
            #expect(try await hooks.passages().count == 1)
            var later = hooks
            later.now = hooks.now.adding(seconds: 3 * 86_400)
            let forgetful: @Sendable (Request) async throws -> Response? = { request in
                var request = request
                request.headers.remove("idempotency-key")
                return await server.server.respond(to: request)
            }
            later.answer = forgetful
            await later.run(.stop)
            #expect(try await hooks.passages().count == 1)
            #expect(Outbox(home: hooks.home).isEmpty)
        }
    }

    @Test func `what is refused for good is set aside and told, and does not stand in the way`() async throws {
        try await withHooks { hooks async throws in
            await away(hooks).edit("/home/mia/shop/poison.py", "x = one()", "x = two()")
            await away(hooks).edit("/home/mia/shop/good.py", "x = one()", "x = two()")
            await away(hooks).run(.stop)
            var picky = hooks
            picky.answer = { request in
                String(decoding: request.body, as: UTF8.self).contains("poison.py") && request.method == .post
                    ? Response.detail(422, "no") : nil
            }
            let said = await picky.run(.stop)
            #expect(said.message?.contains("refused 1 note") == true)
            #expect(try await hooks.passages().texts.map { $0.contains("good.py") } == [true])
            #expect(Outbox(home: hooks.home).isEmpty)
            #expect(try FileText.readText(Outbox(home: hooks.home).rejectedPath).contains("poison.py"))
            #expect(await picky.run(.stop).message == nil)
        }
    }

    @Test func `what is for another server waits for that one`() async throws {
        try await withHooks { hooks async throws in
            await away(hooks).edit("/home/mia/shop/a.py", "x = one()", "x = two()")
            await away(hooks).run(.stop)
            var elsewhere = hooks
            elsewhere.place = "http://elsewhere"
            await elsewhere.run(.stop)
            #expect(try await hooks.passages().isEmpty)
            await hooks.run(.stop)
            #expect(try await hooks.passages().count == 1)
        }
    }

    @Test func `a full outbox keeps the oldest and says what had no room`() async throws {
        try await withHooks { hooks async throws in
            let identity = Delivery.Identity(place: "x", scope: ToolSession.Scope())
            let items = (0..<50).map { number in
                Delivery(key: "k\(number)", .note(["text": "\(number)"]), for: identity, session: "s", at: "")
            }
            var outbox = Outbox(home: hooks.home)
            outbox.limit = 1000
            let lost = try outbox.add(items)
            let kept = try outbox.read()
            #expect(lost > 0 && lost + kept.count == 50)
            #expect(kept == Array(items.prefix(kept.count)))
            #expect(try outbox.add(kept) == 0)
            #expect(try outbox.read() == kept)
        }
    }

    @Test func `a cut line of the outbox costs that line alone`() async throws {
        try await withHooks { hooks async throws in
            let identity = Delivery.Identity(place: "x", scope: ToolSession.Scope(project: "p", folder: "/f"))
            let item = Delivery(key: "k", .lessons(["a"]), for: identity, session: "s", at: "2026-11-20")
            _ = try Outbox(home: hooks.home).add([item])
            let path = hooks.home + "/outbox.jsonl"
            try ClientTests.write(try FileText.readText(path) + "{\"key\":\"cu", to: path)
            #expect(try Outbox(home: hooks.home).read() == [item])
        }
    }

    @Test func `what a server fails at for most of a day is set aside and told`() async throws {
        try await withHooks { hooks async throws in
            var failing = hooks
            failing.answer = { request in
                String(decoding: request.body, as: UTF8.self).contains("poison.py") && request.method == .post
                    ? Response.detail(500, "broken") : nil
            }
            await failing.edit("/home/mia/shop/poison.py", "x = one()", "x = two()")
            await failing.edit("/home/mia/shop/good.py", "x = one()", "x = two()")
            #expect(await failing.run(.stop).message == nil)
            #expect(try await hooks.passages("file_change").texts.map { $0.contains("good.py") } == [true])
            // Also when its session never comes back.
            var later = failing
            later.session = "another"
            later.now = Timestamp.now.adding(seconds: 2 * 86_400)
            #expect(await later.run(.sessionStart, ["source": "startup"]).message == nil, "the answer was out before")
            #expect(await later.run(.stop).message?.contains("refused 1 note") == true)
            #expect(try FileText.readText(Outbox(home: hooks.home).rejectedPath).contains("poison.py"))
            #expect(await later.run(.stop).message == nil)
        }
    }

    @Test func `an outbox that cannot be read is told, kept as it is, and not in the way of new notes`() async throws {
        try await withHooks { hooks async throws in
            try hooks.write(Sessions.debugging)
            await away(hooks).run(.stop)
            let outbox = Outbox(home: hooks.home)
            let path = hooks.home + "/outbox.jsonl"
            // A folder in its place: permissions do not keep root from reading.
            let kept = path + ".kept"
            #expect(rename(path, kept) == 0)
            try FileText.makeFolder(path)
            var other = hooks
            other.session = "another"
            await other.edit("/home/mia/shop/a.py", "x = one()", "x = two()")
            let said = await other.run(.stop)
            #expect(said.message?.contains("Cannot read \(path)") == true, "\(said.message ?? "nothing")")
            #expect(try await hooks.passages("file_change").count == 1)
            #expect(rmdir(path) == 0 && rename(kept, path) == 0)
            await other.run(.stop)
            #expect(outbox.isEmpty)
            #expect(try await hooks.passages("bug").count == 1)
        }
    }

    @Test func `a session's start answers before it delivers what waits`() async throws {
        try await withHooks { hooks async throws in
            try hooks.write(Sessions.debugging)
            await away(hooks).run(.stop)
            let waiting = Outbox(home: hooks.home).counts.waiting
            #expect(waiting > 0)
            var next = hooks
            next.session = "another"
            let input: JSONObject = ["session_id": "another", "source": "startup"]
            let run = HookRun(.sessionStart, HookInput(input), in: next.surroundings())
            _ = await run.output()
            #expect(Outbox(home: hooks.home).counts.waiting == waiting)
            #expect(try await hooks.passages().isEmpty)
            await run.afterwards()
            #expect(Outbox(home: hooks.home).isEmpty)
            #expect(try await hooks.passages().count == waiting)
        }
    }
}
