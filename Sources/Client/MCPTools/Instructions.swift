/// What clients put into the model's prompt: when to recall and when to remember.
enum Instructions {
    static func text(for profile: ToolProfile) -> String { memory }

    private static let memory = """
        Roost keeps what was learned in earlier sessions.
        """
}
