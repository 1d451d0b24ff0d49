/// Shapes that several resources answer with.
package enum ReplySchemas {
    package static let message = Schema.object("MessageReply", [.required("message", .string())])
}
