import API
import Domain
import Foundation
import HTTP
import Platform
import RoostTesting
import Storage
import Testing

@Suite struct ChangeRouteTests {
    @Test func `pages of the feed name what changed and go on from a cursor`() async throws {
        try await withServer { server in
            let start = try await server.get("/v1/roost/changes")
            #expect(start["changes"] == [])
            let agent = try await server.agent("alpha")
            let passage = try await server.post("/v1/agents/\(agent)/archival-memory", ["text": "secret"]).ids[0]
            let after = "?after=\(start["cursor"].int ?? -1)"
            let all = try await server.get("/v1/roost/changes" + after)
            let last = all["changes"].array?.last
            #expect(last?["kind"] == "passage" && last?["action"] == "created" && last?["id"] == .string(passage))
            #expect(last?["agent_id"] == .string(agent) && last?["archive_id"]?.string != nil)
            #expect(!all.text.contains("secret"))
            let some = try await server.get("/v1/roost/events\(after)&wait=false&kinds=archive,block&agent_id=\(agent)")
            #expect(some["changes"].array?.map { $0["action"] } == ["attached"])
            #expect(some["cursor"] == all["newest"])
            let first = try await server.get("/v1/roost/changes\(after)&limit=1")
            let rest = try await server.get("/v1/roost/changes?after=\(first["cursor"].int ?? -1)")
            #expect((first["changes"].array ?? []) + (rest["changes"].array ?? []) == all["changes"].array)
            #expect(try await server.get("/v1/roost/changes?kinds=cake").status == 422)
            #expect(try await server.get("/v1/roost/changes?after=-1").status == 422)
        }
    }

    @Test func `the feed of an agent tells what happens to its blocks and passages, wherever it is done`() async throws
    {
        try await withServer { server in
            let agent = try await server.agent("alpha")
            let block = try await server.post("/v1/blocks/", ["label": "team", "value": "a"]).id
            let archive = try await server.post("/v1/archives/", ["name": "n"]).id
            _ = try await server.patch("/v1/agents/\(agent)/archives/attach/\(archive)")
            let start = try await server.get("/v1/roost/changes")["cursor"].int ?? -1
            let path = "/v1/agents/\(agent)/core-memory/blocks"
            for step in ["attach", "detach", "attach"] { _ = try await server.patch("\(path)/\(step)/\(block)") }
            _ = try await server.patch("\(path)/team", ["value": "b"])
            _ = try await server.patch("/v1/blocks/\(block)", ["value": "c"])
            _ = try await server.post("/v1/archives/\(archive)/passages", ["text": "p"])
            _ = try await server.post("/v1/blocks/", ["label": "else", "value": ""])
            func told() async throws -> [String] {
                let page = try await server.get("/v1/roost/changes?after=\(start)&agent_id=\(agent)")["changes"]
                return (page.array ?? []).map { "\($0["kind"]?.string ?? "") \($0["action"]?.string ?? "")" }
            }
            let blocks = ["block attached", "block detached", "block attached", "block updated", "block updated"]
            #expect(try await told() == blocks + ["passage created"])
            _ = try await server.delete("/v1/blocks/\(block)")
            // The block is the agent's no longer, so only what was told about the two of them is left.
            #expect(
                try await told() == [
                    "block attached", "block detached", "block attached", "passage created", "block detached",
                ])
        }
    }

    @Test func `a cursor that the feed does not reach is 410 or a reset`() async throws {
        try await withServer { server in
            _ = try await server.agent("alpha")
            #expect(try await server.get("/v1/roost/changes?after=100000").status == 410)
            let events = try await server.events("?after=100000", count: 1) {}
            #expect(events.first?.contains("event: reset\ndata: {\"detail\"") == true)
        }
    }

    @Test func `the stream sends changes as they come, also those of another process`() async throws {
        let folder = NSTemporaryDirectory() + "roost-feed-" + Identifier.uuid()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let server = try TestServer(folder: folder)
        do {
            let agent = try await server.agent("alpha")
            let path = folder + "/roost.db"
            let events = try await server.events("?agent_id=\(agent)&kinds=passage", count: 2) {
                _ = try await server.post("/v1/agents/\(agent)/archival-memory", ["text": "one"])
                let other = try Store.open(StoreConfiguration(path: path), log: .silent)
                try await other.write(by: .default) { transaction in
                    try transaction.recordChange(.passage, .updated, id: "passage-x", agentID: agent)
                }
                await other.close()
            }
            #expect(events.count == 2)
            #expect(events[0].contains("event: change\n") && events[0].contains("\"action\":\"created\""))
            #expect(events[1].contains("passage-x"))
            let seq = events[0].split(separator: "\n").first?.dropFirst("id: ".count) ?? ""
            let again = try await server.events("?after=0&kinds=passage", lastEventID: String(seq), count: 1) {}
            #expect(again == [events[1]])
        }
        await server.store.close()
        try FileManager.default.removeItem(atPath: folder)
    }
}

private struct Enough: Error {}

/// What a stream has sent so far.
private final class Received: Sendable {
    private let state = Lock<(events: [String], isOpen: Bool)>(([], false))

    var events: [String] { state.withLock { $0.events } }

    /// True for the first piece only.
    func opens() -> Bool {
        state.withLock { state in
            defer { state.isOpen = true }
            return !state.isOpen
        }
    }

    func add(_ text: String) -> Int {
        let new = text.components(separatedBy: "\n\n").filter { !$0.isEmpty && !$0.hasPrefix(":") }
        return state.withLock { state in
            state.events += new
            return state.events.count
        }
    }
}

extension TestServer {
    /// Follows the stream until it has sent that many events; `action` runs when it is open.
    fileprivate func events(
        _ query: String, lastEventID: String? = nil, count: Int, _ action: @escaping @Sendable () async throws -> Void
    ) async throws -> [String] {
        var headers = Headers()
        if let lastEventID { headers.set("last-event-id", lastEventID) }
        let request = Request(rawPath: "/v1/roost/events", rawQuery: String(query.dropFirst()), headers: headers)
        let response = await server.respond(to: request)
        guard case .stream(let produce) = response.body, response.isEndless else { return [] }
        let received = Received()
        let writer = BodyWriter { bytes in
            // The stream is being watched right after its first comment.
            if received.opens() {
                Task {
                    try await Task.sleep(for: .milliseconds(300))
                    try await action()
                }
            }
            if received.add(String(decoding: bytes, as: UTF8.self)) >= count { throw Enough() }
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await Task.sleep(for: .seconds(120))
                Issue.record("the events did not come")
            }
            group.addTask { do { try await produce(writer) } catch is Enough {} }
            try await group.next()
            group.cancelAll()
        }
        return received.events
    }
}
