import Datasets
public import Evaluation
public import Oracles

extension SubstituteResults {
  /// What the service says of one picture as it is.
  public struct Look: Hashable, Codable, Sendable {
    /// The name of the picture.
    public var name: String
    /// Its true class; the service's own answer where it has no label.
    public var label: Int
    /// What the service takes it for.
    public var answer: Int
    /// The question by which the journal knows it.
    public var question: QueryDigest

    /// What is known of a picture.
    init(of original: TransferStage.Original) {
      name = original.sample.name
      label = original.label
      answer = original.answer
      question = original.question
    }

    /// Whether the service gets it right, and it is not of the class that it should be taken for.
    func canBeAttacked(toward target: Int?) -> Bool { answer == label && label != target }
  }

  /// What became of one picture under one attack.
  public struct Attempt: Hashable, Codable, Sendable {
    /// The number of the picture among those that the service was shown.
    public var picture: Int
    /// The question by which the journal knows the point that was found.
    public var question: QueryDigest
    /// What the substitute, or the ensemble, takes the point for.
    public var substitute: Int
    /// What the service takes it for.
    public var answer: Int
    /// What became of it.
    public var outcome: Outcome
    /// How far it is from the picture.
    public var distances: Distances

    /// What is known of an outcome.
    init(of outcome: TransferOutcome) {
      picture = outcome.picture
      question = outcome.question
      substitute = outcome.substitute
      answer = outcome.answer
      self.outcome = outcome.outcome
      distances = outcome.distances
    }
  }

  /// What attempts come to.
  struct Counts {
    let fooled: Proportion
    let fooledSubstitute: Proportion
    let invalid: Int

    /// The counts.
    ///
    /// - Parameter labels: the true class of each attempt's picture.
    /// - Precondition: there are attempts.
    init(of attempts: [Attempt], labels: [Int], target: Int?) {
      fooled = Proportion(attempts.count { $0.outcome == .newlyWrong }, of: attempts.count)
      fooledSubstitute = Proportion(
        zip(attempts, labels).count { attempt, label in
          target.map { attempt.substitute == $0 } ?? (attempt.substitute != label)
        }, of: attempts.count)
      invalid = attempts.count { $0.outcome == .invalid }
    }
  }
}
