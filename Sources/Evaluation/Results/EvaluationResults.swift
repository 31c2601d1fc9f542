public import ThreatModels

/// What an evaluation found: the content of `results.json`.
public struct EvaluationResults: Hashable, Codable, Sendable {
  /// The version of this format.
  public var formatVersion = 1
  /// What was evaluated, and how.
  public var setup: EvaluationSetup
  /// How many of the pictures the evaluation has seen so far.
  public var progress: Progress
  /// Pictures that the model gets right before any attack.
  public var cleanAccuracy: Proportion
  /// For each budget the worst of all attacks, sample by sample.
  public var worstCases: [WorstCase]
  /// Each attack under each budget, in the order of the plan.
  public var attacks: [AttackResult]
  /// What the sanity checks have to say; nothing if all is well.
  public var findings: [Finding]
  /// Every sample.
  public var samples: [SampleSummary]

  /// How far an evaluation got.
  public struct Progress: Hashable, Codable, Sendable {
    /// Pictures whose results are complete.
    public var done: Int
    /// Pictures to evaluate.
    public var total: Int

    /// Progress.
    public init(done: Int, total: Int) {
      self.done = done
      self.total = total
    }

    /// Whether nothing is missing.
    public var isComplete: Bool { done == total }
  }

  /// The worst case over all attacks under one budget.
  ///
  /// A sample counts as fooled if any attack, those of the sanity checks among them, found a point that
  /// this budget allows, whatever budget, norm and grid it was looked for under.
  public struct WorstCase: Hashable, Codable, Sendable {
    /// The budget and the grid.
    public var threat: ThreatModel
    /// The four counts.
    public var counts: Counts
    /// Samples that are right and stay right.
    public var robustAccuracy: Proportion
    /// The same for each class that occurs, in the order of classes.
    public var classes: [ClassResult]

    /// A worst case.
    public init(
      threat: ThreatModel, counts: Counts, robustAccuracy: Proportion, classes: [ClassResult]
    ) {
      self.threat = threat
      self.counts = counts
      self.robustAccuracy = robustAccuracy
      self.classes = classes
    }
  }

  /// How the samples of one class fare.
  public struct ClassResult: Hashable, Codable, Sendable {
    /// The true class.
    public var classIndex: Int
    /// Its name for people.
    public var name: String
    /// Samples that the model gets right before any attack.
    public var cleanAccuracy: Proportion
    /// Samples that are right and stay right.
    public var robustAccuracy: Proportion

    /// The result of a class.
    public init(
      classIndex: Int, name: String, cleanAccuracy: Proportion, robustAccuracy: Proportion
    ) {
      self.classIndex = classIndex
      self.name = name
      self.cleanAccuracy = cleanAccuracy
      self.robustAccuracy = robustAccuracy
    }
  }

  /// Results.
  public init(
    setup: EvaluationSetup, progress: Progress, cleanAccuracy: Proportion,
    worstCases: [WorstCase], attacks: [AttackResult], findings: [Finding],
    samples: [SampleSummary]
  ) {
    self.setup = setup
    self.progress = progress
    self.cleanAccuracy = cleanAccuracy
    self.worstCases = worstCases
    self.attacks = attacks
    self.findings = findings
    self.samples = samples
  }
}
