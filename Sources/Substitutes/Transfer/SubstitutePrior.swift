public import Attacks
public import TensorModule
public import ThreatModels

/// Where an attack by queries begins: at what an attack finds on a substitute.
///
/// An attack that sees scores begins inside the budget, at the substitute's candidate, whether it fools the service
/// or not. An attack that sees labels alone needs a picture that fools the service: it is shown candidates of
/// growing budgets, a query each, until one does, and comes nearer from there.
public struct SubstitutePrior {
  /// How many times the budget candidates may be away where a picture that fools is needed.
  static let growth = [1.0, 1.5, 2, 3, 5]

  private let substitute: any DifferentiableClassifier
  private let trial: TransferTrial
  private let needsSuccess: Bool

  /// A prior.
  ///
  /// - Parameters:
  ///   - substitute: where candidates are looked for.
  ///   - attack: looks for them; MI-FGSM, which transfers well, if not said.
  ///   - threat: the budget and the grid of the attack by queries.
  ///   - refinement: the attack by queries.
  /// - Throws: `TrialError.norm` when the attack does not know the norm of the budget.
  public init(
    on substitute: any DifferentiableClassifier, by attack: any Attack = MIFGSM(),
    within threat: ThreatModel, for refinement: any Attack
  ) throws {
    self.substitute = substitute
    trial = try TransferTrial(attack, within: threat)
    needsSuccess = refinement is any DecisionBasedAttack
  }

  /// A point for each picture.
  ///
  /// - Parameters:
  ///   - batch: one picture.
  ///   - oracle: the service.
  /// - Returns: [1, C, H, W]; nothing if a picture that fools the service is needed and none was found.
  public func start(
    for batch: AttackBatch, asking oracle: any LabelOracle
  ) throws(OracleError) -> Tensor? {
    guard needsSuccess else { return try trial.points(for: batch, on: substitute) }
    for factor in Self.growth {
      guard let wider = trial.widened(by: factor) else { return nil }
      let candidate = try wider.points(for: batch, on: substitute)
      let answer = try oracle.labels(of: candidate)
      if batch.goal.isReached(byPredictions: answer).truths()[0] { return candidate }
    }
    return nil
  }
}

extension TransferTrial {
  /// The same with a greater budget; nothing if that is none.
  fileprivate func widened(by factor: Double) -> TransferTrial? {
    let budget = threat.budget
    guard let wider = try? PerturbationBudget(budget.norm, epsilon: budget.epsilon * factor) else {
      return nil
    }
    var trial = self
    trial.threat = ThreatModel(factor == 1 ? budget : wider, pixels: threat.pixels)
    return trial
  }
}
