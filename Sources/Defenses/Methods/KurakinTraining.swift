public import Attacks
import Foundation
public import ProgramRuntime
public import TensorModule
public import ThreatModels
public import Training

/// Kurakin's training: some pictures of each batch become one-step examples, each with an ε of its own.
///
/// Of m pictures k are replaced. The loss is (Σ J(clean) + λ·Σ J(adversarial)) / (m − k + λ·k). ε comes
/// from a normal distribution with mean 0 and deviation ε_max/2, cut off to [0, ε_max], so that the
/// model does not learn one ε. By default the step goes towards the class that the model thinks least
/// likely; along the gradient of the true class examples can leak the label, see
/// ``LabelLeakingCheck``. Only for L∞.
///
/// Kurakin, Goodfellow and Bengio 2017, “Adversarial machine learning at scale”.
public struct KurakinTraining: MinimaxTraining {
  /// Where the one step leads.
  public enum Direction: String, Hashable, Codable, Sendable {
    /// Towards the least likely class, step l.l.
    case leastLikely = "least-likely"
    /// Towards a class drawn for each picture, step rnd.
    case random
    /// Away from the true class: FGSM.
    case label
  }

  /// `kurakin`.
  public static let name = "kurakin"
  /// The largest ε, in L∞.
  public let budget: PerturbationBudget
  /// The share k/m, the weight λ, and where the step leads.
  public var settings: Settings

  /// The method.
  ///
  /// - Precondition: the budget is in L∞.
  public init(within budget: PerturbationBudget, settings: Settings = Settings()) {
    precondition(budget.norm == .linf, "\(budget)")
    self.budget = budget
    self.settings = settings
  }

  /// How many of some pictures are replaced, k.
  private func replacedCount(of count: Int) -> Int {
    Int((settings.share * Double(count)).rounded())
  }

  /// The batch with its first pictures replaced.
  public func changedImages(
    of batch: TrainingBatch, for model: TrainableClassifier
  ) throws(EngineError) -> Tensor {
    let count = replacedCount(of: batch.images.count)
    if count == 0 { return batch.images }
    let images = batch.images[0..<count]
    let (labels, keys) = (batch.labels[0..<count], Array(batch.keys[..<count]))
    let gradient = try model.attackable().lossGradient(at: images) { logits in
      goal(labels: labels, logits: logits.detached(), keys: keys).crossEntropy(of: logits)
    }.gradient
    let radii = keys.map { Float(Self.radius(upTo: budget.epsilon, key: $0)) }
    let changed = ThreatModel(budget, pixels: .float).feasibleSet(around: images)
      .realized(images + gradient.sign() * Tensor(radii, shape: [count, 1, 1, 1]))
    return count == batch.images.count
      ? changed : .concatenated([changed, batch.images[count..<batch.images.count]])
  }

  private func goal(labels: Tensor, logits: Tensor, keys: [RandomKey]) -> Goal {
    switch settings.direction {
    case .leastLikely: Objective.leastLikely.goal(labels: labels, cleanLogits: logits)
    case .random: .random(avoiding: labels, classCount: logits.shape[1], keys: keys)
    case .label: Goal(avoiding: labels)
    }
  }

  /// ε of one picture.
  static func radius(upTo largest: Double, key: RandomKey) -> Double {
    var numbers = key.part("epsilon").makeNumbers()
    while true {
      // Box and Muller 1958.
      let length = (-2 * log(1 - Double.random(in: 0..<1, using: &numbers))).squareRoot()
      let radius = largest / 2 * length * cos(2 * .pi * Double.random(in: 0..<1, using: &numbers))
      if (0...largest).contains(radius) { return radius }
    }
  }

  /// The weighted loss; the pictures as they are shown count as right or wrong.
  public func loss(
    of batch: TrainingBatch, changed: Tensor, for model: TrainableClassifier,
    with weights: TrainableWeights.Recorded
  ) throws(EngineError) -> (loss: Tensor, auxiliary: [Tensor]) {
    let logits = try model.logits(of: changed, in: .training, with: weights.parameters())
    let count = replacedCount(of: changed.count)
    let shares = (0..<changed.count).map { Float($0 < count ? settings.lambda : 1) }
    let total = shares.reduce(0) { $0 + Double($1) }
    let losses = logits.crossEntropy(labels: batch.labels) * Tensor(shares, shape: [shares.count])
    return (losses.sum() / total, [logits])
  }
}

extension KurakinTraining: CataloguedMethod {
  /// What can be set.
  public struct Settings: MethodSettings {
    /// The share of pictures that are replaced, k/m.
    public var share: Double
    /// The weight λ of an adversarial picture against one that is as it is.
    public var lambda: Double
    /// Where the step leads.
    public var direction: Direction

    /// Whether the share is one, and something has weight.
    public var areUsable: Bool {
      (0...1).contains(share) && lambda >= 0 && lambda.isFinite && (lambda > 0 || share < 1)
    }

    /// The paper's values: 16 of 32, 0.3, least likely.
    public init() { self.init(share: 0.5) }

    /// Settings.
    public init(share: Double, lambda: Double = 0.3, direction: Direction = .leastLikely) {
      self.share = share
      self.lambda = lambda
      self.direction = direction
    }
  }

  /// What it is.
  public static var summary: String { "half of each batch by one step, each with its own ε" }

  /// The method with settings.
  ///
  /// - Throws: `CatalogueError` when the budget is not in L∞.
  public init(_ settings: Settings, in context: MethodContext) throws(CatalogueError) {
    guard context.budget.norm == .linf else {
      throw .unsuitable("kurakin trains in L∞ alone: use fgsm-mixture for \(context.budget.norm)")
    }
    self.init(within: context.budget, settings: settings)
  }
}
