import Platform

/// A form with a file, as `POST /v1/agents/import` takes it (RFC 7578).
package struct MultipartForm: Sendable {
    private let boundary = "roost-" + Identifier.uuid()
    private var bytes: [UInt8] = []

    package init() {}

    package var contentType: String { "multipart/form-data; boundary=\(boundary)" }
    package var body: [UInt8] { bytes + Array("--\(boundary)--\r\n".utf8) }

    package mutating func add(_ name: String, _ value: String) {
        bytes += Array("--\(boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n".utf8)
    }

    /// - Parameter fileName: without quotes and line ends.
    package mutating func add(_ name: String, file: [UInt8], fileName: String, type: String) {
        let safeName = fileName.filter { $0 != "\"" && !$0.isNewline && $0 != "\\" }
        let head =
            "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"; filename=\"\(safeName)\"\r\n"
            + "Content-Type: \(type)\r\n\r\n"
        bytes += Array(head.utf8) + file + Array("\r\n".utf8)
    }
}
