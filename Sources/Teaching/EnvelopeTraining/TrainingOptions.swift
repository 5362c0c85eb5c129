public import Envelopes

/// How a model is learned.
public struct TrainingOptions: Sendable, Hashable {
    /// How many different organisations must have given an answer before it may get a weight, at least 1. Protects
    /// names, and keeps single senders from being learned by heart.
    public var fewestOrganisations = 5

    /// The inverse of the penalty on weights, greater than 0. Chosen by cross-validation over organisations.
    public var strength = 0.3

    /// Whether scores are fitted to the later part of the training mail. Models that are compared score by score,
    /// as in cross-validation, are not.
    public var isCalibrated = true

    /// What is left out.
    public var excluded: Set<FeatureFamily> = []

    /// The defaults.
    public init() {}
}
