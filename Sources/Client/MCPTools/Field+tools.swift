import Wire

/// Parameters that many tools have, and a member of most answers.
extension Field {
    static let agent = Field.required("agent_id", .string(), note: "Id or name")
    static let optionalAgent = Field.optional("agent_id", .string(), note: "Id or name")
    static let verbose = Field.optional("verbose", .boolean, note: "Whole objects, uncut")
    static let hints = Field.optional("hints", .array(.string()))
}
