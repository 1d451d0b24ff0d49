import Models

extension Setting {
    /// For the model of `default-embedding`; every other handle is called as its card says.
    static let embedding: [Setting] =
        localModel + [
            Setting(
                .embedding, "embedding-dimensions", ["ROOST_EMBEDDING_DIMENSIONS"], .integer(1...16_384), "",
                "Ask the default embedding model for vectors of this many numbers; for models that can be shortened"),
            Setting(
                .embedding, "embedding-tokens", ["ROOST_EMBEDDING_TOKENS"], .integer(16...1_000_000), "",
                "The longest text, in tokens, the default embedding model takes; longer ones are embedded in windows"),
            Setting(
                .embedding, "embedding-batch", ["ROOST_EMBEDDING_BATCH"], .integer(1...2048), "",
                "The most texts in one request; else what the provider takes"),
            Setting(
                .embedding, "embedding-query-prefix", ["ROOST_EMBEDDING_QUERY_PREFIX"], .text, "",
                "What the default embedding model reads before a query, such as 'query: ', or none; unset: what is known of it"
            ),
            Setting(
                .embedding, "embedding-passage-prefix", ["ROOST_EMBEDDING_PASSAGE_PREFIX"], .text, "",
                "The same before a passage"),
            Setting(
                .embedding, "embedding-timeout", ["ROOST_EMBEDDING_TIMEOUT"], .seconds, "60",
                "How long one request may take; with its repetitions three times that, a query never more than 20"),
        ]

    static func embeddingOptions(_ read: SettingReader) throws -> RemoteEmbedding.Options {
        var options = RemoteEmbedding.Options()
        options.dimensions = try read.integer("embedding-dimensions")
        options.longestText = try read.integer("embedding-tokens")
        options.textsPerRequest = try read.integer("embedding-batch")
        options.queryPrefix = LocalModelSettings.prefix(read.text("embedding-query-prefix"))
        options.passagePrefix = LocalModelSettings.prefix(read.text("embedding-passage-prefix"))
        options.timeout = max(0.1, try read.seconds("embedding-timeout"))
        return options
    }
}
