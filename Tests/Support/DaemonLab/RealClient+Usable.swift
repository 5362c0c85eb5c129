import ClientLab

extension RealClient {
    /// Those that are installed. In continuous integration a missing one is a failure.
    public static let usable = allCases.filter {
        MailServerKind.isInCI || Executable.path(of: $0.executable) != nil
    }
}
