public import Attacks
public import TensorModule
public import ThreatModels

/// One attack under one threat model, with the step that decides what it is allowed to claim.
///
/// What an attack returns is a hint. A trial asks the model about the originals, attacks only those
/// that it gets right, checks each returned point against the threat model in double precision, and
/// asks the model again. Only then does it count.
public struct Trial: Sendable {
  /// The attack.
  public var attack: any Attack
  /// The budget and the grid.
  public var threat: ThreatModel
  /// What the attacker asks for.
  public var objective: Objective
  /// Where all randomness comes from.
  public var seed: UInt64

  /// A trial.
  public init(
    _ attack: any Attack, within threat: ThreatModel,
    objective: Objective = .untargeted, seed: UInt64 = 0
  ) {
    self.attack = attack
    self.threat = threat
    self.objective = objective
    self.seed = seed
  }

  /// Attacks a batch of pictures.
  ///
  /// - Parameters:
  ///   - images: [N, C, H, W] in [0, 1].
  ///   - labels: the true class of each; nothing where it is unknown, which means the model's own
  ///     prediction.
  ///   - numbers: the number of each sample in its data set, which names its randomness.
  ///   - model: the model under test.
  /// - Throws: ``TrialError`` when the question makes no sense or the engine gives up.
  public func run(
    on model: any DifferentiableClassifier, images: Tensor, labels: [Int?], numbers: [Int]
  ) throws(TrialError) -> TrialResult {
    precondition(images.count == labels.count && images.count == numbers.count)
    let cleanLogits = try asking { () throws(EngineError) in try model.logits(of: images) }
    let clean = ClassScores(of: cleanLogits)
    let known = labels.indices.map { labels[$0] ?? clean.classes[$0] }
    try check(known, model: model, images: images)

    let right = known.indices.filter { clean.classes[$0] == known[$0] && clean.isFinite[$0] }
    let goal = objective.goal(labels: Tensor(known), cleanLogits: cleanLogits)
    var result = TrialResult(
      images: images, labels: known, targets: goal.targets?.integers(), clean: clean)
    if right.isEmpty { return result }

    let key = RandomKey(seed: seed)
    let all = AttackBatch(images, toward: goal, keys: numbers.map { key.part($0) })
    let batch = right.count == images.count ? all : all.rows(right)
    let points: Tensor
    do {
      points = try attack.points(for: batch, on: model, within: threat)
    } catch {
      throw .oracle(error)
    }
    let judgement = try asking { () throws(EngineError) in
      try Judgement(
        of: points, around: batch.images, toward: batch.goal, by: model, on: threat.pixels)
    }
    result.record(points, at: right, judgement, of: self)
    return result
  }

  private func check(
    _ labels: [Int], model: any DifferentiableClassifier, images: Tensor
  ) throws(TrialError) {
    let norms = type(of: attack).norms
    guard norms.contains(threat.budget.norm) else {
      throw .norm(threat.budget.norm, attack: type(of: attack).name, known: norms)
    }
    let classes = 0..<model.classCount
    var named = labels
    if case .target(let target) = objective {
      named.append(target)
      if labels.contains(target) { throw .threat(.targetIsLabel(target)) }
    }
    for label in named where !classes.contains(label) {
      throw .threat(.noSuchClass(label, classCount: model.classCount))
    }
    do {
      try threat.requireOriginals(images)
    } catch {
      throw .threat(error)
    }
  }

  private func asking<R>(_ body: () throws(EngineError) -> R) throws(TrialError) -> R {
    do {
      return try body()
    } catch {
      throw .engine(error)
    }
  }
}

/// Why a trial came to nothing.
public enum TrialError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The question makes no sense.
  case threat(ThreatModelError)
  /// The attack does not know how to keep this norm small.
  case norm(Norm, attack: String, known: Set<Norm>)
  /// The attack needs gradients, which a model that only answers does not give.
  case gradients(attack: String)
  /// None of the attacks works in a norm that was asked for.
  case noAttack(Norm)
  /// The engine refused or ran out of memory.
  case engine(EngineError)
  /// The oracle that an attack asked gave no answer.
  case oracle(OracleError)

  /// One sentence for the user.
  public var description: String {
    switch self {
    case .threat(let error): "\(error)"
    case .norm(let norm, let attack, let known):
      "\(attack) does not work in \(norm): it knows "
        + Norm.allCases.filter(known.contains).map(\.description).joined(separator: ", ")
    case .gradients(let attack):
      "\(attack) needs gradients, which no oracle gives: take an attack of scores or labels alone, such "
        + "as square or hopskipjump"
    case .noAttack(let norm):
      "none of the attacks works in \(norm): add one that does, or leave the norm out"
    case .engine(let error): "\(error)"
    case .oracle(let error): "\(error)"
    }
  }
}
