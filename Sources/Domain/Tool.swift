package import Platform

/// A function that an agent may call.
package struct Tool: Sendable {
    package private(set) var id: String
    package var name: String
    package var type: String
    package var description: String?
    package var sourceType: String?
    package var sourceCode: String?
    package var jsonSchema: JSONText?
    package var argsJSONSchema: JSONText?
    package var tags: [String] = []
    package var returnCharLimit = Tool.defaultReturnCharLimit
    package var pipRequirements: JSONText?
    package var npmRequirements: JSONText?
    package var defaultRequiresApproval: Bool?
    package var enableParallelExecution: Bool? = false
    package var metadata: JSONText? = .emptyObject
    package var projectID: String?
    package var createdAt: Timestamp
    package var updatedAt: Timestamp
    package var createdBy: String?
    package var lastUpdatedBy: String?

    package init(id: String, name: String, type: String, createdAt: Timestamp) {
        self.id = id
        self.name = name
        self.type = type
        self.createdAt = createdAt
        self.updatedAt = createdAt
    }

    /// The same tool under another id, as new.
    package func copy(id: String, createdAt: Timestamp) -> Tool {
        var copy = self
        copy.id = id
        copy.createdAt = createdAt
        copy.updatedAt = createdAt
        return copy
    }

    package static let customType = "custom"
    package static let defaultReturnCharLimit = 50_000

    package var isCustom: Bool { type == Self.customType }

    /// Whether Roost brings this tool itself.
    package var isBuiltIn: Bool { type.hasPrefix("letta_") }

    /// What models accept as the name of a function.
    package static func isName(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}

/// What a caller gives to create a tool.
package struct NewTool: Sendable {
    package var description: String?
    package var sourceType: String?
    package var sourceCode: String?
    /// `{name, description, parameters}`.
    package var jsonSchema: JSONObject?
    package var argsJSONSchema: JSONText?
    package var tags: [String]?
    package var returnCharLimit: Int?
    package var pipRequirements: [PipRequirement]?
    package var defaultRequiresApproval: Bool?
    package var enableParallelExecution: Bool?
    package var projectID: String?

    package init() {}
}

/// A change of a tool.
package struct ToolPatch: Sendable {
    package var name: Patch<String> = .absent
    package var description: Patch<String> = .absent
    package var sourceType: Patch<String> = .absent
    package var sourceCode: Patch<String> = .absent
    package var jsonSchema: Patch<JSONObject> = .absent
    package var argsJSONSchema: Patch<JSONText> = .absent
    package var tags: Patch<[String]> = .absent
    package var returnCharLimit: Patch<Int> = .absent
    package var pipRequirements: Patch<[PipRequirement]> = .absent
    package var defaultRequiresApproval: Patch<Bool> = .absent
    package var enableParallelExecution: Patch<Bool> = .absent
    package var metadata: Patch<JSONText> = .absent

    package init() {}

    /// Whether it touches what a model is told about the tool, or what the tool does.
    package var changesMeaning: Bool {
        description.given != nil || sourceCode.given != nil || jsonSchema.given != nil || argsJSONSchema.given != nil
    }
}

/// Which tools a list shows; nil or empty means any.
package struct ToolFilter: Sendable {
    package var name: String?
    package var names: [String] = []
    package var ids: [String] = []
    /// Part of the name, whatever its case.
    package var search: String?
    package var types: [String] = []
    package var excludedTypes: [String] = []
    package var builtInOnly = false
    package var excludesBuiltIn = false

    package init() {}
}

/// What to look for among tools.
package struct ToolQuery: Sendable {
    /// Nil or without a word finds every tool.
    package var text: String?
    package var types: [String] = []
    /// Tools with any of these.
    package var tags: [String] = []
    package var limit = 50

    package init() {}
}

/// A tool that was found.
package struct ToolMatch: Sendable {
    package let tool: Tool
    /// 1 for the best; nil when nothing was asked for in words.
    package let rank: Int?
    package let score: Double

    package init(tool: Tool, rank: Int?, score: Double) {
        self.tool = tool
        self.rank = rank
        self.score = score
    }
}
