import Domain
import Platform

extension NewTool {
    init(_ body: JSONObject) throws {
        self.init()
        description = body.text("description")
        sourceType = body.text("source_type")
        sourceCode = body.text("source_code")
        jsonSchema = body["json_schema"]?.object
        argsJSONSchema = body.json("args_json_schema")
        tags = body.texts("tags")
        returnCharLimit = body.integer("return_char_limit")
        pipRequirements = try body.pipRequirements().given
        defaultRequiresApproval = body.flag("default_requires_approval")
        enableParallelExecution = body.flag("enable_parallel_execution")
        try body.refuseNpmRequirements()
    }
}

extension ToolPatch {
    init(_ body: JSONObject) throws {
        self.init()
        name = body.textPatch("name")
        description = body.textPatch("description")
        sourceType = body.textPatch("source_type")
        sourceCode = body.textPatch("source_code")
        jsonSchema = body.patch("json_schema") { $0.object }
        argsJSONSchema = body.jsonPatch("args_json_schema")
        tags = body.textsPatch("tags")
        returnCharLimit = body.integerPatch("return_char_limit")
        pipRequirements = try body.pipRequirements()
        defaultRequiresApproval = body.flagPatch("default_requires_approval")
        enableParallelExecution = body.flagPatch("enable_parallel_execution")
        metadata = body.jsonPatch("metadata_")
        try body.refuseNpmRequirements()
    }
}

extension ToolQuery {
    init(_ body: JSONObject) {
        self.init()
        text = body.text("query")
        types = body.texts("tool_types") ?? []
        tags = body.texts("tags") ?? []
        limit = body.integer("limit") ?? 50
    }
}

extension JSONObject {
    /// PEP 508 texts, `{"req_string"}` or `{"name", "version"}` (decisions, REST 10).
    func pipRequirements() throws -> Patch<[PipRequirement]> {
        try patch("pip_requirements") { $0.array }.map { items in
            try items.map { try PipRequirement($0) }
        }
    }

    func refuseNpmRequirements() throws {
        guard let items = self["npm_requirements"]?.array, !items.isEmpty else { return }
        throw Refusal.invalid(
            "npm_requirements is not supported: JavaScript tools have what Node brings. Write the tool in Python with "
                + "pip_requirements, or give it as json_schema alone and run it in your own program (client_tools).")
    }
}
