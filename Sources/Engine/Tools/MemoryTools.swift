/// Editing memory blocks while talking.
extension BuiltInTools {
    static let memory: [BuiltInTool] = [
        BuiltInTool(
            "core_memory_append", .memory,
            "Adds text at the end of a memory block, on a new line. What is in the block stays as it is.",
            [label, .text("content", "The text to add.")]),
        BuiltInTool(
            "core_memory_replace", .memory,
            """
            Replaces a piece of a memory block wherever it occurs. The old text must match exactly. An empty new text \
            removes the piece.
            """,
            [
                label,
                .text("old_content", "The text to replace, exactly as it stands in the block."),
                .text("new_content", "The text to put in its place; empty to remove it."),
            ]),
        BuiltInTool("memory", .memory, memoryDescription, memoryParameters),
        BuiltInTool(
            "memory_apply_patch", .memory,
            """
            Makes several changes at once, given as a patch. Either for one block: unified-diff hunks, where a line \
            begins with a space (context), - (removed) or + (added), and each hunk's context occurs exactly once in the \
            block. Or for several blocks: sections that begin with "*** Add Block: label" (optionally followed by a \
            "Description:" line), "*** Update Block: label", "*** Delete Block: label", or "*** Move to: label" within \
            an update to rename.

            Example: label "human", patch "@@\\n Name: Ann\\n-City: Oslo\\n+City: Bergen".
            """,
            [
                .text("label", "The block to change; with a patch of several blocks, any of them."),
                .text("patch", "The patch."),
            ]),
    ]

    static let label = BuiltInTool.Parameter.text(
        "label", "The label of the memory block, such as \"human\" or \"persona\".")

    private static let memoryDescription = """
        Manages your memory blocks with one of these commands:
        create: a new block at path, with file_text and a description of what belongs in it.
        str_replace: replaces old_string, which must occur exactly once, by new_string in the block at path.
        insert: puts insert_text after line insert_line of the block at path; 0 is the beginning.
        delete: removes the block at path from your memory.
        rename: moves the block at old_path to new_path; with path and description instead, changes the description.
        A path is "/memories/" and the label of a block.

        Examples: command "create", path "/memories/projects", description "Projects that the user works on", file_text \
        "Garden shed: roof is next."; command "str_replace", path "/memories/projects", old_string "roof is next", \
        new_string "roof is done".
        """

    private static let memoryParameters: [BuiltInTool.Parameter] = [
        .text("command", "create, str_replace, insert, delete or rename."),
        .text("path", "The block, as /memories/label. For all commands but a rename by old_path.", optional: true),
        .text("file_text", "create: the new block's text.", optional: true),
        .text("description", "create, rename: what belongs in the block.", optional: true),
        .text("old_string", "str_replace: the text to replace; it must occur exactly once.", optional: true),
        .text("new_string", "str_replace: the text to put in its place.", optional: true),
        .integer("insert_line", "insert: the line after which the text goes; 0 is the beginning."),
        .text("insert_text", "insert: the text.", optional: true),
        .text("old_path", "rename: the block's path now.", optional: true),
        .text("new_path", "rename: the block's new path.", optional: true),
    ]
}
