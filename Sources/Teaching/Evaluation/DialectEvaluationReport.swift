package import Dialects
package import SMTP

/// What an evaluation of dialects found, as JSON has it.
package struct DialectEvaluationReport: Encodable {
    private let vantage: String
    private let mode: String
    private let model: String
    private let dialects: Int
    private let evaluation: DialectEvaluation
    private let connections: ConnectionEvaluation

    /// A report on an evaluation at a vantage of a model, of which is said where it comes from.
    package init(
        _ evaluation: DialectEvaluation, of model: DialectModel, source: String, vantage: Vantage, mode: MatchingMode
    ) {
        self.evaluation = evaluation
        self.model = source
        connections = ConnectionEvaluation(evaluation.cases, of: model)
        dialects = model.dialects.count
        self.vantage = vantage.rawValue
        self.mode = mode.rawValue
    }

    private enum CodingKeys: String, CodingKey {
        case vantage, mode, model, dialects, kinds, precision
        case macroRecall = "macro_recall"
        case macroRecallAtEnd = "macro_recall_at_end"
        case undecided, calibration, skipped, connections
    }

    /// A rate of nothing is `null`: whoever reads the report finds every key.
    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(vantage, forKey: .vantage)
        try fields.encode(mode, forKey: .mode)
        try fields.encode(model, forKey: .model)
        try fields.encode(dialects, forKey: .dialects)
        try fields.encode(evaluation.rows, forKey: .kinds)
        try fields.encode(evaluation.precision, forKey: .precision)
        try fields.encode(evaluation.macroRecall, forKey: .macroRecall)
        try fields.encode(evaluation.macroRecallAtEnd, forKey: .macroRecallAtEnd)
        try fields.encode(evaluation.undecided, forKey: .undecided)
        try fields.encode(evaluation.calibration, forKey: .calibration)
        try fields.encode(evaluation.skipped, forKey: .skipped)
        try fields.encode(connections, forKey: .connections)
    }
}
