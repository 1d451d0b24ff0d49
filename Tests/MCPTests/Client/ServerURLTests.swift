import Testing

@testable import MCP

@Suite struct ServerURLTests {
    @Test(arguments: [
        ("http://Example.org", "http://example.org", "http://Example.org/"),
        ("https://example.org:443/mcp?x=1#f", "https://example.org", "https://example.org:443/mcp?x=1"),
        ("http://[::1]:80/a", "http://[::1]", "http://[::1]:80/a"),
        ("http://h:8080?q", "http://h:8080", "http://h:8080/?q"),
    ])
    func `an address has one origin`(text: String, origin: String, sent: String) {
        #expect(ServerURL(text)?.origin == origin)
        #expect(ServerURL(text)?.text == sent)
    }

    @Test(arguments: [
        "", "example.org", "ftp://h/", "http://", "http:///x", "http://u:p@h/", "http://h/a b", "http://h\\@e/",
        "http://h/\n",
        "https://:443/",
    ])
    func `what is no address, or holds a user`(text: String) {
        #expect(ServerURL(text) == nil)
    }

    @Test(arguments: [
        ("/m?s=1", "http://h:1/m?s=1"), ("m", "http://h:1/a/m"), ("?s=1", "http://h:1/a/b?s=1"),
        ("//e/x", "http://e/x"), ("https://e/x", "https://e/x"), ("http://h:1/z", "http://h:1/z"),
    ])
    func `references are resolved`(reference: String, sent: String) {
        #expect(ServerURL("http://h:1/a/b?c")?.resolving(reference)?.text == sent)
    }
}
