import Testing

@testable import Engine

@Suite struct PorterStemTests {
    /// Pairs from the paper's own examples.
    @Test(arguments: [
        ("caresses", "caress"), ("ponies", "poni"), ("cats", "cat"), ("feed", "feed"), ("agreed", "agre"),
        ("plastered", "plaster"), ("motoring", "motor"), ("sing", "sing"), ("conflated", "conflat"),
        ("hopping", "hop"), ("tanned", "tan"), ("falling", "fall"), ("hissing", "hiss"), ("fizzed", "fizz"),
        ("filing", "file"), ("happy", "happi"), ("sky", "sky"), ("relational", "relat"), ("conditional", "condit"),
        ("digitizer", "digit"), ("operator", "oper"), ("decisiveness", "decis"), ("sensibiliti", "sensibl"),
        ("electrical", "electr"), ("hopefulness", "hope"), ("replacement", "replac"), ("adoption", "adopt"),
        ("probate", "probat"), ("rate", "rate"), ("cease", "ceas"), ("controll", "control"), ("roll", "roll"),
    ])
    func `a word loses its endings`(word: String, stem: String) {
        #expect(String(decoding: PorterStem.stem(Array(word.utf8)), as: UTF8.self) == stem)
    }

    @Test(arguments: ["", "a", "is", "naïve", "deploy2", "größe"])
    func `short words and those with other signs stay`(word: String) {
        #expect(PorterStem.stem(Array(word.utf8)) == Array(word.utf8))
    }
}
