/// `letta_memory_unified`.
enum MemoryHub {
    static let tool = Hub(
        name: "letta_memory_unified", title: "Memory", description: "Memory.", parameters: [], operations: []
    ).tool
}
