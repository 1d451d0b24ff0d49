import Testing

@testable import Engine

@Suite struct FoldedWordTests {
    @Test(arguments: [
        ("Café", "cafe"), ("SCHÖN", "schon"), ("Ångström", "angstrom"), ("Łódź", "łodz"), ("ØRE", "øre"),
        ("Cafe\u{301}", "cafe"), ("Việt", "viet"), ("МОСКВА", "москва"), ("Ёлка", "ёлка"), ("ΛΌΓΟΣ", "λΌγοσ"),
        ("東京", "東京"), ("ß", "ß"), ("Straße", "straße"), ("Ž", "z"), ("Đ", "đ"),
    ])
    func `cases and accents fold`(word: String, folded: String) {
        #expect(String(decoding: FoldedWord.bytes(word), as: UTF8.self) == folded)
    }
}
