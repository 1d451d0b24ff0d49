/// What the words in classes and ids of an element say about it.
enum PageWords {
    /// Parts of a page that are not what it is about.
    private static let aside: Set<String> = [
        "ad", "adbox", "ads", "adsense", "advert", "advertisement", "advertising", "banner", "breadcrumb",
        "breadcrumbs",
        "consent", "cookie", "cookies", "editsection", "footer", "gdpr", "lineno", "linenos", "masthead", "menu",
        "modal",
        "nav", "navbar", "navbox", "navigation", "newsletter", "noprint", "overlay", "pager", "pagination", "paywall",
        "popup", "promo", "promotion", "recommendations", "recommended", "related", "share", "sharedaddy", "sharing",
        "sidebar", "signup", "skip", "skiplink", "social", "sponsor", "sponsored", "subscribe", "toc", "toolbar",
        "topbar",
        "widget",
    ]
    private static let better: Set<String> = [
        "article", "body", "content", "entry", "main", "post", "prose", "story", "text", "thread", "topic", "markdown",
    ]
    /// Boxes beside a text that belong to it.
    private static let notes: Set<String> = [
        "admonition", "alert", "callout", "caution", "danger", "hint", "important", "info", "note", "tip", "warning",
    ]
    private static let roles: Set<String> = [
        "alertdialog", "banner", "complementary", "contentinfo", "dialog", "menu", "menubar", "navigation", "search",
        "tablist",
        "toolbar",
    ]

    static func isAside(_ words: [String]) -> Bool {
        if words.contains(where: aside.contains) { return true }
        // `sr-only` and `visually-hidden`: texts for who cannot see the layout.
        return words.elementsEqual(["sr", "only"]) || words.elementsEqual(["visually", "hidden"])
    }
    static func isBetter(_ words: [String]) -> Bool { words.contains(where: better.contains) }
    static func isNote(_ words: [String]) -> Bool { words.contains(where: notes.contains) }
    static func isAsideRole(_ role: String) -> Bool { roles.contains(role.lowercased()) }

    /// `siteNav main-footer` is `site nav main footer`.
    static func words(_ texts: String?...) -> [String] {
        var words: [String] = []
        var word = ""
        func end() {
            if !word.isEmpty { words.append(word) }
            word = ""
        }
        for text in texts {
            guard let text else { continue }
            var wasLower = false
            for byte in text.utf8 {
                switch byte {
                case 0x41...0x5A:
                    if wasLower { end() }
                    word.unicodeScalars.append(Unicode.Scalar(byte | 0x20))
                    wasLower = false
                case 0x61...0x7A:
                    word.unicodeScalars.append(Unicode.Scalar(byte))
                    wasLower = true
                default:
                    end()
                    wasLower = false
                }
            }
            end()
        }
        return words
    }
}
