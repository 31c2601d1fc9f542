public import ProgramIR
public import ProgramRuntime

/// What a model that learns from a service's answers begins as.
public struct SubstituteStart: Sendable {
  /// The network with its first weights.
  public let program: Program
  /// What is done to pixels first; nothing if the program does it.
  public let normalization: ProgramClassifier.Normalization?
  /// Where it is from.
  public let recorded: SubstituteSetup.Model

  /// A beginning.
  public init(
    _ program: Program, normalization: ProgramClassifier.Normalization? = nil,
    recorded: SubstituteSetup.Model
  ) {
    self.program = program
    self.normalization = normalization
    self.recorded = recorded
  }

  /// Finds what keeps the model from learning, before a query is spent on it.
  ///
  /// - Throws: `ProgramError` when it cannot learn.
  public func check() throws(ProgramError) {
    _ = try TrainableClassifier(program, normalization: normalization)
  }
}
