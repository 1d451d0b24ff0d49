import Domain
import HTTP
import Platform
import Testing

@testable import Web

@Suite struct PageReaderTests {
    private func reader(_ change: (inout PageReader.Limits) -> Void = { _ in }) -> PageReader {
        var limits = PageReader.Limits.patient
        change(&limits)
        return PageReader(addresses: .thisMachine, limits: limits)
    }

    private func failure(_ address: String, _ reader: PageReader) async throws -> WebError? {
        do {
            _ = try await reader.page(at: address)
            return nil
        } catch let error as WebError {
            return error
        }
    }

    @Test func `a page is read with its title, its text and where it was`() async throws {
        let html = try fixture("article.html")
        let server = try LocalServer { request in
            request.rawPath == "/old"
                ? Response(status: 301, headers: ["location": "/new?a=b"])
                : Response(headers: ["content-type": "text/html"], body: .bytes(html))
        }
        let page = try await reader().page(at: server.address + "/old")
        #expect(page.url == server.address + "/new?a=b")
        #expect(page.title == "Harbour reopens after winter storms | The Daily Tide")
        #expect(page.text.hasPrefix("# Harbour reopens"))
        #expect(page.text.contains("[harbour office](\(server.address)/topics/harbour-office)"))
        let asked = try #require(server.asked.last)
        #expect(asked.headers["user-agent"]?.contains("Roost") == true)
        #expect(asked.headers["accept"]?.hasPrefix("text/html") == true)
        #expect(asked.headers["accept-encoding"]?.contains("gzip") == true)
        await server.stop()
    }

    @Test func `a text is given as it came, whatever its encoding and packing`() async throws {
        let long = String(repeating: "Zeile mit Umlaut: ä. ", count: 2000)
        let server = try LocalServer { request in
            switch request.rawPath {
            case "/json": Response(headers: ["content-type": "application/json"], body: .bytes(Array("{\"a\":1}".utf8)))
            case "/md": Response(headers: ["content-type": "text/markdown"], body: .bytes(Array("# T\n<b>".utf8)))
            case "/latin":
                Response(headers: ["content-type": "text/plain; charset=iso-8859-1"], body: .bytes([0x41, 0xE9]))
            case "/xml":
                Response(
                    headers: ["content-type": "application/rss+xml"],
                    body: .bytes(Array("<?xml version=\"1.0\" encoding=\"iso-8859-1\"?><t>".utf8) + [0xE9]))
            case "/sjis":
                Response(headers: ["content-type": "text/html"], body: .bytes((try? fixture("shift_jis.html")) ?? []))
            default: Response(headers: ["content-type": "text/plain"], body: .bytes(Array(long.utf8)))
            }
        }
        let reader = reader()
        #expect(try await reader.page(at: server.address + "/json").text == "{\"a\":1}")
        #expect(try await reader.page(at: server.address + "/md").text == "# T\n<b>")
        #expect(try await reader.page(at: server.address + "/latin").text == "Aé")
        #expect(try await reader.page(at: server.address + "/xml").text.hasSuffix("<t>é"))
        #expect(try await reader.page(at: server.address + "/sjis").title == "お茶の入れ方")
        #expect(try await reader.page(at: server.address + "/long").text == long)
        await server.stop()
    }

    @Test(arguments: [
        ("application/pdf", "x", "a PDF"), ("text/html", "%PDF-1.4", "a PDF"), ("image/png", "x", "an image"),
        ("application/zip", "x", "of the type application/zip"), ("video/mp4", "x", "a recording"),
    ])
    func `what has no text is refused and named`(type: String, body: String, name: String) async throws {
        let server = try LocalServer { _ in Response(headers: ["content-type": type], body: .bytes(Array(body.utf8))) }
        let error = try await failure(server.address + "/", reader())
        #expect(error?.code == .refused)
        #expect(error?.message.contains(" is \(name), which is not read here") == true)
        await server.stop()
    }

    @Test(arguments: [
        (404, "no such page"), (403, "does not let"), (401, "login"), (429, "after 7"), (500, "Try again later"),
    ])
    func `a status that is no success is told with what to do`(status: Int, words: String) async throws {
        let server = try LocalServer { _ in Response(status: status, headers: ["retry-after": "7"]) }
        let error = try await failure(server.address + "/secret", reader())
        #expect(error?.message.contains("status \(status)") == true)
        #expect(error?.message.contains(words) == true)
        #expect(error?.message.contains("secret") == false)
        await server.stop()
    }

    @Test func `a page that is too large, too slow or empty is an error`() async throws {
        let server = try LocalServer { request in
            switch request.rawPath {
            case "/large":
                return Response(
                    headers: ["content-type": "text/plain"], body: .bytes([UInt8](repeating: 65, count: 300_000)))
            case "/slow":
                // Its peer goes away; nothing is to be done about that here.
                try? await Task.sleep(for: .seconds(600))
                return Response()
            default: return Response(headers: ["content-type": "text/html"])
            }
        }
        #expect(try await failure(server.address + "/large", reader { $0.bytes = 100_000 })?.code == .tooLarge)
        #expect(try await failure(server.address + "/slow", reader { $0.seconds = 0.5 })?.code == .timedOut)
        #expect(try await failure(server.address + "/empty", reader())?.message.contains("empty page") == true)
        let cut = try await reader { $0.textBytes = 1000 }.page(at: server.address + "/large")
        #expect(cut.text.hasSuffix("(The page goes on; the rest was left out.)"))
        #expect(cut.text.utf8.count < 1100)
        await server.stop()
    }

    @Test func `a page of this machine or of a private network is not read`() async throws {
        let server = try LocalServer { _ in .text(200, "secret") }
        let guarded = PageReader(addresses: .publicHosts)
        for address in [
            server.address, "http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/", "http://localhost:1/",
        ] {
            let error = try await failure(address, guarded)
            #expect(error?.code == .forbidden, "\(address)")
            #expect(error?.message.contains("outgoing-hosts") == true)
        }
        #expect(server.asked.isEmpty)
        await server.stop()
    }

    @Test(arguments: ["", "  ", "two words", "ftp://site.example/", "file:///etc/passwd", "http://", "javascript://x"])
    func `what is no address of a page is refused`(address: String) async throws {
        let error = try await failure(address, reader())
        #expect(error?.code == .refused || error?.code == .forbidden)
    }
}
