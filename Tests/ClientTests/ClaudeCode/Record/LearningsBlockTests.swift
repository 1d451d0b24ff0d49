import Platform
import RoostTesting
import Testing

@testable import Client

struct LearningsBlockTests {
    private func block(_ hooks: HookTesting, _ patch: JSONObject) async throws {
        let agents = try await hooks.server.get("/v1/agents/?name=memory-shop").json.array ?? []
        _ = try await hooks.server.patch(
            "/v1/agents/\(agents.first?["id"]?.string ?? "")/core-memory/blocks/learnings", .object(patch))
    }

    @Test func `lines come last, once, whatever their date`() async throws {
        try await withHooks { hooks async throws in
            let block = LearningsBlock(hooks.surroundings().memory)
            try await block.append(["[2026-11-20] [bug] one", "[2026-11-20] [bug] two"])
            let again = try await block.append(["[2026-11-21] [bug] one", "[2026-11-21] [bug] three"])
            #expect(again == .kept(added: ["[2026-11-21] [bug] three"], moved: 0))
            #expect(
                try await hooks.learnings().hasSuffix(
                    "---\n[2026-11-20] [bug] one\n[2026-11-20] [bug] two\n[2026-11-21] [bug] three\n"))
        }
    }

    @Test func `the oldest lines move to the archive when the limit nears, and are not added again`() async throws {
        try await withHooks { hooks async throws in
            let block = LearningsBlock(hooks.surroundings().memory)
            try await block.append(["[2026-11-20] [bug] first"])
            try await self.block(hooks, ["limit": 600])
            let lines = (0..<12).map { "[2026-11-20] [learning] lesson number \($0) about a thing that matters" }
            for line in lines { try await block.append([line]) }
            let value = try await hooks.learnings()
            let moved = try await hooks.passages("learning").texts
            #expect(value.count <= 600)
            #expect(value.hasPrefix("# Learnings\n"))
            #expect(moved.contains("[2026-11-20] [bug] first"))
            for line in lines { #expect(value.contains(line) != moved.contains(line), "\(line)") }
            let again = try await block.append(["[2026-11-22] [bug] first"])
            #expect(again == .kept(added: [], moved: 0))
        }
    }

    @Test func `what an upkeep moved away is not learned again, and does not claim to be of a session`() async throws {
        try await withHooks { hooks async throws in
            let memory = hooks.surroundings().memory
            let block = LearningsBlock(memory)
            try await block.append((0..<6).map { "[2026-11-20] [bug] lesson number \($0)" })
            try await self.block(hooks, ["limit": 400])
            var rule = BlockArchiving.Rule(before: .now)
            (rule.above, rule.downTo) = (1, 1)
            let archiving = try await memory.archiving(rule)
            for move in try await archiving.plan() { _ = try await archiving.perform(move) }
            #expect(try await !hooks.learnings().contains("lesson number 0"))
            let again = try await block.append(["[2026-11-22] [bug] lesson number 0"])
            #expect(again == .kept(added: [], moved: 0))
            let moved = try await AgentPassages(
                client: memory.client(), agentID: memory.requiredAgent().id
            ).newest(50)
            #expect(!moved.isEmpty && moved.allSatisfy { $0["provenance"]?["source"] == "upkeep" })
            #expect(moved.allSatisfy { $0["created_at"]?.string?.hasPrefix("2026-11-20") == true })
        }
    }

    @Test func `several who add at once lose nothing`() async throws {
        try await withHooks { hooks async throws in
            try await LearningsBlock(hooks.surroundings().memory).append(["[2026-11-20] [x] zero"])
            try await withThrowingTaskGroup { group in
                for number in 0..<8 {
                    group.addTask {
                        try await LearningsBlock(hooks.surroundings().memory).append(
                            ["[2026-11-20] [x] line \(number)"])
                    }
                }
                for try await _ in group {}
            }
            let value = try await hooks.learnings()
            for number in 0..<8 { #expect(value.contains("line \(number)\n")) }
        }
    }

    @Test func `a read-only block is left as it is`() async throws {
        try await withHooks { hooks async throws in
            let block = LearningsBlock(hooks.surroundings().memory)
            try await block.append(["[2026-11-20] [x] zero"])
            try await self.block(hooks, ["read_only": true])
            let outcome = try await block.append(["[2026-11-20] [x] one"])
            #expect(outcome == .isReadOnly)
        }
    }
}
