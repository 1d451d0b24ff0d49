import Domain
import Platform
import Storage

/// The steps of an agent's creation and change inside one transaction.
extension WriteTransaction {
    func insert(_ draft: AgentDraft) throws -> Agent {
        let agent = try insertBare(draft.agent)
        for block in draft.blocks {
            try blocks.attach(try insert(block), toAgent: agent.id, organization: actor.organizationID)
        }
        try attachBlocks(draft.blockIDs, to: agent)
        try attachTools(draft, to: agent)
        try attachIdentities(draft.identityIDs, to: agent)
        return try complete(
            agent, tags: draft.tags, secrets: draft.secrets,
            context: try insertOpening(of: agent, draft.initialMessages))
    }

    /// The first step of every agent's creation: blocks, tools and messages can be attached after it.
    func insertBare(_ draft: Agent) throws -> Agent {
        var agent = draft
        agent.createdBy = actor.userID
        agent.lastUpdatedBy = actor.userID
        try agents.insert(agent, organization: actor.organizationID)
        return agent
    }

    /// The last step of every agent's creation.
    /// - Parameter context: ids of its messages in context.
    func complete(
        _ bare: Agent, tags: [String], secrets: [AgentSecret], context: [String]
    ) throws -> Agent {
        var agent = bare
        if !tags.isEmpty { try agents.replaceTags(tags, ofAgent: agent.id, organization: actor.organizationID) }
        if !secrets.isEmpty {
            try agents.replaceSecrets(secrets, ofAgent: agent.id, organization: actor.organizationID)
        }
        agent.messageIDs = context
        try agents.replaceMessageIDs(context, ofAgent: agent.id)
        try recordChange(.agent, .created, id: agent.id, agentID: agent.id, projectID: agent.projectID)
        return agent
    }

    func update(_ current: Agent, _ patch: AgentPatch) throws -> Agent {
        if let expected = patch.expectedVersion, expected != current.version {
            throw Refusal.versionConflict(of: "agent", expected: expected, current: current.version)
        }
        var agent = try current.patched(by: patch)
        agent.version += 1
        agent.updatedAt = now
        agent.lastUpdatedBy = actor.userID
        try agents.update(agent)
        try replaceLinks(of: agent, patch)
        try recordChange(.agent, .updated, id: agent.id, agentID: agent.id, projectID: agent.projectID)
        return agent
    }

    private func replaceLinks(of agent: Agent, _ patch: AgentPatch) throws {
        let organization = actor.organizationID
        if let ids = patch.blockIDs.given {
            for block in try blocks.ofAgent(agent.id) where !ids.contains(block.id) {
                _ = try blocks.detach(block.id, fromAgent: agent.id)
            }
            try attachBlocks(ids, to: agent, needsFreeLabels: true)
        }
        if let ids = patch.toolIDs.given {
            for tool in try tools.ofAgents([agent.id])[agent.id] ?? [] where !ids.contains(tool.id) {
                _ = try tools.detach(tool.id, fromAgent: agent.id)
            }
            try attachTools(ids: ids, to: agent)
        }
        if let ids = patch.identityIDs.given {
            for identity in try identities.ofAgents([agent.id])[agent.id] ?? [] where !ids.contains(identity.id) {
                _ = try identities.detach(identity.id, fromAgent: agent.id)
            }
            try attachIdentities(ids, to: agent)
        }
        if let tags = patch.tags.given { try agents.replaceTags(tags, ofAgent: agent.id, organization: organization) }
        if let secrets = patch.secrets.given { try replaceSecrets(secrets, of: agent) }
    }

    /// A secret that keeps its name keeps its id and time of creation.
    private func replaceSecrets(_ secrets: [AgentPatch.Secret], of agent: Agent) throws {
        let old = try agents.secrets(of: [agent.id])[agent.id] ?? []
        let new = secrets.map { secret in
            let known = old.first { $0.key == secret.key }
            return AgentSecret(
                id: known?.id ?? Identifier.new(.secret), key: secret.key, value: secret.value,
                description: known?.description, createdAt: known?.createdAt ?? now, updatedAt: now)
        }
        try agents.replaceSecrets(new, ofAgent: agent.id, organization: actor.organizationID)
    }

    /// - Parameter needsFreeLabels: a second block of a label is refused; V1 accepts it at an agent's creation only.
    private func attachBlocks(_ ids: [String], to agent: Agent, needsFreeLabels: Bool = false) throws {
        if ids.isEmpty { return }
        let found = try blocks.find(ids, organization: actor.organizationID)
        for id in ids {
            guard let block = found.first(where: { $0.id == id }) else {
                throw Refusal.notFound("Block with id '\(id)' not found")
            }
            if needsFreeLabels, try blocks.ofAgent(agent.id, labelOrID: id) == nil {
                try requireFreeLabel(block.label, on: agent.id)
            }
            try blocks.attach(block, toAgent: agent.id, organization: actor.organizationID)
        }
    }

    private func attachIdentities(_ ids: [String], to agent: Agent) throws {
        if ids.isEmpty { return }
        let found = try identities.find(ids, organization: actor.organizationID).map(\.id)
        for id in ids {
            guard found.contains(id) else { throw Refusal.notFound("Identity with id '\(id)' not found") }
            try identities.attach(id, toAgent: agent.id, organization: actor.organizationID)
        }
    }

