/// What is wrong with one place of a value.
struct ValueFailure: Error, Equatable {
    /// The kind of error.
    var code: ConfigurationError.Code = .wrongType

    /// What is wrong.
    var problem: String

    /// What to do.
    var remedy: String

    /// Where in the value, in bytes.
    var offset = 0
}

/// Everything that is wrong with one value.
struct ValueFailures: Error, Equatable {
    /// The failures, at least one.
    var failures: [ValueFailure]

    /// A value with one failure.
    init(_ failure: ValueFailure) {
        failures = [failure]
    }

    /// A value with several failures.
    init(_ failures: [ValueFailure]) {
        self.failures = failures
    }
}
