public import Attacks
public import Evaluation
public import TensorModule
public import ThreatModels

/// An attack that works on a substitute and claims nothing until the service has confirmed it.
///
/// One question to the service for each picture: whether the point that was found on the substitute fools
/// it. An attack of steps takes all of them and does not stop when the substitute is fooled, because what
/// barely fools the substitute rarely fools another model.
public struct TransferTrial: Sendable {
  /// What works on the substitute; of any kind.
  public var attack: any Attack
  /// The budget and the grid.
  public var threat: ThreatModel
  /// The class to be taken for; nothing for any wrong class.
  public var target: Int?
  /// Where all randomness comes from.
  public var seed: UInt64

  /// An attack.
  ///
  /// - Throws: `TrialError.norm` when the attack does not know the norm of the budget.
  public init(
    _ attack: any Attack, within threat: ThreatModel, target: Int? = nil, seed: UInt64 = 0
  ) throws(TrialError) {
    let kind = type(of: attack)
    guard kind.norms.contains(threat.budget.norm) else {
      throw .norm(threat.budget.norm, attack: kind.name, known: kind.norms)
    }
    self.attack = attack
    self.threat = threat
    self.target = target
    self.seed = seed
  }

  /// Points that are to be shown to the service.
  ///
  /// - Parameters:
  ///   - images: [N, C, H, W] in [0, 1], on the grid of the threat model.
  ///   - labels: their true classes.
  ///   - numbers: their numbers in their data set, which name their randomness.
  ///   - substitute: is attacked.
  /// - Returns: [N, C, H, W].
  public func points(
    from images: Tensor, labels: [Int], numbers: [Int],
    on substitute: any DifferentiableClassifier
  ) throws(OracleError) -> Tensor {
    let truth = Tensor(labels)
    let goal =
      target.map { target in Goal(avoiding: truth, reaching: truth.filled(with: Double(target))) }
      ?? Goal(avoiding: truth)
    let key = RandomKey(seed: seed)
    return try points(
      for: AttackBatch(images, toward: goal, keys: numbers.map { key.part($0) }), on: substitute)
  }

  /// The same for pictures whose goals and randomness are named already.
  func points(
    for batch: AttackBatch, on substitute: any DifferentiableClassifier
  ) throws(OracleError) -> Tensor {
    guard let attack = attack as? any SteppedAttack else {
      return try attack.points(for: batch, on: substitute, within: threat)
    }
    do throws(EngineError) {
      return try attack.lastPoints(batch, on: substitute, within: threat)
    } catch {
      throw .engine(error)
    }
  }

  /// What became of a picture that the service had got right.
  ///
  /// - Parameters:
  ///   - answer: what the service takes the point for.
  ///   - label: the true class.
  ///   - distances: how far the point is from the picture.
  ///   - isOnGrid: whether it is a point of the threat model's grid.
  func outcome(answer: Int, label: Int, distances: Distances, isOnGrid: Bool) -> Outcome {
    let isWithin = distances.isWithin(threat.budget)
    guard isOnGrid, isWithin || type(of: attack).minimizesNorm else { return .invalid }
    let isReached = target.map { answer == $0 } ?? (answer != label)
    return isReached && isWithin ? .newlyWrong : .robust
  }
}
