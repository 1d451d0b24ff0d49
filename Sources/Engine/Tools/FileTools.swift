/// Files of attached folders.
extension BuiltInTools {
    static let files: [BuiltInTool] = [
        BuiltInTool(
            "open_files", .files,
            """
            Opens files, or parts of them, so that their text is in view. When too many are open, those used least \
            recently are closed.

            Example: file_requests [{"file_name": "manual/setup.md", "offset": 120, "length": 60}].
            """,
            [
                .objects(
                    "file_requests", "The files to open.",
                    [
                        .text("file_name", "The file's name with its folder."),
                        .integer("offset", "The first line to show, counted from 0; the beginning when left out."),
                        .integer("length", "How many lines to show; to the end when left out."),
                    ]),
                .flag("close_all_others", "Whether to close the files that are open now; false when left out."),
            ]),
        BuiltInTool(
            "grep_files", .files, parallel: true,
            """
            Finds lines that match a regular expression in all attached files, with the lines around them, 20 matches \
            at a time.

            Example: pattern "timeout\\s*=", include "*.toml".
            """,
            [
                .text("pattern", "The regular expression."),
                .text("include", "Only files whose name matches this pattern, such as *.md.", optional: true),
                .integer("context_lines", "How many lines to show before and after each match; 1 when left out."),
                .integer("offset", "How many matches to skip, for the next page."),
            ]),
        BuiltInTool(
            "semantic_search_files", .files, parallel: true,
            "Finds the passages of attached files that answer a question, by meaning rather than by exact words.",
            [
                .text("query", "What you want to know."),
                .integer("limit", "Most passages to return; 5 when left out."),
            ]),
    ]
}
