import Domain
import Platform
import Testing

@testable import Storage

@Suite struct ToolTableTests {
    private static let organization = Actor.default.organizationID

    private static func tool(_ name: String, _ type: String = "custom") -> Tool {
        var tool = Tool(id: Identifier.new(.tool), name: name, type: type, createdAt: .now)
        tool.description = "What \(name) does"
        tool.sourceType = "python"
        tool.sourceCode = "def \(name)(): pass"
        tool.jsonSchema = JSONText(["name": .string(name)])
        tool.argsJSONSchema = .emptyObject
        tool.tags = ["b", "a"]
        tool.returnCharLimit = 7
        tool.pipRequirements = JSONText([["name": "requests", "version": nil]])
        tool.defaultRequiresApproval = true
        tool.enableParallelExecution = true
        tool.metadata = JSONText(["k": 1])
        tool.projectID = "p"
        tool.createdBy = Actor.default.userID
        tool.lastUpdatedBy = Actor.default.userID
        return tool
    }

    private static func same(_ left: Tool, _ right: Tool) -> Bool {
        left.id == right.id && left.name == right.name && left.type == right.type
            && left.description == right.description && left.sourceType == right.sourceType
            && left.sourceCode == right.sourceCode && left.jsonSchema == right.jsonSchema
            && left.argsJSONSchema == right.argsJSONSchema && left.tags == right.tags
            && left.returnCharLimit == right.returnCharLimit && left.pipRequirements == right.pipRequirements
            && left.npmRequirements == right.npmRequirements
            && left.defaultRequiresApproval == right.defaultRequiresApproval
            && left.enableParallelExecution == right.enableParallelExecution && left.metadata == right.metadata
            && left.projectID == right.projectID && left.createdAt == right.createdAt
            && left.updatedAt == right.updatedAt && left.createdBy == right.createdBy
            && left.lastUpdatedBy == right.lastUpdatedBy
    }

    @Test func `every member of a tool comes back as it was written`() async throws {
        try await withStore { store, _ in
            let tool = Self.tool("add")
            try await store.write(by: .default) { try $0.tools.insert(tool, organization: Self.organization) }
            let found = try await store.read { try $0.tools.find(tool.id, organization: Self.organization) }
            #expect(Self.same(try #require(found), tool))

            var changed = tool
            changed.name = "sum"
            changed.description = nil
            changed.sourceCode = nil
            changed.tags = []
            changed.defaultRequiresApproval = nil
            changed.pipRequirements = nil
            changed.updatedAt = tool.updatedAt.adding(seconds: 1)
            let written = changed
            try await store.write(by: .default) { try $0.tools.update(written) }
            let again = try await store.read { try $0.tools.find(tool.id, organization: Self.organization) }
            #expect(Self.same(try #require(again), written))
        }
    }

    @Test func `a name is taken once in an organization`() async throws {
        try await withStore { store, _ in
            try await store.write(by: .default) { try $0.tools.insert(Self.tool("add"), organization: "org-1") }
            try await store.write(by: .default) { try $0.tools.insert(Self.tool("add"), organization: "org-2") }
            let error = await #expect(throws: StoreError.self) {
                try await store.write(by: .default) { try $0.tools.insert(Self.tool("add"), organization: "org-1") }
            }
            #expect(error?.code == .conflict)
        }
    }

    @Test func `a search in names takes signs for what they are, and other organizations stay unseen`() async throws {
        try await withStore { store, _ in
            try await store.write(by: .default) { transaction in
                for name in ["a_b", "axb", "A_B_c"] {
                    try transaction.tools.insert(Self.tool(name), organization: Self.organization)
                }
                try transaction.tools.insert(Self.tool("a_b_other"), organization: "org-2")
            }
            let found = try await store.read { transaction in
                var filter = ToolFilter()
                filter.search = "a_b"
                return try transaction.tools.list(filter, PageRequest(limit: 10), organization: Self.organization)
            }
            #expect(Set(found.map(\.name)) == ["a_b", "A_B_c"])
        }
    }
}
