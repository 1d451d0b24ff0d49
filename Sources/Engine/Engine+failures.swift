import Domain
import Platform
import Storage

extension Engine {
    /// The only map from the store's errors to refusals.
    func refusal(_ error: StoreError) -> any Error {
        switch error.code {
        case .conflict:
            return Refusal.conflict(
                "A unique constraint was violated. Check your input for duplicates: \(error.message)")
        case .foreignKey: return Refusal.conflict("A foreign key constraint was violated: \(error.message)")
        case .idempotencyConflict:
            return Refusal.conflict("This Idempotency-Key was used before for a different request. Use a new key.")
        case .busy: return failure(error, Refusal(.unavailable, "The database is busy. Try again."))
        case .full:
            return failure(
                error, Refusal(.storageFull, "The disk is full: nothing was written. Free some space and try again."))
        default: return failure(error, Refusal(.unavailable, "The database failed: \(error.message)"))
        }
    }

    private func failure(_ error: StoreError, _ refusal: Refusal) -> Refusal {
        metrics.count("letta_database_errors_total")
        log.error("database_error", ("code", .string("\(error.code)")), ("message", .string(error.message)))
        return refusal
    }
}
