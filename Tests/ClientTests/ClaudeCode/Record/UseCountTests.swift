import Platform
import RoostTesting
import Testing

@testable import Client

/// Showing a note is a read; that it was used is noted with what a turn writes.
struct UseCountTests {
    @Test func `notes that were shown count as used when the turn ends, once`() async throws {
        try await withHooks { hooks async throws in
            try await hooks.learn("The payments queue drops messages over 64 KB.")
            let told = await hooks.run(.sessionStart, ["source": "startup"])
            #expect(told.context?.contains("64 KB") == true)
            #expect(try await hooks.accesses() == 0, "a hook that reads does not write")
            await hooks.run(.stop)
            #expect(try await hooks.accesses() == 0, "nothing was stored: no reason to open the memory")
            await hooks.edit("/home/mia/shop/a.py", "x = one()", "x = two()")
            await hooks.run(.stop)
            #expect(try await hooks.accesses() == 1)
            await hooks.edit("/home/mia/shop/b.py", "x = one()", "x = two()")
            await hooks.run(.stop)
            await hooks.run(.sessionEnd)
            #expect(try await hooks.accesses() == 1)
        }
    }

    @Test func `the end of a session counts what no turn did, also from before the context was emptied`() async throws {
        try await withHooks { hooks async throws in
            try await hooks.learn("The payments queue drops messages over 64 KB.")
            await hooks.run(.sessionStart, ["source": "startup"])
            await hooks.run(.sessionStart, ["source": "clear"])
            await hooks.run(.sessionEnd)
            #expect(try await hooks.accesses() == 1)
        }
    }
}

extension HookTesting {
    fileprivate func learn(_ text: String) async throws {
        let body: JSONObject = ["text": .string(text), "tags": ["type:learning"], "metadata": ["type": "learning"]]
        try await surroundings().memory.store(body, onceFor: nil)
    }

    fileprivate func accesses() async throws -> JSONValue {
        try await server.get("/v1/roost/memory/stats").json["accesses"] ?? .null
    }
}
