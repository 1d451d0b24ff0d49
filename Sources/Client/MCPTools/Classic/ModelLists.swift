/// The lists of models, which two profiles have.
enum ModelLists {
    static let all: [MCPTool] = []
}
