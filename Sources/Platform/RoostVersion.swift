/// The versions this build states.
package enum RoostVersion {
    package static let product = "0.1.0"
    /// The release of the V1 API that clients are told (`GET /v1/health/`); SDKs and Letta Code compare with it.
    package static let contract = "0.16.8"
}
