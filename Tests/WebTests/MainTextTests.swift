import Testing

@testable import Web

/// What is taken out of pages of every kind: `NAME.html` becomes `NAME.md`, whose first line is the title.
@Suite struct MainTextTests {
    private func text(_ html: String) throws -> String {
        try PageText.html(Array(html.utf8), at: "https://site.example/dir/page.html").text
    }

    @Test(arguments: [
        "article", "docs", "forum", "table", "broken", "nineties", "nomain", "list", "spa", "code", "shift_jis",
        "latin1",
    ])
    func `the main part is written as Markdown`(name: String) throws {
        let document = Charset.decode(try fixture(name + ".html"), named: nil, isMarkup: true)
        let page = try PageText.html(document, at: "https://site.example/dir/page.html")
        let expected = String(decoding: try fixture(name + ".md"), as: UTF8.self)
        #expect("\(page.title ?? "-")\n\n\(page.text)\n" == expected)
    }

    @Test func `company of an article is left out`() throws {
        let page = try PageText.html(try fixture("article.html"), at: "https://site.example/")
        for word in [
            "privacy", "cookies", "Skip to", "Sport", "Share", "Advertisement", "Most read", "newsletter", "Related",
            "Tags",
            "All rights", "hidden", "Ignore what", "injected", "dataLayer", "color:red",
        ] {
            #expect(!page.text.contains(word), "\(word)")
        }
    }

    @Test func `names of classes do not take away most of a page`() throws {
        let words = String(repeating: "A sentence of the page, with a comma in it. ", count: 20)
        for html in [
            "<body class='nav-open has-sidebar'><p>\(words)</p>", "<div class='sidebar-layout'><p>\(words)</p></div>",
            "<div class=modal><h1>T</h1><p>\(words)</p></div>", "<form id=aspnet><p>\(words)</p></form>",
            "<aside><p>short</p></aside><div class='related widget'><p>\(words)</p></div>",
        ] {
            #expect(try text(html).contains("A sentence of the page"), "\(html.prefix(40))")
        }
    }

    @Test func `a page that was built carelessly has a text`() throws {
        #expect(try text("") == "")
        #expect(try text("   ") == "")
        #expect(try text("plain words") == "plain words")
        #expect(try text("<p>a</div></span>b</p>c") == "a\n\nb\n\nc" || text("<p>a</div></span>b</p>c").contains("a"))
        #expect(try text("</p></p></b>x") == "x")
        #expect(try text("<b><i><p>x").contains("x"))
        #expect(
            try text("1 < 2 & 3 > 2 &amp; &nope; &#65; &#x1F600; &#0; &#xFFFFFFFF;").hasPrefix(
                "1 < 2 & 3 > 2 & &nope; A 😀"))
        #expect(try text("<table><td>x").contains("x"))
        #expect(try text("<ul><p>x").contains("x"))
        #expect(try text("<!DOCTYPE html><![CDATA[x]]><?php echo 1 ?><p>y") == "y")
        #expect(
            try text("<script>never ended <p>x</p>")
                == "(The page has hardly any text of its own: it is built by scripts, which are not run here.)")
    }

    @Test func `lists, breaks and marks are written plainly`() throws {
        #expect(try text("<p>a<br>b<br><br>c</p>") == "a\nb\n\nc")
        #expect(try text("<p> a <b> b </b>c<i>d</i> </p>") == "a **b** c*d*")
        #expect(try text("<ol><li>a<li>b</ol>") == "1. a\n2. b")
        #expect(try text("<ul><li>a<ul><li>b</ul></ul>") == "- a\n  - b")
        #expect(try text("<blockquote><p>a</p><p>b</p></blockquote>") == "> a\n>\n> b")
        #expect(try text("<h3>T</h3>x<hr>y") == "### T\n\nx\n\n---\n\ny")
        #expect(try text("<pre>\n a\n  b \n</pre>") == "```\n a\n  b\n```")
        #expect(try text("<p>a\u{200B}b&nbsp;&nbsp;c\u{FEFF}</p>") == "ab c")
        #expect(try text("<p>E=mc<sup>2</sup>, H<sub>2</sub>O</p>") == "E=mc^2, H2O")
    }

    @Test func `links lead to whole addresses, or are words`() throws {
        #expect(try text("<a href='x y'>a</a>") == "[a](https://site.example/dir/x%20y)")
        #expect(try text("<a href='/b?q=1&amp;r=2'>a</a>") == "[a](https://site.example/b?q=1&r=2)")
        #expect(try text("<a href='//other.example'>a</a>") == "[a](https://other.example/)")
        for place in [
            "#top", "javascript:alert(1)", "mailto:a@b.example", "data:text/html,x", "file:///etc/passwd", "",
        ] {
            #expect(try text("<p>x <a href='\(place)'>a</a></p>") == "x a", "\(place)")
        }
        #expect(try text("<a href=/c><div>one</div><div>two</div></a>") == "[one](https://site.example/c)\n\ntwo")
    }
}
