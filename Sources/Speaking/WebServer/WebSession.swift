/// Somebody's login.
struct WebSession: Sendable, Hashable {
    /// The user's name.
    let user: String

    /// What the user may do.
    let role: WebRole

    /// What a form has to bring along.
    let token: String

    /// When it began, and when it was last used, in seconds of a clock that does not jump.
    let began: Int64
    var used: Int64
}
