import Attacks
public import ProgramRuntime
public import TensorModule
import ThreatModels
public import Training

/// AdvProp: adversarial examples that make a model better on pictures as they are, because they go
/// through batch norms of their own.
///
/// The loss is J(x, y) through the main batch norms and J(x̃, y) through auxiliary ones, which have
/// their own weights and statistics; everything else is shared. The attack sees the auxiliary side.
/// What is used afterwards is the main side. With several adversaries, by ε or by attack, each has an
/// auxiliary set of its own (fine-grained AdvProp), and the mean of their losses counts.
///
/// As an ablation, all pictures can go through the main batch norms together.
///
/// Xie, Tan, Gong, Wang, Yuille and Le 2020, “Adversarial examples improve image recognition”.
public struct AdvProp: MinimaxTraining {
  /// What the attack wants.
  public enum Target: String, Hashable, Codable, Sendable {
    /// A class other than the true one, drawn for each picture and epoch.
    case random
    /// Any class but the true one.
    case untargeted
  }

  /// `advprop`.
  public static let name = "advprop"
  /// One for each auxiliary set.
  public let adversaries: [TrainingAdversary]
  /// What the attacks want.
  public var target: Target
  /// Whether all pictures go through the main batch norms: the ablation.
  public let sharesBatchNorm: Bool

  /// The method.
  ///
  /// - Precondition: there is an adversary.
  /// - Parameters:
  ///   - adversaries: one for each auxiliary set; which branch they see is decided here.
  ///   - target: what they want.
  ///   - sharesBatchNorm: whether all pictures go through the main batch norms.
  public init(
    against adversaries: [TrainingAdversary], target: Target = .random,
    sharesBatchNorm: Bool = false
  ) {
    precondition(!adversaries.isEmpty, "no adversaries")
    self.adversaries = adversaries.enumerated().map { index, adversary in
      var adversary = adversary
      adversary.branch = sharesBatchNorm ? .main : .auxiliary(index)
      return adversary
    }
    self.target = target
    self.sharesBatchNorm = sharesBatchNorm
  }

  /// One set for each adversary, or none if they share.
  public var auxiliaryCount: Int { sharesBatchNorm ? 0 : adversaries.count }

  /// Refuses a model without batch norms, or without enough auxiliary sets.
  public func check(_ model: TrainableClassifier) throws(TrainingError) {
    try model.weights.requireAuxiliaries(auxiliaryCount, for: Self.name)
  }

  /// What each adversary makes of the batch, one block after the other.
  public func changedImages(
    of batch: TrainingBatch, for model: TrainableClassifier
  ) throws(EngineError) -> Tensor {
    let goal: Goal? =
      switch target {
      case .random:
        .random(avoiding: batch.labels, classCount: model.classCount, keys: batch.keys)
      case .untargeted: nil
      }
    return .concatenated(
      try adversaries.map { adversary throws(EngineError) in
        try adversary.images(of: batch, toward: goal, on: model)
      })
  }

  /// J(x, y) and the mean of J(x̃, y); the pictures as they are count as right or wrong.
  public func loss(
    of batch: TrainingBatch, changed: Tensor, for model: TrainableClassifier,
    with weights: TrainableWeights.Recorded
  ) throws(EngineError) -> (loss: Tensor, auxiliary: [Tensor]) {
    let count = batch.images.count
    let labels = Tensor.concatenated(adversaries.map { _ in batch.labels })
    if sharesBatchNorm {
      let (clean, adversarial) = try model.pairedLogits(
        of: batch.images, and: changed, with: weights.parameters())
      let loss =
        clean.crossEntropy(labels: batch.labels).mean()
        + adversarial.crossEntropy(labels: labels).mean()
      return (loss, [clean])
    }
    let clean = try model.logits(of: batch.images, in: .training, with: weights.parameters())
    let adversarial = try adversaries.indices.map { index throws(EngineError) in
      try model.logits(
        of: changed[index * count..<(index + 1) * count], in: .training,
        with: weights.parameters(of: .auxiliary(index)))
    }
    let loss =
      clean.crossEntropy(labels: batch.labels).mean()
      + Tensor.concatenated(adversarial).crossEntropy(labels: labels).mean()
    return (loss, [clean])
  }
}

extension TrainableWeights {
  /// Checks that there are auxiliary sets of batch norms for a method.
  ///
  /// - Throws: ``TrainingError/method(_:)``.
  func requireAuxiliaries(_ count: Int, for name: String) throws(TrainingError) {
    if count > 0, !hasBatchNorm {
      throw .method(
        "\(name) keeps batch norms for adversarial pictures apart, and this model has no batch "
          + "norms: use fgsm-mixture or pgd instead")
    }
    if auxiliaryCount < count {
      throw .method(
        "\(name) needs \(count) auxiliary sets of batch norms, and the model in training has "
          + "\(auxiliaryCount)")
    }
  }
}
