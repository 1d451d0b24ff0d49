import HTTP

/// Routes of the V1 API that this version knows but does not serve yet; each answers 501 (decisions, REST 8). When a
/// route comes to be served, its line goes.
enum UnservedRoutes {
    static let all: [UnservedRoute] =
        (agents + conversations + groups + folders + models).flatMap { template, methods in
            methods.map { UnservedRoute($0, template) }
        }

    private typealias Known = (template: String, methods: [HTTP.Method])

    /// Sending messages to an agent, and what hangs on its runs.
    private static let agents: [Known] = [
        ("/v1/agents/{agent_id}/files", [.get]),
        ("/v1/agents/{agent_id}/files/close-all", [.patch]),
        ("/v1/agents/{agent_id}/files/{file_id}/close", [.patch]),
        ("/v1/agents/{agent_id}/files/{file_id}/open", [.patch]),
        ("/v1/agents/{agent_id}/folders", [.get]),
        ("/v1/agents/{agent_id}/folders/attach/{folder_id}", [.patch]),
        ("/v1/agents/{agent_id}/folders/detach/{folder_id}", [.patch]),
        ("/v1/agents/{agent_id}/groups", [.get]),
        ("/v1/agents/{agent_id}/sources", [.get]),
        ("/v1/agents/{agent_id}/sources/attach/{source_id}", [.patch]),
        ("/v1/agents/{agent_id}/sources/detach/{source_id}", [.patch]),
    ]

    /// What runs in conversations, and batches of messages.
    private static let conversations: [Known] = [
        ("/v1/messages/batches", [.get, .post]),
        ("/v1/messages/batches/{batch_id}", [.get]),
        ("/v1/messages/batches/{batch_id}/cancel", [.patch]),
        ("/v1/messages/batches/{batch_id}/messages", [.get]),
    ]

    /// Groups of agents.
    private static let groups: [Known] = [
        ("/v1/groups/", [.get, .post]),
        ("/v1/groups/count", [.get]),
        ("/v1/groups/{group_id}", [.delete, .get, .patch]),
        ("/v1/groups/{group_id}/blocks/attach/{block_id}", [.patch]),
        ("/v1/groups/{group_id}/blocks/detach/{block_id}", [.patch]),
        ("/v1/groups/{group_id}/messages", [.get, .post]),
        ("/v1/groups/{group_id}/messages/stream", [.post]),
        ("/v1/groups/{group_id}/messages/{message_id}", [.patch]),
        ("/v1/groups/{group_id}/reset-messages", [.patch]),
    ]

    /// Folders and files; a source is a folder by its older name.
    private static let folders: [Known] = [
        ("/v1/folders/", [.get, .post]),
        ("/v1/folders/count", [.get]),
        ("/v1/folders/metadata", [.get]),
        ("/v1/folders/name/{folder_name}", [.get]),
        ("/v1/folders/{folder_id}", [.delete, .get, .patch]),
        ("/v1/folders/{folder_id}/agents", [.get]),
        ("/v1/folders/{folder_id}/files", [.get]),
        ("/v1/folders/{folder_id}/files/{file_id}", [.get]),
        ("/v1/folders/{folder_id}/passages", [.get]),
        ("/v1/folders/{folder_id}/upload", [.post]),
        ("/v1/folders/{folder_id}/{file_id}", [.delete]),
        ("/v1/sources/", [.get, .post]),
        ("/v1/sources/count", [.get]),
        ("/v1/sources/metadata", [.get]),
        ("/v1/sources/name/{source_name}", [.get]),
        ("/v1/sources/{source_id}", [.delete, .get, .patch]),
        ("/v1/sources/{source_id}/agents", [.get]),
        ("/v1/sources/{source_id}/files", [.get]),
        ("/v1/sources/{source_id}/files/{file_id}", [.get]),
        ("/v1/sources/{source_id}/passages", [.get]),
        ("/v1/sources/{source_id}/upload", [.post]),
        ("/v1/sources/{source_id}/{file_id}", [.delete]),
    ]

    /// The doors of other APIs.
    private static let models: [Known] = [
        ("/v1/voice-beta/{agent_id}/chat/completions", [.post])
    ]
}
