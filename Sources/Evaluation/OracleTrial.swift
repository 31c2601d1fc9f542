public import Attacks
public import TensorModule
public import ThreatModels

/// One attack on a model of which only answers are seen, with the step that decides what it may claim.
///
/// As a ``Trial``, but every question goes through the oracle, and so does the referee's. What an attack
/// has found was asked before, so that a journal answers the referee free of charge.
public struct OracleTrial: Sendable {
  /// The attack; it needs no gradients.
  public var attack: any Attack
  /// The budget and the grid.
  public var threat: ThreatModel
  /// The class to be taken for; nothing for any wrong class.
  public var target: Int?
  /// Where all randomness comes from.
  public var seed: UInt64

  /// A trial.
  ///
  /// - Throws: ``TrialError`` when the attack needs gradients, or does not know the norm of the budget.
  public init(
    _ attack: any Attack, within threat: ThreatModel, target: Int? = nil, seed: UInt64 = 0
  ) throws(TrialError) {
    let kind = type(of: attack)
    if kind.needsGradients { throw .gradients(attack: kind.name) }
    guard kind.norms.contains(threat.budget.norm) else {
      throw .norm(threat.budget.norm, attack: kind.name, known: kind.norms)
    }
    self.attack = attack
    self.threat = threat
    self.target = target
    self.seed = seed
  }

  /// Points where an attack may begin, [N, C, H, W]; nothing if there are none.
  ///
  /// What it asks of the oracle counts as the attack's.
  public typealias Prior = (
    _ batch: AttackBatch, _ oracle: any LabelOracle
  ) throws(OracleError) -> Tensor?

  /// Attacks one picture.
  ///
  /// - Parameters:
  ///   - image: [1, C, H, W] in [0, 1].
  ///   - label: its true class; the model's own prediction if nothing.
  ///   - number: the number of the picture among those that are attacked, which names its randomness.
  ///   - oracle: is asked.
  ///   - prior: where the attack may begin, such as at what fools a substitute; it may ask the oracle, too.
  /// - Returns: what was found, or nothing if the budget did not even allow to ask about the picture.
  /// - Throws: ``TrialError/oracle(_:)`` for every failure of the oracle but a spent budget; other errors
  ///   when the question makes no sense.
  public func run(
    on oracle: any ScoreOracle & LabelOracle, image: Tensor, label: Int?, number: Int,
    beginningAt prior: Prior? = nil
  ) throws(TrialError) -> OracleFinding? {
    guard let clean = try predicted(image, by: oracle) else { return nil }
    let label = label ?? clean
    for named in [label, target ?? label] where !(0..<oracle.classCount).contains(named) {
      throw .threat(.noSuchClass(named, classCount: oracle.classCount))
    }
    var finding = OracleFinding(label: label, clean: clean, image: image)
    if clean != label || label == target { return finding }
    do {
      try threat.requireOriginals(image)
    } catch {
      throw .threat(error)
    }
    let labels = Tensor([label])
    let goal =
      target.map { Goal(avoiding: labels, reaching: Tensor([$0])) }
      ?? Goal(avoiding: labels)
    let key = RandomKey(seed: seed).part(number)
    let watched = WatchedOracle(oracle, attacking: image, toward: goal, within: threat)
    let points: Tensor
    do {
      let batch = AttackBatch(image, toward: goal, keys: [key])
      points = try attack.points(
        for: AttackBatch(
          image, toward: goal, keys: [key], starts: try prior?(batch, watched)),
        asking: watched, within: threat)
    } catch OracleError.budgetSpent {
      // It was spent where the attack was to begin.
      points = image
    } catch {
      throw .oracle(error)
    }
    try judge(points, of: image, toward: goal, by: watched, &finding)
    if finding.outcome != .newlyWrong, let success = watched.unseenSuccess {
      try judge(success, of: image, toward: goal, by: watched, &finding)
    }
    finding.queries = watched.queries
    return finding
  }

  /// Says what a point comes to.
  private func judge(
    _ point: Tensor, of image: Tensor, toward goal: Goal, by watched: WatchedOracle,
    _ finding: inout OracleFinding
  ) throws(TrialError) {
    let distances = Distances.between(image, and: point, on: threat.pixels)[0]
    finding.image = point
    finding.distances = distances
    finding.adversarial = nil
    finding.outcome = .robust
    guard threat.pixels.allows(point)[0] else {
      finding.outcome = .invalid
      return
    }
    // A point that nobody can pay for any more is no success.
    finding.adversarial = try predicted(point, by: watched)
    guard let found = finding.adversarial,
      goal.isReached(byPredictions: Tensor([found])).truths()[0]
    else { return }
    if distances.isWithin(threat.budget) {
      finding.outcome = .newlyWrong
      finding.queriesToSuccess = watched.firstSuccess
    } else if !type(of: attack).minimizesNorm {
      finding.outcome = .invalid
    }
  }

  /// The class of a picture; nothing if the budget is spent.
  private func predicted(
    _ image: Tensor, by oracle: any LabelOracle
  ) throws(TrialError) -> Int? {
    do {
      return try oracle.labels(of: image).integers()[0]
    } catch .budgetSpent {
      return nil
    } catch {
      throw .oracle(error)
    }
  }
}

/// What an ``OracleTrial`` found of one picture.
public struct OracleFinding {
  /// The true class.
  public let label: Int
  /// What the model takes the original for.
  public let clean: Int
  /// What the model takes the adversarial picture for; nothing if there was no attack or no answer.
  public internal(set) var adversarial: Int?
  /// What became of the picture.
  public internal(set) var outcome = Outcome.initiallyWrong
  /// How far the picture was moved; nothing if it was not attacked.
  public internal(set) var distances: Distances?
  /// How many different pictures the model was asked about for this one, the original among them; some may have
  /// been asked about before for another one.
  public internal(set) var queries = 1
  /// How many different pictures the model had been asked about, the original among them, when it was first
  /// shown one that reaches the goal within the budget; nothing if the attack found none.
  public internal(set) var queriesToSuccess: Int?
  /// [1, C, H, W]: the adversarial point, or the original.
  public internal(set) var image: Tensor

  init(label: Int, clean: Int, image: Tensor) {
    self.label = label
    self.clean = clean
    self.image = image
  }
}
