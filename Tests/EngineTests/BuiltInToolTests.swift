import Domain
import Platform
import RoostTesting
import Testing

@testable import Engine
@testable import Storage

@Suite struct BuiltInToolTests {
    @Test(arguments: BuiltInTools.all.map(\.name)) func `a built-in tool says what it does and what it takes`(
        _ name: String
    ) throws {
        let tool = try #require(BuiltInTools.all.first { $0.name == name })
        #expect(Tool.isName(name))
        #expect(tool.description.count > 40)
        let parameters = try #require(tool.jsonSchema.value["parameters"])
        #expect(parameters["type"] == "object")
        let members = try #require(parameters["properties"]?.object?.members)
        for member in members {
            #expect(member.value["type"]?.string != nil, "\(member.name)")
            #expect((member.value["description"]?.string ?? "").count > 8, "\(member.name)")
        }
        for required in parameters["required"]?.strings ?? [] {
            #expect(members.contains { $0.name == required })
        }
    }

    @Test func `every base tool of every agent type exists`() {
        let names = Set(BuiltInTools.names)
        #expect(names.count == BuiltInTools.all.count)
        for type in AgentType.allCases {
            for isFront in [false, true] {
                #expect(names.isSuperset(of: AgentDefaults.baseTools(type, sleeptimeFront: isFront)))
            }
        }
        #expect(names.isSuperset(of: AgentDefaults.multiAgentTools))
    }

    @Test func `a search by dates can be attached by name and never is by default`() {
        #expect(BuiltInTools.names.contains("conversation_search_date"))
        for type in AgentType.allCases {
            #expect(!AgentDefaults.baseTools(type, sleeptimeFront: false).contains("conversation_search_date"))
            #expect(!AgentDefaults.baseTools(type, sleeptimeFront: true).contains("conversation_search_date"))
        }
    }

    @Test func `ensuring twice writes once`() async throws {
        try await withServer { server in
            let before = try await server.store.changeRange().newest
            let tools = try await server.engine.tools.ensureBuiltIns(by: Caller())
            #expect(tools.count == BuiltInTools.all.count)
            #expect(try await server.store.changeRange().newest == before)
        }
    }

    @Test func `a missing tool comes back, a changed text is set right, the user's own choices stay`() async throws {
        try await withServer { server in
            let caller = Caller()
            let tools = try await server.engine.tools.ensureBuiltIns(by: caller)
            let lost = try #require(tools.first { $0.name == "memory_insert" })
            let changed = try #require(tools.first { $0.name == "memory_replace" })
            try await server.engine.tools.delete(lost.id, by: caller)
            var patch = ToolPatch()
            patch.returnCharLimit = .value(99)
            patch.defaultRequiresApproval = .value(true)
            _ = try await server.engine.tools.update(changed.id, patch, by: caller)
            // As a version with other words would have left it.
            _ = try await server.store.write(by: .default) { transaction in
                try transaction.connection.execute(
                    "UPDATE tools SET description = \("nonsense") WHERE id = \(changed.id)")
            }

            let again = try await server.engine.tools.ensureBuiltIns(by: caller)
            #expect(again.count == tools.count)
            let restored = try #require(again.first { $0.name == "memory_insert" })
            #expect(restored.id != lost.id)
            let righted = try await server.engine.tools.find(changed.id, by: caller)
            #expect(righted.description == changed.description)
            #expect(righted.returnCharLimit == 99)
            #expect(righted.defaultRequiresApproval == true)
        }
    }

    @Test func `a user's tool with the name of a missing built-in one stays`() async throws {
        try await withServer { server in
            let caller = Caller()
            let tools = try await server.engine.tools.ensureBuiltIns(by: caller)
            let web = try #require(tools.first { $0.name == "web_search" })
            try await server.engine.tools.delete(web.id, by: caller)
            var own = NewTool()
            own.jsonSchema = JSONObject([("name", "web_search"), ("description", "Mine")])
            let created = try await server.engine.tools.create(own, by: caller)
            let again = try await server.engine.tools.ensureBuiltIns(by: caller)
            #expect(!again.contains { $0.name == "web_search" })
            #expect(try await server.engine.tools.find(created.id, by: caller).description == "Mine")
        }
    }
}
