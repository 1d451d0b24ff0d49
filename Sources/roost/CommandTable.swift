/// Every command, in the order of the help.
enum CommandTable {
    static let all: [Command] =
        [Serve.command, Version.command, Doctor.command, Embed.command, Generate.command] + Database.all
        + AgentCommands.all + BlockCommands.all + PassageCommands.all + [Search.command]
        + MCPCommands.all + [HookCommand.command] + SetupCommands.all
        + ProjectCommands.all + NoteCommands.all + [RecallCommand.command] + MemoryCommands.all
        + TeamCommands.all + [SyncCommand.command, WatchCommand.command] + LearnCommands.all
        + ToolCommands.all + ToolCallCommands.all + ArchiveCommands.all + EmbeddingCommands.all + ModelCommands.all
        + ProviderCommands.all
        + IdentityCommands.all + ImportCommands.all
        + [BenchRecall.command, BenchSearch.command]
}
