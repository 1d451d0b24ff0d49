/// Every route that this version serves. `GET /openapi.json` lists exactly these.
package enum RouteTable {
    package static let routes: [Route] =
        OperationsRoutes.all
        + AgentRoutes.all
        + CoreMemoryRoutes.all
        + AgentToolRoutes.all
        + ToolRunRoutes.all
        + BlockRoutes.all
        + ArchiveRoutes.all
        + PassageRoutes.all
        + ArchivalMemoryRoutes.all
        + SearchRoutes.all
        + MemoryUseRoutes.all
        + ChangeRoutes.all
        + ToolRoutes.all
        + ToolServerRoutes.all
        + OlderToolServerRoutes.all
        + IdentityRoutes.all
        + TagRoutes.all
        + ModelRoutes.all
        + ProviderRoutes.all
        + EmbeddingRoutes.all
        + MessageRoutes.all
        + SendRoutes.all
        + FollowRoutes.all
        + AskingRoutes.all
        + ChatCompletionRoutes.all
        + ContextRoutes.all
        + ConversationRoutes.all
        + RunRoutes.all
        + StepRoutes.all
        + ToolCallRoutes.all
        + ToolGenerationRoutes.all
        + JobRoutes.all
        + PortabilityRoutes.all

    /// Contract routes that later work serves; each answers 501.
    package static let unserved: [UnservedRoute] = UnservedRoutes.all
}
