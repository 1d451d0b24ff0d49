import Domain
import Platform

extension StoredProvider {
    /// `Provider`. Keys are not part of it in any form.
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("id", id)
            json.field("name", name)
            json.field("provider_type", type)
            json.field("provider_category", "byok")
            json.null("api_key")
            json.field("base_url", configured(key: nil).shownURL)
            json.null("access_key")
            json.field("region", region)
            json.field("api_version", apiVersion)
            json.field("updated_at", updatedAt)
            json.field("last_synced", lastSynced)
            json.null("api_key_enc")
            json.null("access_key_enc")
            json.field("has_api_key", sealedKey != nil)
            json.field("sync_error", syncError)
        }
    }
}

extension NewProvider {
    init(_ body: JSONObject) {
        self.init(
            name: body.text("name") ?? "", type: body.text("provider_type") ?? "",
            key: body.given("api_key").map(Secret.init))
        accessKey = body.given("access_key").map(Secret.init)
        region = body.given("region")
        baseURL = body.given("base_url")
        apiVersion = body.given("api_version")
    }
}

extension ProviderPatch {
    init(_ body: JSONObject) {
        self.init()
        key = body.givenPatch("api_key").map(Secret.init)
        accessKey = body.givenPatch("access_key").map(Secret.init)
        region = body.givenPatch("region")
        baseURL = body.givenPatch("base_url")
        apiVersion = body.givenPatch("api_version")
    }
}

extension JSONObject {
    /// A text that says something: services without keys are stored with an empty one.
    fileprivate func given(_ name: String) -> String? { text(name).flatMap { $0.isEmpty ? nil : $0 } }

    /// An empty text takes the member away, as null does.
    fileprivate func givenPatch(_ name: String) -> Patch<String> {
        patch(name) { $0.string }.given?.isEmpty == true ? .null : patch(name) { $0.string }
    }
}
