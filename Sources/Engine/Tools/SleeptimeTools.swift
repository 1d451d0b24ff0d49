/// Precise edits of memory blocks, and what a sleeptime agent ends its work with.
extension BuiltInTools {
    static let sleeptime: [BuiltInTool] = [
        BuiltInTool(
            "memory_replace", .sleeptime,
            """
            Replaces one piece of a memory block. The old text must occur exactly once: include enough of the text \
            around it. Line numbers that you may be shown are not part of the block and must not be sent.

            Example: label "human", old_string "City: Oslo", new_string "City: Bergen".
            """,
            [
                label,
                .text("old_string", "The text to replace, exactly as it stands in the block, with its line ends."),
                .text("new_string", "The text to put in its place; empty to remove it."),
            ]),
        BuiltInTool(
            "memory_insert", .sleeptime,
            """
            Puts text into a memory block after a line, or at the end. Nothing is replaced. Line numbers that you may be \
            shown are not part of the block and must not be sent.

            Example: label "human", new_string "Has a dog named Balder".
            """,
            [
                label,
                .text("new_string", "The text to add."),
                .integer("insert_line", "The line after which it goes: 0 is the beginning, -1 (the default) the end."),
            ]),
        BuiltInTool(
            "memory_rethink", .sleeptime,
            """
            Rewrites a whole memory block. For large changes: to merge, condense and put in order. Everything that shall \
            stay must be in the new text. For small changes use memory_replace or memory_insert.
            """,
            [label, .text("new_memory", "The whole new text of the block.")]),
        BuiltInTool(
            "memory_finish_edits", .sleeptime,
            "Ends your work on the memory. Call it when the blocks are as they should be."),
    ]
}
