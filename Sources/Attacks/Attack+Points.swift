public import TensorModule
public import ThreatModels

extension Attack {
  /// Whether the attack looks for the nearest adversarial example, so that one run serves every budget.
  public static var minimizesNorm: Bool {
    self is any MinimumNormAttack.Type || self is any DecisionBasedAttack.Type
  }

  /// Whether the attack sees the gradients of a model, so that it can do nothing with one that has none.
  public static var needsGradients: Bool {
    self is any WhiteBoxAttack.Type || self is any MinimumNormAttack.Type
  }

  /// What the attack finds against a model at hand, whatever it is allowed to know of it.
  ///
  /// - Parameters:
  ///   - batch: pictures that the model gets right, what is wanted of them, and their keys.
  ///   - model: shown to the attack as far as its kind allows.
  ///   - threat: the budget and the grid.
  /// - Returns: [N, C, H, W]: points for the referee to judge. Those of an attack that minimises the
  ///   norm may lie outside the budget.
  public func points(
    for batch: AttackBatch, on model: any DifferentiableClassifier, within threat: ThreatModel
  ) throws(OracleError) -> Tensor {
    switch self {
    case let attack as any WhiteBoxAttack:
      return try asking { () throws(EngineError) in
        try attack.perturbed(batch, on: model, within: threat)
      }
    case is any ScoreBasedAttack:
      return try points(for: batch, asking: ModelOracle(model), within: threat)
    default:
      return try nearestPoints(
        for: batch, on: model, in: threat.budget.norm, pixels: threat.pixels,
        enough: threat.budget.epsilon)
    }
  }

  /// The nearest adversarial examples that an attack which minimises the norm finds.
  ///
  /// - Parameters:
  ///   - batch: pictures that the model gets right, what is wanted of them, and their keys.
  ///   - model: shown to the attack as far as its kind allows.
  ///   - norm: how distance is measured.
  ///   - pixels: which values a pixel may take.
  ///   - enough: a distance that is near enough; nothing means as near as the attack can.
  /// - Returns: [N, C, H, W]: the picture itself where the attack found none.
  /// - Precondition: ``minimizesNorm``.
  public func nearestPoints(
    for batch: AttackBatch, on model: any DifferentiableClassifier, in norm: Norm,
    pixels: PixelGrid, enough: Double? = nil
  ) throws(OracleError) -> Tensor {
    let oracle = ModelOracle(model)
    let closest: Tensor
    switch self {
    case let attack as any MinimumNormAttack:
      closest = try asking { () throws(EngineError) in
        try attack.closest(batch, on: model, in: norm, enough: enough)
      }
    case let attack as any DecisionBasedAttack:
      closest = try attack.closest(batch, on: oracle, in: norm, enough: enough)
    default: preconditionFailure("\(Self.name) is none of the four kinds of attack")
    }
    return try realized(closest, of: batch, on: pixels, asking: oracle)
  }

  /// What the attack finds against a model of which it sees answers alone.
  ///
  /// - Parameters:
  ///   - batch: pictures that the model gets right, what is wanted of them, and their keys.
  ///   - oracle: asked as the attack's kind allows. When its budget is spent, the attack ends with what
  ///     it has.
  ///   - threat: the budget and the grid.
  /// - Returns: [N, C, H, W]: points for the referee to judge. Those of an attack that minimises the
  ///   norm may lie outside the budget.
  /// - Precondition: the attack does not need gradients.
  public func points(
    for batch: AttackBatch, asking oracle: any ScoreOracle & LabelOracle, within threat: ThreatModel
  ) throws(OracleError) -> Tensor {
    switch self {
    case let attack as any ScoreBasedAttack:
      return try attack.perturbed(batch, on: oracle, within: threat)
    case let attack as any DecisionBasedAttack:
      let closest = try attack.closest(
        batch, on: oracle, in: threat.budget.norm, enough: threat.budget.epsilon)
      return try realized(closest, of: batch, on: threat.pixels, asking: oracle)
    default: preconditionFailure("\(Self.name) needs gradients")
    }
  }

  private func realized(
    _ closest: Tensor, of batch: AttackBatch, on pixels: PixelGrid, asking oracle: any LabelOracle
  ) throws(OracleError) -> Tensor {
    switch pixels {
    case .float: closest
    case .eightBit: try GridRealization(of: batch).nearest(to: closest, asking: oracle)
    }
  }

  private func asking(_ body: () throws(EngineError) -> Tensor) throws(OracleError) -> Tensor {
    do {
      return try body()
    } catch {
      throw .engine(error)
    }
  }
}
