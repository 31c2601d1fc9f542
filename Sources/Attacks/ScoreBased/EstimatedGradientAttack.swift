public import TensorModule
public import ThreatModels

/// A gradient attack on a model of which scores alone are seen: its gradients are estimated.
///
/// Each picture is attacked on its own, on an ``EstimatingClassifier``, until a point reaches the goal. A
/// gradient costs two queries for each sample and one for the point itself. When the model's budget is
/// spent, the point of the greatest cross-entropy so far is what was found. The number of steps is the
/// attack's own.
///
/// The loss is the attack's own. The cross-entropy of a model that is all but certain does not move, as when
/// a service's scores are not logits but of another scale; then take ``APGD`` with the difference of logits
/// ratio, whose scale does not matter.
///
/// Ilyas, Engstrom, Athalye and Lin 2018 take sign steps along gradients by NES; Uesato, O’Donoghue, van den
/// Oord and Kohli 2018 take steps of Adam along those by SPSA.
public struct EstimatedGradientAttack: ScoreBasedAttack {
  /// Estimated gradients.
  public static let name = "Estimated gradients"

  /// The attack that is given estimated gradients.
  public let attack: any WhiteBoxAttack
  /// How they are estimated.
  public let estimate: GradientEstimate

  /// The attack's title with the way to its gradients, such as `PGD by NES`.
  public var title: String { "\(attack.title) by \(estimate.gradient.rawValue.uppercased())" }

  /// Usable settings of an attack that knows L∞, L2 and L1 and moves along gradients itself.
  public var hasUsableSettings: Bool {
    estimate.isUsable && attack.hasUsableSettings && Self.suits(attack)
  }

  /// An attack by estimated gradients.
  ///
  /// - Precondition: the attack knows L∞, L2 and L1 and is no ensemble.
  public init(_ attack: any WhiteBoxAttack, by estimate: GradientEstimate) {
    precondition(Self.suits(attack), "\(attack.title) by estimated gradients")
    self.attack = attack
    self.estimate = estimate
  }

  /// Attacks one picture after the other.
  public func perturbed(
    _ batch: AttackBatch, on model: any ScoreOracle, within threat: ThreatModel
  ) throws(OracleError) -> Tensor {
    var points: [Tensor] = []
    try OracleError.endingWithBudget { () throws(OracleError) in
      for row in batch.keys.indices {
        var search = EstimatedGradientSearch(of: batch.rows([row]))
        defer { points.append(search.point) }
        try search.run(self, on: model, within: threat)
      }
    }
    // Pictures that the budget did not reach.
    let rest = batch.keys.indices.dropFirst(points.count).map { batch.images.rows([$0]) }
    return .concatenated(points + rest)
  }
}

extension EstimatedGradientAttack: WrappingAttack {
  var own: GradientEstimate { estimate }

  init(unchecked attack: any WhiteBoxAttack, own: GradientEstimate) {
    self.attack = attack
    estimate = own
  }
}

/// The search for one picture.
private struct EstimatedGradientSearch {
  /// What the model was asked about; it ends an attack that has reached its goal, since there is nothing
  /// left to pay for.
  private final class Watch {
    var best: BestPoints
    var hasReached = false

    init(_ batch: AttackBatch) {
      best = BestPoints(of: batch)
    }
  }

  /// [1, C, H, W]: the best point so far, or the picture.
  private(set) var point: Tensor
  private let batch: AttackBatch

  init(of batch: AttackBatch) {
    self.batch = batch
    point = batch.images
  }

  mutating func run(
    _ settings: EstimatedGradientAttack, on oracle: any ScoreOracle, within threat: ThreatModel
  ) throws(OracleError) {
    let (batch, watch) = (batch, Watch(batch))
    let model = EstimatingClassifier(
      asking: oracle, by: settings.estimate, on: threat.pixels,
      key: batch.keys[0].part(EstimatedGradientAttack.name)
    ) { images, scores throws(EngineError) in
      guard threat.allows(images, around: batch.images)[0] else { return }
      let reached = watch.best.consider(
        images, logits: scores, losses: batch.goal.crossEntropy(of: scores), rows: [0])
      guard reached[0] else { return }
      watch.hasReached = true
      throw EngineError(.refused, during: "asking an oracle", message: "the goal is reached")
    }
    do {
      point = try settings.attack.perturbed(batch, on: model, within: threat)
    } catch {
      point = watch.best.points
      if let failure = model.failure { throw failure }
      if !watch.hasReached { throw .engine(error) }
    }
  }
}
