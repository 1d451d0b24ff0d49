import Client
import Foundation
import Platform
import Testing

@Suite struct ProjectTests {
    private func folder(_ path: String) throws -> String {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    @Test func `a project is called like the top of its repository`() async throws {
        try await withFolder { root in
            _ = try folder(root + "/shop/.git")
            let inner = try folder(root + "/shop/Sources/App")
            #expect(Project(folder: inner).name == "shop")
            #expect(Project(folder: root + "/shop/").name == "shop")
        }
    }

    @Test func `without a repository the folder's own name counts`() async throws {
        try await withFolder { root in
            let notes = try folder(root + "/notes")
            #expect(Project(folder: notes).name == "notes")
            #expect(Project(folder: root + "/not-there-yet").name == "not-there-yet")
            #expect(Project(folder: "/").name == nil)
        }
    }

    @Test func `a second worktree belongs to its repository`() async throws {
        try await withFolder { root in
            try write("gitdir: \(root)/shop/.git/worktrees/feature\n", to: root + "/feature/.git")
            #expect(Project(folder: root + "/feature").name == "shop")
            try write("gitdir: ../shop/.git/modules/part\n", to: root + "/part/.git")
            #expect(Project(folder: root + "/part").name == "part")
        }
    }

    @Test func `the nearest file that names an agent counts`() async throws {
        try await withFolder { root in
            try write(#"{"agent_id": "outer"}"#, to: root + "/.claude/letta_agent.json")
            let inner = try folder(root + "/shop/Sources")
            #expect(Project(folder: inner).agent?.reference == "outer")
            try write(#"{"agent_id": "a", "agent_name": "n"}"#, to: root + "/shop/letta_agent_config.json")
            #expect(Project(folder: inner).agent?.reference == "a")
            try write(#"{"env": {"LETTA_AGENT_ID": "b"}}"#, to: root + "/shop/.claude/settings.local.json")
            #expect(Project(folder: inner).agent?.reference == "b")
            let file = root + "/shop/.claude/letta_agent.json"
            try write(#"{"agent_name": "memory-store", "project_name": "store"}"#, to: file)
            let project = Project(folder: inner)
            #expect(project.agent?.reference == "memory-store" && project.name == "store")
            #expect(project.agent?.path.hasSuffix("/shop/.claude/letta_agent.json") == true)
        }
    }

    @Test func `settings that name no agent, and variables that were not expanded, count for nothing`() async throws {
        try await withFolder { root in
            let local = root + "/shop/.claude/settings.local.json"
            try write(#"{"permissions": {}, "env": {"LETTA_AGENT_ID": "${LETTA_AGENT_ID}"}}"#, to: local)
            let project = Project(folder: root + "/shop")
            #expect(project.agent == nil && project.problems.isEmpty && project.name == "shop")
        }
    }

    @Test func `a broken file is a problem that is told, not an obstacle`() async throws {
        try await withFolder { root in
            try write("{ not json", to: root + "/shop/.claude/letta_agent.json")
            try write(#"{"agent_id": "a"}"#, to: root + "/shop/letta_agent_config.json")
            let project = Project(folder: root + "/shop")
            #expect(project.agent?.reference == "a")
            #expect(project.problems.count == 1 && project.problems[0].contains("letta_agent.json is not a JSON"))
        }
    }
}
