import CCurl

/// What libcurl reads in a URL. Nobody else's reading decides where a request goes.
package struct RequestURL: Sendable, Equatable {
    /// In full.
    let text: String
    /// `http` or `https`.
    let scheme: String
    /// As it is written; an IPv4 address in its usual spelling, an IPv6 address in brackets.
    let host: String
    let port: Int

    /// The whole address of a place that is named at another; nil when it is none of HTTP.
    package static func resolved(_ place: String, at url: String) -> String? {
        // What cannot be read leads nowhere.
        try? RequestURL(url, relative: place).text
    }

    var origin: String { "\(scheme)://\(host.lowercased()):\(port)" }

    /// - Parameter relative: what is meant at `text`.
    /// - Throws: `HTTPClientError(.invalidRequest)`, `.unavailable` without libcurl.
    init(_ text: String, relative: String? = nil) throws(HTTPClientError) {
        try CurlEngine.load()
        guard !text.utf8.contains(0), relative?.utf8.contains(0) != true else {
            throw HTTPClientError(.invalidRequest, "the address is malformed")
        }
        var url = roost_curl_url()
        let code = roost_curl_url_read(text, relative, &url)
        defer { roost_curl_url_free(&url) }
        guard code == CURLUE_OK, let full = url.url, let scheme = url.scheme, let host = url.host,
            let port = url.port.flatMap({ Int(String(cString: $0)) })
        else { throw HTTPClientError(.invalidRequest, "the address is malformed") }
        self.text = String(cString: full)
        self.scheme = String(cString: scheme).lowercased()
        self.host = String(cString: host)
        self.port = port
        guard self.scheme == "http" || self.scheme == "https" else {
            throw HTTPClientError(.invalidRequest, "the address is not one of http:// or https://")
        }
    }
}
