import Adversary

/// How the outputs of a program are read: as logits or as probabilities, with what comes last or without it.
struct OutputReading {
  let program: Program
  /// What was left out of the program.
  let leftOut: Program.FinalActivation?
  /// What the program returns.
  let outputs: ProgramClassifier.Outputs

  private init(
    _ program: Program, leavingOut leftOut: Program.FinalActivation? = nil,
    as outputs: ProgramClassifier.Outputs = .logits
  ) {
    (self.program, self.leftOut, self.outputs) = (program, leftOut, outputs)
  }

  /// The first reading that makes a classifier.
  ///
  /// A softmax or a sigmoid that comes last is left out. Where what it is applied to are probabilities already,
  /// it stays: those are no logits.
  ///
  /// - Parameters:
  ///   - program: with all that the file has.
  ///   - outputs: what the outputs are said to be; nothing if nobody says it.
  ///   - classifier: makes the classifier.
  static func first(
    of program: Program, said outputs: ProgramClassifier.Outputs?,
    _ classifier: (OutputReading) throws(ProgramError) -> ProgramClassifier
  ) -> (OutputReading, Result<ProgramClassifier, ProgramError>) {
    func result(_ reading: OutputReading) -> Result<ProgramClassifier, ProgramError> {
      Result { () throws(ProgramError) in try classifier(reading) }
    }
    guard outputs != .logits, let last = program.finalActivation,
      let scores = program.withoutFinalActivation()
    else {
      let reading = OutputReading(program, as: outputs ?? .logits)
      return (reading, result(reading))
    }
    var reading = OutputReading(scores, leavingOut: last)
    var found = result(reading)
    if found.isProbabilities {
      // A sigmoid of each class gives no probabilities that sum to one.
      reading = OutputReading(program, as: last == .softmax ? .probabilities : outputs ?? .logits)
      found = result(reading)
    }
    return (reading, found)
  }
}

extension Result<ProgramClassifier, ProgramError> {
  /// Whether a classifier of logits would return probabilities.
  var isProbabilities: Bool {
    if case .failure(.returnsProbabilities) = self { true } else { false }
  }
}
