import Client
import MCP
import Platform
import Testing

/// The names that people have in their settings, commands and skills: tools, parameters and operations of the MCP servers
/// before this one, and of the `memory` profile.
@Suite struct ToolContractTests {
    struct Promise: Sendable, CustomTestStringConvertible {
        let tool: String
        let required: String
        let optional: String

        init(_ tool: String, _ required: String = "", optional: String = "") {
            self.tool = tool
            self.required = required
            self.optional = optional
        }

        var testDescription: String { tool }
        var names: [String] { Self.words(required) + Self.words(optional) }
        static func words(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }
    }

    static let memory = [
        Promise("recall", "query", optional: "limit tags type since until scope sources agent_id"),
        Promise("remember", "text", optional: "type tags metadata agent_id"),
        Promise("read_memory", optional: "label agent_id"),
        Promise("update_memory", "label", optional: "append replace rewrite expected_version agent_id"),
        Promise("forget", optional: "passage_id query dry_run agent_id"),
        Promise("memory_status", optional: "agent_id"),
    ]

    /// None of the passages' tools needs an agent: the connection's is meant.
    static let classic = [
        Promise("create_agent", "name description", optional: "model embedding memory_blocks"),
        Promise("list_agents", optional: "filter page pageSize"), Promise("retrieve_agent", "agent_id"),
        Promise("get_agent", "alias"), Promise("get_agent_summary", "agent_id"),
        Promise("modify_agent", "agent_id", optional: "update_data name model"), Promise("delete_agent", "agent_id"),
        Promise(
            "clone_agent",
            optional: "source_agent_id agent_id new_agent_name new_name override_existing_tools project_id"),
        Promise("export_agent", "agent_id", optional: "output_path return_base64"),
        Promise(
            "import_agent", optional: "file_path backup_data append_copy_suffix override_existing_tools project_id"),
        Promise("bulk_delete_agents", optional: "agent_ids agent_name_filter agent_tag_filter"),
        Promise("list_memory_blocks", optional: "filter agent_id page pageSize label include_full_content"),
        Promise("create_memory_block", "name label value", optional: "agent_id metadata"),
        Promise("read_memory_block", "block_id", optional: "agent_id"),
        Promise("update_memory_block", "block_id", optional: "value metadata agent_id"),
        Promise("attach_memory_block", "block_id agent_id", optional: "label"),
        Promise("detach_memory_block", "block_id agent_id"), Promise("delete_memory_block", "block_id"),
        Promise(
            "list_passages",
            optional: "agent_id query search limit offset after before ascending include_embeddings"),
        Promise("search_passages", "query", optional: "agent_id limit"),
        Promise("create_passage", "text", optional: "agent_id metadata tags include_embeddings"),
        Promise("modify_passage", optional: "agent_id memory_id passage_id update_data text"),
        Promise("delete_passage", optional: "agent_id memory_id passage_id"),
        Promise("prompt_agent", "agent_id message", optional: "stream"),
        Promise("get_agent_messages", "agent_id", optional: "limit before"),
        Promise("list_tools", optional: "filter page pageSize"), Promise("list_agent_tools", "agent_id"),
        Promise("attach_tool", "agent_id", optional: "tool_id tool_ids tool_names"),
        Promise("detach_tool", "tool_id agent_id"),
        Promise("upload_tool", "name description source_code", optional: "category agent_id"),
        Promise("bulk_attach_tool_to_agents", "tool_id", optional: "agent_ids agent_name_filter agent_tag_filter"),
        Promise("list_llm_models"), Promise("list_embedding_models"), Promise("list_mcp_servers"),
        Promise("list_mcp_tools_by_server", "mcp_server_name", optional: "filter page pageSize"),
        Promise("add_mcp_tool_to_letta", "tool_name agent_id"),
    ]

    static let consolidated = [
        Promise(
            "letta_agent_advanced", "operation",
            optional: """
                agent_id name description system llm_config embedding_config tool_ids pagination messages stream filters \
                query tags search_filters export_data update_data conversation_id verbose
                """),
        Promise(
            "letta_memory_unified", "operation",
            optional: """
                agent_id block_id block_label passage_id archive_id label value text query limit offset is_template \
                source start_date end_date verbose
                """),
        Promise(
            "letta_tool_manager", "operation",
            optional: """
                tool_id agent_id agent_ids source_code source_type tags description json_schema args_json_schema \
                return_char_limit args env_vars name limit offset verbose
                """),
        Promise(
            "letta_source_manager", "operation",
            optional: """
                source_id agent_id name description file_id file_name file_data content_type limit include_content
                """),
        Promise("letta_job_monitor", "operation", optional: "job_id limit"),
        Promise("letta_file_folder_ops", "operation", optional: "agent_id file_id folder_id limit offset"),
        Promise(
            "letta_mcp_ops", "operation",
            optional: """
                server_name mcp_server_id server_config tool_name tool_id tool_args oauth_config pagination agent_id \
                verbose
                """),
        Promise("list_llm_models"), Promise("list_embedding_models"), Promise("list_prompts"),
        Promise("use_prompt", "name"),
    ]

