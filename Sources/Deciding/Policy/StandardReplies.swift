public import SMTP

extension RefusalReply {
    /// The answer to a greylisted recipient. Its text never changes, so that log tools count it as one.
    public static func greylisted() throws(RefusalReplyError) -> RefusalReply {
        try RefusalReply(451, "4.7.1", "Greylisted, please try again later")
    }

    /// The plain refusal.
    public static func refusedByPolicy() throws(RefusalReplyError) -> RefusalReply {
        try RefusalReply(550, "5.7.1", "Refused by local policy, please contact the postmaster")
    }
}
