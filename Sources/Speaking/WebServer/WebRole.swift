/// What somebody may do on the page.
enum WebRole: String, Sendable, Hashable, CaseIterable {
    /// Read.
    case look

    /// Read, and change what the control socket lets change.
    case steer
}