    static let operations: [(hub: String, names: String)] = [
        (
            "letta_agent_advanced",
            """
            list create get update delete search list_tools send_message export import clone get_config bulk_delete \
            context reset_messages summarize stream async_message cancel_message preview_payload search_messages \
            get_message count list_conversations get_conversation send_conversation_message cancel_conversation \
            compact_conversation
            """
        ),
        (
            "letta_memory_unified",
            """
            get_core_memory update_core_memory get_block_by_label list_blocks create_block get_block update_block \
            attach_block detach_block list_agents_using_block search_archival list_passages create_passage \
            update_passage delete_passage list_archives get_archive create_archive update_archive delete_archive \
            attach_archive detach_archive list_agents_using_archive search_memory
            """
        ),
        (
            "letta_tool_manager",
            """
            list get create attach bulk_attach update delete upsert detach generate_from_prompt generate_schema \
            run_from_source add_base_tools
            """
        ),
        (
            "letta_source_manager",
            """
            list get create update delete count attach detach list_attached upload delete_files list_files \
            list_folders get_folder_contents list_agents_using
            """
        ),
        ("letta_job_monitor", "list get cancel list_active"),
        (
            "letta_file_folder_ops",
            """
            list_files open_file close_file close_all_files list_folders attach_folder detach_folder \
            list_agents_in_folder
            """
        ),
        (
            "letta_mcp_ops",
            """
            add update delete test connect resync execute list_servers list_tools register_tool attach_mcp_server
            """
        ),
    ]

    /// What a client is shown of a tool.
    private func listed(_ name: String) throws -> JSONValue {
        let item = try #require(ToolProfile.all.listed.first { $0.name == name })
        return try JSONValue(parsing: item.json.text)
    }

    @Test func `every profile has its tools and no other`() {
        #expect(ToolProfile.memory.tools.map(\.name) == Self.memory.map(\.tool))
        #expect(Set(ToolProfile.classic.tools.map(\.name)) == Set(Self.classic.map(\.tool)))
        #expect(Set(ToolProfile.consolidated.tools.map(\.name)) == Set(Self.consolidated.map(\.tool)))
        let all = ToolProfile.all.tools.map(\.name)
        #expect(Set(all) == Set((Self.memory + Self.classic + Self.consolidated).map(\.tool)))
        #expect(Set(all).count == all.count)
    }

    @Test(arguments: memory + classic + consolidated)
    func `a tool takes every parameter of the contract and needs no other`(promise: Promise) throws {
        let schema = try #require(try listed(promise.tool)["inputSchema"])
        let known = Set(schema["properties"]?.object?.members.map(\.name) ?? [])
        #expect(known.isSuperset(of: promise.names), "without \(Set(promise.names).subtracting(known))")
        #expect(Set(schema["required"]?.strings ?? []) == Set(Promise.words(promise.required)))
    }

    @Test(arguments: operations)
    func `a hub has every operation and describes each`(hub: String, names: String) throws {
        let listed = try listed(hub)
        let operations = Promise.words(names)
        #expect(Set(listed["inputSchema"]?["properties"]?["operation"]?["enum"]?.strings ?? []) == Set(operations))
        let told = listed["description"]?.string?.split { !$0.isLetter && $0 != "_" }.map(String.init) ?? []
        let untold = operations.filter { !told.contains($0) }
        #expect(untold.isEmpty, "not described: \(untold)")
        for parameter in ["verbose", "limit", "offset", "pagination"] {
            #expect(listed["inputSchema"]?["properties"]?[parameter] != nil, "\(parameter)")
        }
        #expect(listed["outputSchema"]?["required"]?.strings == ["success", "operation", "message"])
    }

    // MARK: What clients ask people about

    private static let readOnly: Set<String> = [
        "recall", "read_memory", "memory_status", "list_agents", "retrieve_agent", "get_agent", "get_agent_summary",
        "list_memory_blocks", "read_memory_block", "list_passages", "search_passages", "get_agent_messages",
        "list_tools", "list_agent_tools", "list_llm_models", "list_embedding_models", "list_mcp_servers",
        "list_mcp_tools_by_server", "list_prompts", "use_prompt",
    ]
    /// What is gone afterwards, or replaced without a history.
    private static let destructive: Set<String> = [
        "forget", "modify_agent", "delete_agent", "bulk_delete_agents", "delete_memory_block", "modify_passage",
        "delete_passage", "upload_tool", "letta_agent_advanced", "letta_memory_unified", "letta_tool_manager",
        "letta_source_manager", "letta_mcp_ops",
    ]

    @Test func `the annotations tell what only reads and what may take something away`() throws {
        for tool in ToolProfile.all.tools {
            let hints = try #require(try listed(tool.name)["annotations"])
            #expect(hints["readOnlyHint"] == (Self.readOnly.contains(tool.name) ? true : nil), "\(tool.name)")
            if !Self.readOnly.contains(tool.name) {
                #expect(hints["destructiveHint"] == .bool(Self.destructive.contains(tool.name)), "\(tool.name)")
            }
        }
    }

    @Test func `only recall and remember ask to be loaded before they are searched for`() throws {
        let loaded = try ToolProfile.all.tools.map(\.name).filter { try listed($0)["_meta"] != nil }
        #expect(loaded == ["recall", "remember"])
        for name in loaded { #expect(try listed(name)["_meta"] == ["anthropic/alwaysLoad": true]) }
    }

    @Test(arguments: memory + classic + consolidated)
    func `a call without what is required is an error of the protocol that names it`(promise: Promise) async throws {
        guard let first = Promise.words(promise.required).first else { return }
        try await withTools(.all) { tools in
            let error = await #expect(throws: RPCError.self) { try await tools.call(promise.tool) }
            #expect(error?.code == -32602 && error?.message.contains(first) == true)
        }
    }
}
