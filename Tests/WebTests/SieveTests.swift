import Testing

@testable import Web

@Suite struct SieveTests {
    private func sieved(_ html: String) -> String {
        String(decoding: HTMLSieve(Array(html.utf8)).output, as: UTF8.self)
    }

    @Test func `what is asked for stays`() {
        #expect(sieved("<P Class=a id='b' onclick=\"x()\" HREF=c>t</P>") == "<p class=\"a\" id=\"b\" href=\"c\">t</p>")
        #expect(sieved("<a href=\"a&amp;b\" href=c>t</a>") == "<a href=\"a&amp;b\">t</a>")
        #expect(sieved("<a href='say \"<hi>\"'>t</a>") == "<a href=\"say &quot;&lt;hi>&quot;\">t</a>")
        #expect(sieved("<div hidden>a<br/>b</div >") == "<div hidden=\"\">a<br>b</div>")
        #expect(sieved("<x-card>t</x-card>") == "<x-card>t</x-card>")
        #expect(sieved("<a/href=x/y>t</a>") == "<a href=\"x/y\">t</a>")
    }

    @Test func `what nobody reads goes`() {
        #expect(sieved("a<script>if (a</b) {}</script >b<STYLE>x</style>c<!-- d --> e<!x><?y?>f") == "abc ef")
        #expect(sieved("a<svg><path d=x></svg>b<svg>c") == "ab" + "c")
        #expect(sieved("a<textarea><p>b</textarea>c<iframe>d</iframe>e") == "ace")
        #expect(sieved("<title>a<b>c</title>d") == "<title>a&lt;b>c</title>d")
        #expect(sieved("<title>a\u{0}b</title><p class='c\u{0}d'>e\u{0}f") == "<title>ab</title><p class=\"cd\">ef")
        #expect(sieved("a</p></div>b<p>c</p></p>") == "ab<p>c</p>")
        #expect(sieved("a\u{0}b < c <3 </ d>e") == "ab &lt; c &lt;3 e")
        #expect(sieved("<script>a</scripty></script>b") == "b")
    }

    @Test(arguments: [
        "<", "</", "<a", "<a ", "<a b", "<a b=", "<a b='", "<a b=\"c", "<!", "<!-", "<!--", "<?", "</a", "<title",
        "<title>a",
        "<script", "<script>", "<script></script", "<a b=c", "&", "&a",
    ])
    func `a document may end anywhere`(html: String) throws {
        _ = sieved(html)
        _ = try PageText.html(Array(html.utf8), at: "https://site.example/")
        _ = try PageText.html(Array("<p>x</p>\(html)".utf8), at: "https://site.example/")
    }

    /// Each of them would take a parser minutes: one that is not swept out would be noticed.
    @Test(arguments: [
        ("<a", " x", ">t"), ("", "</i>", ""), ("<i>" + String(repeating: "<b>", count: 350), "</i><i>", ""),
        ("", "<div>", ""),
        ("", "<a><p>", ""), ("", "<table><tr><td>", ""), ("", "<!--", ""), ("", "&a", ""), ("<p class='", " ad", "'>t"),
        ("", "<ul><li>", ""), ("", "<", ""), ("", "<p>x", ""), ("<pre>", "`", ""), ("", "<a href=x>y</a>", ""),
        (String(repeating: "<sup><b><a href=x><code>", count: 90), "1", ""),
        ("<table><tr><td>", "<table><tr><td>a<td>b", ""),
    ])
    func `a page that means harm is read in linear time`(page: (String, String, String)) throws {
        let (begin, piece, end) = page
        let html = begin + String(repeating: piece, count: 60_000 / piece.utf8.count) + end
        _ = try PageText.html(Array(html.utf8), at: "https://site.example/")
    }

    @Test func `many attributes in one tag are counted once`() throws {
        let html = "<a" + (0..<20_000).map { " a\($0)" }.joined() + " href=x>t</a>"
        #expect(try PageText.html(Array(html.utf8), at: "https://site.example/").text == "[t](https://site.example/x)")
    }

    @Test func `a page nests as deep as it likes`() throws {
        let html =
            String(repeating: "<div>", count: 300) + "deep" + String(repeating: "</div>", count: 300) + "<p>after</p>"
        let text = try PageText.html(Array(html.utf8), at: "https://site.example/").text
        #expect(text.contains("deep"))
        #expect(text.contains("after"))
    }

    @Test func `a large page is read whole`() throws {
        let paragraph = "<p>Sentence of a long page, with <b>marks</b> and a <a href='/x'>link</a>, number "
        let html = "<article>" + (0..<3000).map { "\(paragraph)\($0).</p>" }.joined() + "</article>"
        #expect(html.utf8.count > 200_000)
        let text = try PageText.html(Array(html.utf8), at: "https://site.example/").text
        #expect(text.hasSuffix("number 2999."))
        #expect(text.split(separator: "\n").count == 3000)
    }
}
