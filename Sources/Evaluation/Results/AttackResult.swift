public import ThreatModels

/// What one attack achieved under one budget.
public struct AttackResult: Hashable, Codable, Sendable {
  /// The size of the perturbations of the samples that were fooled, in the norm of the budget.
  public struct PerturbationSize: Hashable, Codable, Sendable {
    /// The largest.
    public var maximum: Double
    /// The median.
    public var median: Double

    /// Sizes.
    public init(maximum: Double, median: Double) {
      self.maximum = maximum
      self.median = median
    }
  }

  /// The name of what stands for the attacks of the sanity checks.
  ///
  /// They look at some pictures only, and the numbers are about these.
  public static let sanityChecksName = "Sanity checks"

  /// Whether it is about the sanity checks and not about an attack that was asked for.
  public var isOfSanityChecks: Bool { ensemble == nil && name == Self.sanityChecksName }

  /// The name for people, such as `APGD-CE`.
  public var name: String
  /// The ensemble that the attack is a member of, such as `AutoAttack`.
  ///
  /// Members run one after the other, each on the samples that the earlier ones have not fooled.
  public var ensemble: String?
  /// The settings as JSON.
  public var settings: JSONValue
  /// The budget and the grid.
  public var threat: ThreatModel
  /// The four counts; samples that an earlier member of the ensemble fooled count as newly wrong.
  public var counts: Counts
  /// Samples that are right and stay right.
  public var robustAccuracy: Proportion
  /// The share of all samples that the model gets wrong under the attack.
  public var errorRate: Double
  /// The mean probability of the wrong class over the samples that this attack fooled.
  public var meanConfidenceOnErrors: Double?
  /// The size of the perturbations that fooled; nothing if none did.
  public var perturbation: PerturbationSize?
  /// Pictures seen forward on behalf of this attack.
  public var forwardPasses: Int
  /// Pictures for which a gradient was computed on behalf of this attack.
  public var backwardPasses: Int
  /// Wall-clock time.
  public var seconds: Double

  /// A result.
  public init(
    name: String, ensemble: String?, settings: JSONValue, threat: ThreatModel, counts: Counts,
    robustAccuracy: Proportion, errorRate: Double, meanConfidenceOnErrors: Double?,
    perturbation: PerturbationSize?, forwardPasses: Int, backwardPasses: Int, seconds: Double
  ) {
    self.name = name
    self.ensemble = ensemble
    self.settings = settings
    self.threat = threat
    self.counts = counts
    self.robustAccuracy = robustAccuracy
    self.errorRate = errorRate
    self.meanConfidenceOnErrors = meanConfidenceOnErrors
    self.perturbation = perturbation
    self.forwardPasses = forwardPasses
    self.backwardPasses = backwardPasses
    self.seconds = seconds
  }
}
