package import Domain

/// Everything that calls of one remote embedding model need to know.
package struct RemoteEmbedding: Sendable {
    /// As the user wrote it, but with the provider's own name.
    package let handle: ModelHandle
    let provider: EmbeddingProvider
    let address: ServiceAddress
    let key: Secret?
    let apiVersion: String?
    /// Asked of the service; nil is what the model has by itself.
    package let dimensions: Int?
    /// Nil: unknown until a vector is seen.
    let knownDimensions: Int?
    package let prefixes: EmbeddingPrefixes
    let takesTaskType: Bool
    package var limits: RequestLimits
    /// Longer texts are embedded in windows of at most this many tokens, as `TokenEstimate` counts them; nil when the
    /// service is left to refuse them.
    package let window: Int?
    /// Seconds for one attempt.
    package let timeout: Double
    /// Seconds for one request with all its attempts.
    package let deadline: Double
    /// The same for a query: somebody is waiting for it.
    package let queryDeadline: Double
    package let connectTimeout: Double
    package var concurrency: Int

    /// What the operator may set for the model.
    package struct Options: Sendable, Equatable {
        package var dimensions: Int?
        package var textsPerRequest: Int?
        package var longestText: Int?
        package var queryPrefix: String?
        package var passagePrefix: String?
        /// Seconds for one attempt; a request with all its attempts may take three times that.
        package var timeout = 60.0
        package var queryDeadline = 20.0
        package var connectTimeout = 10.0

        package init() {}

        /// What of them is about time and not about one model.
        package var ofAnyModel: Options {
            var options = self
            options.dimensions = nil
            options.textsPerRequest = nil
            options.longestText = nil
            options.queryPrefix = nil
            options.passagePrefix = nil
            return options
        }
    }

    /// Nil when the provider of the handle is not among those that are set up.
    /// - Throws: `EmbeddingError(.refused)` when it is, but cannot give vectors as it is set up.
    package init?(_ handle: ModelHandle, providers: [ConfiguredProvider], options: Options = Options())
        throws(EmbeddingError)
    {
        let name = Self.canonical(handle).provider
        guard let configured = providers.first(where: { EmbeddingProvider.canonical($0.name) == name })
        else { return nil }
        guard let provider = EmbeddingProvider.named(name) else {
            throw EmbeddingError(
                .refused, "\(name) has no embedding models. Choose one of another provider: docs/embeddings.md.")
        }
        self.provider = provider
        self.handle = Self.canonical(handle)
        guard let url = configured.baseURL ?? provider.baseURL else {
            throw EmbeddingError(
                .refused, "\(provider.title) needs an address. Set \(provider.setting("url")).")
        }
        guard let address = ServiceAddress(url) else {
            throw EmbeddingError(
                .refused,
                "\(provider.setting("url")) is not an address such as http://localhost:8080/v1.")
        }
        self.address = address
        key = configured.key
        apiVersion = configured.apiVersion
        // A server at an address of the operator's own may well want no key.
        if provider.needsKey, configured.key == nil, configured.baseURL == nil {
            throw EmbeddingError(.refused, "\(provider.title) needs a key. Set \(provider.setting("key")).")
        }
        let known = KnownEmbeddingModel.named(handle.model)
        let isElsewhere = provider.baseURL == nil || configured.baseURL != nil
        dimensions = try Self.dimensions(options.dimensions, known, handle, isElsewhere: isElsewhere)
        knownDimensions = options.dimensions ?? known?.dimensions
        var prefixes = known?.prefixes ?? EmbeddingPrefixes()
        if let prefix = options.queryPrefix { prefixes.query = prefix }
        if let prefix = options.passagePrefix { prefixes.passage = prefix }
        self.prefixes = prefixes
        takesTaskType = known?.takesTaskType ?? false
        limits = provider.limits
        if let texts = options.textsPerRequest { limits.texts = texts }
        let refuses = provider.refusesLongTexts && (provider.baseURL == nil || configured.baseURL == nil)
        window = Self.window(options.longestText ?? known?.tokens, refuses: refuses)
        timeout = options.timeout
        deadline = options.timeout * 3
        queryDeadline = min(deadline, options.queryDeadline)
        connectTimeout = options.connectTimeout
        concurrency = provider.concurrency
    }

    /// The handle with its provider's own name, for one that other programs call differently: `gemini/…` is
    /// `google_ai/…`.
    package static func canonical(_ handle: ModelHandle) -> ModelHandle {
        ModelHandle(provider: EmbeddingProvider.canonical(handle.provider), model: handle.model)
    }

    /// What to ask the service for. The operator knows better than our table what a server of their own runs, but a model
    /// that cannot be shortened is not asked to.
    private static func dimensions(
        _ wanted: Int?, _ known: KnownEmbeddingModel?, _ handle: ModelHandle, isElsewhere: Bool
    ) throws(EmbeddingError) -> Int? {
        guard let wanted, let known else { return wanted }
        if wanted == known.dimensions || !known.canBeShortened && isElsewhere { return nil }
        guard known.canBeShortened, wanted < known.dimensions else {
            throw EmbeddingError(
                .refused,
                "\(handle.model) gives vectors of \(known.dimensions) numbers, not \(wanted). Unset embedding-dimensions, or "
                    + "choose a model that can be shortened.")
        }
        return wanted
    }

    /// Who refuses long texts may be offered some that are perhaps too long: the estimate is twice the truth for plain
    /// prose. Who cuts them must never see one, so where nothing is known the least usual length is taken.
    /// - Parameter refuses: false for who is known to cut, and for servers of which it is not known.
    private static func window(_ tokens: Int?, refuses: Bool) -> Int? {
        refuses ? tokens.map { $0 * 2 } : tokens ?? 512
    }

    func prefix(_ purpose: EmbeddingPurpose) -> String {
        switch purpose {
        case .query: prefixes.query
        case .passage: prefixes.passage
        }
    }

    /// Not the address: the same model on another server gives vectors that can be compared.
    func model(dimensions: Int) -> EmbeddingModel {
        var id = "\(handle.text)#\(dimensions)"
        if takesTaskType { id += "#task=retrieval" }
        if prefixes != EmbeddingPrefixes() { id += "#query=\(prefixes.query)#passage=\(prefixes.passage)" }
        return EmbeddingModel(id: id, handle: handle.text, dimensions: dimensions)
    }
}
