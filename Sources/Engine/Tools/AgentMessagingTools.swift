/// Talking to other agents.
extension BuiltInTools {
    static let agents: [BuiltInTool] = [
        BuiltInTool(
            "send_message_to_agent_and_wait_for_reply", .agents,
            "Sends a message to another agent and returns its answer. The other agent is told that you sent it.",
            [.text("message", "What to say: everything the other agent needs to know."), otherAgent]),
        BuiltInTool(
            "send_message_to_agents_matching_tags", .agents,
            "Sends the same message to every agent with the given tags, and returns their answers as a list.",
            [
                .text("message", "What to say: everything the other agents need to know."),
                .texts("match_all", "An agent must have every one of these tags.", optional: false),
                .texts("match_some", "An agent must have at least one of these tags.", optional: false),
            ]),
        BuiltInTool(
            "send_message_to_agent_async", .agents,
            """
            Sends a message to another agent and goes on without waiting. If the other agent answers, the answer comes \
            later as a message of its own.
            """,
            [.text("message", "What to say: everything the other agent needs to know."), otherAgent]),
    ]

    private static let otherAgent = BuiltInTool.Parameter.text(
        "other_agent_id", "The id of the other agent, which begins with \"agent-\".")
}
