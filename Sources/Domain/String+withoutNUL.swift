extension String {
    /// The text without NUL characters, which V1 strips from block values and passages.
    package var withoutNUL: String {
        utf8.contains(0) ? String(String.UnicodeScalarView(unicodeScalars.filter { $0 != "\0" })) : self
    }
}
