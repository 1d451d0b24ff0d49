import Domain
import Platform

extension Identity {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("id", id)
            json.field("identifier_key", identifierKey)
            json.field("name", name)
            json.field("identity_type", type)
            json.field("project_id", projectID)
            json.field("agent_ids", agentIDs)
            json.field("block_ids", blockIDs)
            json.field("properties", properties)
        }
    }
}