    private func attachTools(ids: [String], to agent: Agent) throws {
        if ids.isEmpty { return }
        let found = try tools.find(ids, organization: actor.organizationID).map(\.id)
        for id in ids {
            guard found.contains(id) else { throw Refusal.notFound("Tool with id '\(id)' not found") }
            try tools.attach(id, toAgent: agent.id, organization: actor.organizationID)
        }
    }

    private func attachTools(_ draft: AgentDraft, to agent: Agent) throws {
        if !draft.toolNames.isEmpty {
            var found = try tools.named(draft.toolNames, organization: actor.organizationID)
            var missing = draft.toolNames.filter { name in !found.contains { $0.name == name } }
            if missing.contains(where: BuiltInTools.names.contains) {
                // Someone deleted a built-in tool.
                found += try ensureBuiltIns().filter { missing.contains($0.name) }
                missing = missing.filter { !BuiltInTools.names.contains($0) }
            }
            guard missing.isEmpty else { throw try unknownTools(missing) }
            for name in draft.toolNames {
                guard let tool = found.first(where: { $0.name == name }) else { continue }
                try tools.attach(tool.id, toAgent: agent.id, organization: actor.organizationID)
            }
        }
        try attachTools(ids: draft.toolIDs, to: agent)
    }

    /// V1's text, then the names that come near (decisions).
    private func unknownTools(_ names: [String]) throws -> Refusal {
        let list = names.map { "'\($0)'" }.joined(separator: ", ")
        let known = try tools.allNames(organization: actor.organizationID)
        let near = names.compactMap { NearMatch.best(for: $0, among: known) }
        let hint = near.isEmpty ? "" : ". Did you mean \(near.map { "'\($0)'" }.joined(separator: ", "))?"
        return Refusal.invalid("Tools not found by name: {\(list)}\(hint)")
    }
}

extension Agent {
    /// The agent after a patch; what the contract does not let be null stays.
    func patched(by patch: AgentPatch) throws -> Agent {
        var agent = self
        if let name = patch.name.given { agent.name = name }
        agent.description = patch.description.applied(to: description)
        if let system = patch.system.given { agent.system = system }
        agent.modelSettings = patch.modelSettings.applied(to: modelSettings)
        agent.compactionSettings = patch.compactionSettings.applied(to: compactionSettings)
        agent.responseFormat = patch.responseFormat.applied(to: responseFormat)
        if let rules = patch.toolRules.given { agent.toolRules = JSONText(.array(rules)) }
        agent.metadata = patch.metadata.applied(to: metadata)
        if let ids = patch.messageIDs.given { agent.messageIDs = ids }
        agent.projectID = patch.projectID.applied(to: projectID)
        agent.templateID = patch.templateID.applied(to: templateID)
        agent.baseTemplateID = patch.baseTemplateID.applied(to: baseTemplateID)
        if let timezone = patch.timezone.given { agent.timezone = timezone }
        agent.messageBufferAutoclear = patch.messageBufferAutoclear.given ?? messageBufferAutoclear
        agent.enableSleeptime = patch.enableSleeptime.applied(to: enableSleeptime)
        agent.maxFilesOpen = patch.maxFilesOpen.applied(to: maxFilesOpen)
        agent.perFileViewWindowCharLimit = patch.perFileViewWindowCharLimit.applied(to: perFileViewWindowCharLimit)
        agent.isHidden = patch.isHidden.applied(to: isHidden)
        agent.lastRunCompletion = patch.lastRunCompletion.applied(to: lastRunCompletion)
        agent.lastRunDurationMilliseconds = patch.lastRunDurationMilliseconds.applied(to: lastRunDurationMilliseconds)
        agent.lastStopReason = patch.lastStopReason.applied(to: lastStopReason)
        if let extra = patch.extra {
            var merged = self.extra?.value.object ?? JSONObject()
            for member in extra.members { merged[member.name] = member.value }
            agent.extra = JSONText(.object(merged))
        }
        try agent.changeModels(patch)
        return agent
    }

    /// A new handle switches the model and keeps the rest of its configuration.
    private mutating func changeModels(_ patch: AgentPatch) throws {
        var config = llmConfig.value.object ?? JSONObject()
        if let handle = patch.model.given {
            let fresh = try ModelHandle(handle).llmConfig(ModelOptions())
            for name in ["model", "model_endpoint_type", "model_endpoint", "provider_name", "context_window", "handle"]
            {
                config[name] = fresh[name]
            }
            model = handle
        }
        if let given = patch.llmConfig.given {
            for member in given.members { config[member.name] = member.value }
            if patch.model.given == nil, let handle = given["handle"]?.string { model = handle }
        }
        patch.modelOptions.apply(to: &config)
        llmConfig = JSONText(.object(config))
        if let handle = patch.embedding.given {
            let chunk = embeddingConfig?.value["embedding_chunk_size"]?.int
            embeddingConfig = JSONText(.object(try ModelHandle(handle).embeddingConfig(chunkSize: chunk)))
            embedding = handle
        } else if let given = patch.embeddingConfig.given {
            embeddingConfig = JSONText(.object(given))
            embedding = given["handle"]?.string ?? embedding
        }
    }
}
