/// What a certification found: the content of `certificates.json`.
public struct CertificationResults: Hashable, Codable, Sendable {
  /// The version of this format.
  public var formatVersion = 1
  /// What was certified, and how.
  public var setup: CertificationSetup
  /// How many of the pictures are done.
  public var progress: EvaluationResults.Progress
  /// Pictures whose true class is certified, for growing radii from 0.
  public var certifiedAccuracies: [CertifiedAccuracy]
  /// Pictures for which no class is given.
  public var abstained: Proportion
  /// Pictures for which another than the true class is given.
  public var wrong: Proportion
  /// The mean certified radius over all pictures, where wrong and abstained ones count as 0.
  ///
  /// Zhai et al. 2020, “MACER: attack-free and scalable robust training via maximizing certified
  /// radius”.
  public var averageRadius: Double
  /// Every picture.
  public var samples: [CertifiedSample]

  /// The certified accuracy within one L2 distance.
  public struct CertifiedAccuracy: Hashable, Codable, Sendable {
    /// The L2 distance, pixels being in [0, 1].
    public var radius: Double
    /// Pictures whose true class is certified up to there.
    public var accuracy: Proportion

    /// A certified accuracy.
    public init(radius: Double, accuracy: Proportion) {
      self.radius = radius
      self.accuracy = accuracy
    }
  }

  /// What certificates say together.
  ///
  /// - Returns: nothing if there are none yet.
  public init?(_ samples: [CertifiedSample], of setup: CertificationSetup) {
    if samples.isEmpty { return nil }
    self.setup = setup
    self.samples = samples
    progress = .init(done: samples.count, total: setup.data.count)
    abstained = Proportion(samples.count(where: \.abstains), of: samples.count)
    wrong = Proportion(samples.count { !$0.abstains && !$0.isRight }, of: samples.count)
    averageRadius =
      samples.reduce(0) { $0 + ($1.isRight ? $1.radius ?? 0 : 0) } / Double(samples.count)
    certifiedAccuracies = []
    // Half a σ from one row to the next, up to the first with nothing left.
    for step in 0... {
      let row = certifiedAccuracy(within: setup.sigma / 2 * Double(step))
      certifiedAccuracies.append(row)
      if row.accuracy.count == 0 || step == 100 { break }
    }
  }

  /// The certified accuracy within an L2 distance.
  public func certifiedAccuracy(within radius: Double) -> CertifiedAccuracy {
    CertifiedAccuracy(
      radius: radius,
      accuracy: Proportion(samples.count { $0.isCertified(within: radius) }, of: samples.count))
  }
}
