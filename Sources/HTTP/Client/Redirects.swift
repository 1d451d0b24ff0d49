extension ClientRequest {
    /// Fields that another host may see.
    private static let harmless: Set<String> = ["accept", "accept-encoding", "accept-language", "user-agent"]

    /// The request that a redirect asks for; nil when the answer is to be taken as it is.
    /// - Throws: `HTTPClientError(.invalidRequest)` for a place that is no address of HTTP.
    func redirected(by head: ClientHead) throws(HTTPClientError) -> ClientRequest? {
        guard [301, 302, 303, 307, 308].contains(head.status), let place = head.headers["location"] else { return nil }
        let from = try RequestURL(url)
        let target = try RequestURL(url, relative: place)
        var next = self
        next.url = target.text
        if head.status == 303 && method != .head || head.status < 303 && method == .post {
            next.method = .get
            next.body = nil
            next.headers.remove("content-type")
        }
        if target.origin != from.origin {
            // What was meant for one host is not told another.
            guard next.body == nil else { return nil }
            var headers = Headers()
            for field in next.headers where Self.harmless.contains(field.name.lowercased()) {
                headers.append(field.name, field.value)
            }
            next.headers = headers
        }
        return next
    }
}
