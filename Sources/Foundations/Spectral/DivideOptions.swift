/// When the division stops, and what it may use.
public struct DivideOptions: Sendable {
    /// The largest conductance of a cut that is made, from 0 to 1.
    public var maximumConductance: Double

    /// Nodes that stand for fewer rows stay whole.
    public var minimumWeight: Double

    /// How many leaves there may be; the heaviest nodes are cut first.
    public var maximumLeaves: Int

    /// The share of a node's weight that a cut must leave on either side, from 0 to ½. 0.01 suits wide data, where the
    /// cuts of least conductance only peel fringes. Connected components are set apart whatever they weigh.
    public var minimumShare: Double

    /// How many threads may work; the result is the same for any number.
    public var maximumThreads: Int

    /// Whether the work is done at the lowest priority, on threads of its own.
    public var isInBackground: Bool

    /// What finds the eigenvectors.
    public var solver: any SecondEigensolver

    /// Options; the defaults suit up to some thousand columns.
    public init(
        maximumConductance: Double = 0.5, minimumWeight: Double = 2, maximumLeaves: Int = 64, minimumShare: Double = 0,
        maximumThreads: Int = 2, isInBackground: Bool = false, solver: any SecondEigensolver = SpectraSolver()
    ) {
        self.maximumConductance = maximumConductance
        self.minimumWeight = minimumWeight
        self.maximumLeaves = maximumLeaves
        self.minimumShare = minimumShare
        self.maximumThreads = maximumThreads
        self.isInBackground = isInBackground
        self.solver = solver
    }
}
