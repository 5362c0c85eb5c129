package import Dialects
import DialectLearning
import SMTP
import Sessions

/// A model with the dialects of recorded conversations in it, one for each kind, for judging others by it.
package struct TrainedModel {
    /// The model: what was learned, and the given dialects of all other programs.
    package let model: DialectModel

    /// Learns from files of transcripts of the wire; those of milters are skipped.
    package init(beside known: DialectModel, files: [String]) throws {
        var learner = ModelLearner()
        learner.add(facts: known)
        for file in files {
            try TranscriptDocument.read(file: file) { transcript in
                guard let dialogue = DialogueReader.dialogue(from: transcript), let kind = transcript.kind else {
                    return
                }
                try learner.learn(
                    dialogue, as: DialectName.name(from: kind), dialectClass: Self.dialectClass(transcript.labelGuess),
                    origin: transcript.source)
            }
        }
        model = try learner.model(keepingNotes: false)
    }

    private static func dialectClass(_ label: String?) -> DialectClass {
        switch label {
        case "bot": .bot
        case "attack": .attack
        case "script": .library
        default: .mta
        }
    }
}
