import Domain
import Platform

extension Tool {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("id", id)
            json.field("tool_type", type)
            json.field("description", description)
            json.field("source_type", sourceType)
            json.field("name", name)
            json.field("tags", tags)
            json.field("source_code", sourceCode)
            json.field("json_schema", jsonSchema)
            json.field("args_json_schema", argsJSONSchema)
            json.field("return_char_limit", returnCharLimit)
            json.field("pip_requirements", pipRequirements)
            json.field("npm_requirements", npmRequirements)
            json.field("default_requires_approval", defaultRequiresApproval)
            json.field("enable_parallel_execution", enableParallelExecution)
            json.field("created_by_id", createdBy)
            json.field("last_updated_by_id", lastUpdatedBy)
            json.field("metadata_", metadata)
            json.field("project_id", projectID)
        }
    }
}
