import Platform

/// A file in a call: base64 of its bytes, with a name.
struct FileUpload: Sendable {
    /// Of decoded bytes. A server takes 50 MB in a body unless it is set otherwise.
    static let maximumBytes = 20 << 20

    let name: String
    let bytes: [UInt8]
    let type: String

    init(_ arguments: ToolArguments) throws {
        let given = try arguments.required("file_name")
        guard let name = given.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map(String.init),
            name != ".", name != ".."
        else { throw ToolError("'file_name' should be a name such as notes.md.") }
        let data = try arguments.required("file_data")
        // With room for line ends.
        guard data.utf8.count <= Self.maximumBytes / 2 * 3 else { throw Self.tooLarge }
        guard let bytes = Base64.decode(Self.plain(data)) else {
            throw ToolError(
                "'file_data' is not base64.",
                hints: ["Send the file's bytes as base64 (RFC 4648, section 4) with its padding '='."])
        }
        guard !bytes.isEmpty else { throw ToolError("The file is empty.") }
        guard bytes.count <= Self.maximumBytes else { throw Self.tooLarge }
        self.name = name
        self.bytes = bytes
        type = try arguments.text("content_type").map(Self.checked) ?? Self.type(of: name)
    }

    var form: MultipartForm {
        var form = MultipartForm()
        form.add("file", file: bytes, fileName: name, type: type)
        return form
    }

    private static var tooLarge: ToolError {
        ToolError("The file is larger than \(maximumBytes >> 20) MB.", hints: ["Upload it in parts."])
    }

    /// Without line ends, and without the head of a `data:` URL.
    private static func plain(_ text: String) -> String {
        var text = text[...]
        if text.hasPrefix("data:"), let comma = text.firstIndex(of: ",") { text = text[text.index(after: comma)...] }
        return String(text.filter { !$0.isWhitespace })
    }

    /// It becomes a line of the form's head.
    private static func checked(_ type: String) throws -> String {
        let signs = type.unicodeScalars.allSatisfy { $0.value > 31 && $0.value < 127 }
        guard signs, type.contains("/") else { throw ToolError("'content_type' should be a type such as text/plain.") }
        return type
    }

    private static func type(of name: String) -> String {
        let ending = name.split(separator: ".", omittingEmptySubsequences: false).last?.lowercased() ?? ""
        return types[ending] ?? "application/octet-stream"
    }

    private static let types = [
        "txt": "text/plain", "log": "text/plain", "md": "text/markdown", "csv": "text/csv", "html": "text/html",
        "json": "application/json", "jsonl": "application/x-ndjson", "pdf": "application/pdf", "py": "text/x-python",
        "xml": "application/xml", "yaml": "application/yaml", "yml": "application/yaml",
    ]
}
