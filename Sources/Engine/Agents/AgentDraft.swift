import Domain
import Platform
import Storage

/// A new agent with everything decided that needs no database: defaults filled in, blocks checked, ids given.
struct AgentDraft: Sendable {
    let agent: Agent
    let blocks: [Block]
    let blockIDs: [String]
    let toolIDs: [String]
    /// Tools to attach by name, in order, each once.
    let toolNames: [String]
    let identityIDs: [String]
    let tags: [String]
    let secrets: [AgentSecret]
    let initialMessages: [NewAgent.InitialMessage]?

    init(_ new: NewAgent, engine: Engine, projectID: String?) throws {
        blocks = try new.memoryBlocks.map { try engine.blocks.draft($0, projectID: projectID) }
        blockIDs = new.blockIDs
        toolIDs = new.toolIDs
        identityIDs = new.identityIDs
        tags = new.tags
        initialMessages = new.initialMessages
        let now = Timestamp.now
        secrets = new.secrets.map { secret in
            AgentSecret(
                id: Identifier.new(.secret), key: secret.key, value: secret.value, description: nil, createdAt: now,
                updatedAt: now)
        }
        let baseTools =
            new.includeBaseTools
            ? AgentDefaults.baseTools(new.type, sleeptimeFront: new.enableSleeptime == true) : []
        let multiAgentTools = new.includeMultiAgentTools ? AgentDefaults.multiAgentTools : []
        toolNames = (new.toolNames + baseTools + multiAgentTools).uniqued
        agent = try Self.agent(new, baseTools: baseTools, projectID: projectID, settings: engine.settings, now: now)
    }

    private static func agent(
        _ new: NewAgent, baseTools: [String], projectID: String?, settings: EngineSettings, now: Timestamp
    ) throws -> Agent {
        let models = try ModelChoice(new, settings: settings)
        var agent = Agent(
            id: Identifier.new(.agent), name: new.name ?? AgentDefaults.randomName(), type: new.type,
            system: new.system ?? SystemPrompts.prompt(for: new.type), llmConfig: JSONText(.object(models.llmConfig)),
            createdAt: now)
        agent.description = new.description
        agent.model = models.model
        agent.embedding = models.embedding
        agent.embeddingConfig = models.embeddingConfig.map { JSONText(.object($0)) }
        agent.modelSettings = new.modelSettings
        agent.compactionSettings = new.compactionSettings
        agent.responseFormat = new.responseFormat
        agent.metadata = new.metadata
        agent.projectID = new.projectID ?? projectID
        agent.templateID = new.templateID
        agent.baseTemplateID = new.baseTemplateID
        agent.timezone = new.timezone ?? "UTC"
        agent.messageBufferAutoclear = new.messageBufferAutoclear || new.type == .workflow
        agent.enableSleeptime = new.enableSleeptime
        let limits = AgentDefaults.fileLimits(
            contextWindow: models.llmConfig["context_window"]?.int ?? ModelHandle.defaultContextWindow)
        agent.maxFilesOpen = new.maxFilesOpen ?? limits.open
        agent.perFileViewWindowCharLimit = new.perFileViewWindowCharLimit ?? limits.characters
        agent.isHidden = new.isHidden
        agent.extra = new.extra
        let includesRules = new.includeBaseToolRules ?? AgentDefaults.includesToolRules(new.type, model: models.model)
        let rules = (new.toolRules ?? []) + (includesRules ? AgentDefaults.toolRules(for: baseTools) : [])
        agent.toolRules = JSONText(.array(rules))
        return agent
    }
}

/// Which model and embedding model an agent gets: what was named, else what the operator set.
struct ModelChoice {
    var model: String?
    var embedding: String?
    var llmConfig: JSONObject
    var embeddingConfig: JSONObject?

    init(_ new: NewAgent, settings: EngineSettings) throws {
        if let handle = new.model ?? (new.llmConfig == nil ? settings.defaultModel : nil) {
            let parsed = try ModelHandle(handle)
            model = handle
            llmConfig = parsed.llmConfig(new.modelOptions)
            for member in new.llmConfig?.members ?? [] where !member.value.isNull {
                llmConfig[member.name] = member.value
            }
        } else if let config = new.llmConfig {
            model = config["handle"]?.string
            llmConfig = config
            new.modelOptions.apply(to: &llmConfig)
        } else {
            throw Refusal.invalid("INVALID_ARGUMENT: Must specify either model or llm_config in request")
        }
        if let handle = new.embedding ?? (new.embeddingConfig == nil ? settings.defaultEmbedding : nil) {
            embedding = handle
            embeddingConfig = try ModelHandle(handle).embeddingConfig(chunkSize: new.embeddingChunkSize)
        } else if let config = new.embeddingConfig {
            embedding = config["handle"]?.string
            embeddingConfig = config
        }
    }
}
