import Domain
import Testing

@testable import API

@Suite struct MultipartFormTests {
    private func form(_ body: String, type: String = "multipart/form-data; boundary=XX") throws -> MultipartForm {
        try MultipartForm(contentType: type, body: Array(body.utf8))
    }

    private func refusal(_ body: String, type: String = "multipart/form-data; boundary=XX") -> String {
        do {
            _ = try form(body, type: type)
            return "accepted"
        } catch let refusal as Refusal { return refusal.message } catch { return "\(error)" }
    }

    private let part = "Content-Disposition: form-data; name=\"a\"\r\n\r\n"

    @Test func `fields and a file are read with their exact bytes`() throws {
        let form = try form(
            "--XX\r\n" + part + "1\r\n--XX\r\ncontent-disposition: form-data; name=file; "
                + "filename=\"..\\\\dir/x \\\"y\\\".af\"\r\nContent-Type: application/octet-stream\r\n\r\n"
                + "\r\n--XY\r\n--XXtra\r\n\0\r\n--XX--\r\n")
        #expect(try form.fields().map(\.value) == ["1"])
        let file = try #require(try form.file(named: "file"))
        #expect(file.name == "x \"y\".af")
        #expect(file.bytes == Array("\r\n--XY\r\n--XXtra\r\n\0".utf8))
    }

    @Test func `an empty part and a quoted boundary are fine`() throws {
        let form = try form(
            "--a b\r\n" + part + "\r\n--a b--", type: "Multipart/Form-Data; charset=utf-8; boundary=\"a b\"")
        #expect(try form.fields().map(\.value) == [""])
    }

    @Test(arguments: [
        ("", "does not begin with its boundary"),
        ("hello", "does not begin with its boundary"),
        ("--XX", "has a boundary line with something behind it"),
        ("--XXjunk\r\n", "has a boundary line with something behind it"),
        ("--XX\r\n", "has a part whose headers do not end"),
        ("--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n", "has a part whose headers do not end"),
        ("--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nvalue", "ends inside the part 'a'"),
        ("--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nvalue\r\n--X", "ends inside the part 'a'"),
        ("--XX\r\n\r\nvalue\r\n--XX--", "has a part without a name"),
        ("--XX\r\nContent-Disposition: attachment; name=a\r\n\r\n\r\n--XX--", "without one clear Content-Disposition"),
        ("--XX\r\nContent-Disposition: form-data; name=\"a\r\n\r\n\r\n--XX--", "without one clear Content-Disposition"),
        ("--XX\r\nContent-Disposition: form-data; name=a; name=b\r\n\r\n\r\n--XX--", "without one clear"),
        ("--XX\r\nno colon\r\n\r\n\r\n--XX--", "a header line that is none"),
        (
            "--XX\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n--XX--",
            "Content-Transfer-Encoding"
        ),
        ("--XX--\r\nmore", "goes on after its last boundary"),
    ])
    func `a broken body is refused with what is wrong`(body: String, expected: String) {
        #expect(refusal(body).contains(expected), "\(refusal(body))")
    }

    @Test func `the content type must be multipart with a boundary`() {
        #expect(refusal("--XX--", type: "application/json").contains("should be multipart/form-data"))
        #expect(refusal("--XX--", type: "multipart/form-data").contains("no usable boundary"))
        #expect(refusal("--XX--", type: "multipart/form-data; boundary=\"\"").contains("no usable boundary"))
        let long = String(repeating: "x", count: 71)
        #expect(refusal("--XX--", type: "multipart/form-data; boundary=\(long)").contains("no usable boundary"))
    }

    @Test func `too many parts and endless part headers are refused`() {
        let one = "--XX\r\n" + part + "v\r\n"
        #expect(refusal(String(repeating: one, count: 129) + "--XX--").contains("128 parts at most"))
        let endless = "--XX\r\nX: " + String(repeating: "y", count: 9000) + "\r\n\r\n\r\n--XX--"
        #expect(refusal(endless).contains("headers do not end"))
    }

    @Test func `every cut of a body is refused`() throws {
        let body = Array(("--XX\r\n" + part + "value\r\n--XX\r\n" + part + "w\r\n--XX--").utf8)
        for end in 0..<body.count {
            #expect(throws: Refusal.self) {
                try MultipartForm(contentType: "multipart/form-data; boundary=XX", body: Array(body[..<end]))
            }
        }
        #expect(try MultipartForm(contentType: "multipart/form-data; boundary=XX", body: body).parts.count == 2)
    }

    @Test func `the same file twice and a field that is no text are refused`() throws {
        let file = "--XX\r\nContent-Disposition: form-data; name=file; filename=x\r\n\r\n1\r\n"
        #expect(throws: Refusal.self) { try form(file + file + "--XX--").file(named: "file") }
        let bytes = Array(("--XX\r\n" + part).utf8) + [0xFF] + Array("\r\n--XX--".utf8)
        let broken = try MultipartForm(contentType: "multipart/form-data; boundary=XX", body: bytes)
        #expect(throws: Refusal.self) { try broken.fields() }
    }
}
