public import ThreatModels

/// How well examples made on some models fool others.
///
/// Only samples count that both the source and the target get right before: of others there is no
/// example, or the target is wrong without one. So a rate is about the examples and not about accuracy.
public struct TransferMatrix: Hashable, Codable, Sendable {
  /// A model that examples are tried on.
  public struct Target: Hashable, Codable, Sendable {
    /// The name for people.
    public var name: String
    /// Samples that the model gets right before any attack.
    public var cleanAccuracy: Proportion

    /// A target.
    public init(name: String, cleanAccuracy: Proportion) {
      self.name = name
      self.cleanAccuracy = cleanAccuracy
    }
  }

  /// The version of this format.
  ///
  /// In version 1 rates were shares of all samples that the target gets right.
  public var formatVersion = 2
  /// The name of the attack for people, such as `MI-FGSM`.
  public var attack: String
  /// The budget and the grid.
  public var threat: ThreatModel
  /// The names of the models on which examples were made.
  ///
  /// Where a source has the name of a target, it is the same model.
  public var sources: [String]
  /// The models on which they were tried.
  public var targets: [Target]
  /// For each source and each target the fooled samples, of those that both get right before; nothing
  /// where there are none.
  public var fooledRates: [[Proportion?]]
  /// What makes the rates doubtful.
  public var findings: [Finding]

  /// A matrix.
  ///
  /// - Precondition: there is one list of rates for each source, with one rate for each target.
  public init(
    attack: String, threat: ThreatModel, sources: [String], targets: [Target],
    fooledRates: [[Proportion?]], findings: [Finding] = []
  ) {
    precondition(
      fooledRates.count == sources.count
        && fooledRates.allSatisfy { $0.count == targets.count },
      "a rate for each of \(sources.count) sources and \(targets.count) targets")
    self.attack = attack
    self.threat = threat
    self.sources = sources
    self.targets = targets
    self.fooledRates = fooledRates
    self.findings = findings
  }

  /// The rate of a source on a target by their numbers.
  ///
  /// Nothing where there is none, also in a file that has too few of them.
  public func fooledRate(from source: Int, on target: Int) -> Proportion? {
    guard fooledRates.indices.contains(source), fooledRates[source].indices.contains(target)
    else { return nil }
    return fooledRates[source][target]
  }

  /// Whether a source and a target are the same model, so that the attack knew all of it.
  public func isWhiteBox(from source: Int, on target: Int) -> Bool {
    sources[source] == targets[target].name
  }
}
