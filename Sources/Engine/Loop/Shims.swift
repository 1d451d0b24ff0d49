import Domain
extension Engine {
    func chatModel(named text: String?, by caller: Caller) async throws -> any ChatModel {
        do { return try chatModels.model(try ModelHandle(text ?? ""), providers: settings.providers) }
        catch let e as ChatError { throw RunFailure(e) }
    }
}
