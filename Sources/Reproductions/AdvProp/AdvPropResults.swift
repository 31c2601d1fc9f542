public import Evaluation

/// What came of training with and without AdvProp.
public struct AdvPropResults: Hashable, Codable, Sendable {
  /// One network.
  public struct Net: Hashable, Codable, Sendable {
    /// How it was trained.
    public var arm: AdvPropArm
    /// Which initial weights and order of pictures.
    public var seed: Int
    /// The share of right answers of the main branch on test pictures, with Wilson's interval.
    public var clean: Proportion
    /// The main branch under common corruptions.
    public var corruptions: CorruptionResults
    /// The share of pictures that the main branch gets right also under attack, with Wilson's interval.
    public var robust: Proportion
    /// The share of right answers of each auxiliary branch on test pictures as they are.
    public var auxiliaryClean: [Proportion]
    /// How far each auxiliary branch's statistics are from the main ones.
    public var auxiliaryDistances: [BatchNormDistance]
    /// How long the training took, in seconds.
    public var trainingSeconds: Double
  }

  /// What one way to train leads to, over the seeds.
  public struct Arm: Hashable, Codable, Sendable {
    /// Which way.
    public var arm: AdvPropArm
    /// Accuracies, with Student's interval over seeds.
    public var accuracies: Accuracies
    /// Accuracies minus those of vanilla training of the same seed; nothing for vanilla itself.
    public var gains: Accuracies?
  }

  /// Three accuracies of the main branch, or differences of them.
  public struct Accuracies: Hashable, Codable, Sendable {
    /// On test pictures as they are.
    public var clean: MeanInterval
    /// The mean over common corruptions and severities.
    public var corrupted: MeanInterval
    /// Under attack.
    public var robust: MeanInterval
  }

  /// The version of this format.
  public var formatVersion = 1
  /// How much was trained and measured.
  public var plan: AdvPropPlan
  /// How many parameters the network has, without auxiliary sets.
  public var parameterCount: Int
  /// All networks, seed by seed.
  public var nets: [Net]

  /// Results.
  ///
  /// - Precondition: every seed has a network of every arm.
  public init(plan: AdvPropPlan, parameterCount: Int, nets: [Net]) {
    self.plan = plan
    self.parameterCount = parameterCount
    self.nets = nets
  }

  /// Each way to train, over the seeds.
  public var arms: [Arm] {
    AdvPropArm.allCases.map { arm in
      Arm(
        arm: arm, accuracies: accuracies { self.nets(of: arm).map($0) },
        gains: arm == .vanilla
          ? nil
          : accuracies { value in
            zip(self.nets(of: arm), self.nets(of: .vanilla)).map { value($0) - value($1) }
          })
    }
  }

  /// The networks of one arm, in the order of the seeds.
  public func nets(of arm: AdvPropArm) -> [Net] {
    nets.filter { $0.arm == arm }.sorted { $0.seed < $1.seed }
  }

  private func accuracies(
    _ numbers: ((Net) -> Double) -> [Double]
  ) -> Accuracies {
    Accuracies(
      clean: MeanInterval(of: numbers { $0.clean.value }),
      corrupted: MeanInterval(of: numbers { $0.corruptions.mean.mean }),
      robust: MeanInterval(of: numbers { $0.robust.value }))
  }
}
