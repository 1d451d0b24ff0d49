/// `letta_source_manager`.
enum SourceHub {
    static let tool = Hub(
        name: "letta_source_manager", title: "Sources", description: "Sources.", parameters: [], operations: []
    ).tool
}
