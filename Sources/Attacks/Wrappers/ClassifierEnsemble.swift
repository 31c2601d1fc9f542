import Foundation
public import TensorModule
public import ThreatModels

/// Several models as one: examples that fool all of them are likelier to fool another.
///
/// Models count alike. Fused logits are the mean of the models' logits, or the logarithm of the mean of their
/// probabilities; fused losses are the mean of each model's loss. For logits, see Dong et al. 2018; for
/// probabilities, Liu et al. 2017; for losses, Tramèr et al. 2018 and Dong et al. 2018.
///
/// Liu, Chen, Liu and Song 2017, “Delving into transferable adversarial examples and black-box attacks”;
/// Tramèr, Kurakin, Papernot, Goodfellow, Boneh and McDaniel 2018, “Ensemble adversarial training: attacks and
/// defenses”; Dong et al. 2018, “Boosting adversarial attacks with momentum”.
public struct ClassifierEnsemble: DifferentiableClassifier {
  /// What is averaged.
  public enum Fusion: String, Hashable, Codable, Sendable, CaseIterable {
    /// Logits.
    case logits
    /// Probabilities.
    case probabilities
    /// Losses; logits are averaged for whoever asks about them.
    case losses
  }

  private let models: [any DifferentiableClassifier]
  private let fusion: Fusion

  /// Models as one.
  ///
  /// - Parameters:
  ///   - models: for pictures of one shape, with as many classes.
  ///   - fusion: what is averaged.
  /// - Throws: `EngineError` when there is no model, or their shapes or classes differ.
  public init(
    of models: [any DifferentiableClassifier], averaging fusion: Fusion = .logits
  ) throws(EngineError) {
    guard let first = models.first else {
      throw EngineError(.refused, during: "an ensemble", message: "there is no model in it")
    }
    for model in models.dropFirst() {
      guard model.imageShape == first.imageShape, model.classCount == first.classCount else {
        throw EngineError(
          .refused, during: "an ensemble",
          message: "one model takes \(first.imageShape) and tells \(first.classCount) classes "
            + "apart, another takes \(model.imageShape) and tells \(model.classCount)")
      }
    }
    self.models = models
    self.fusion = fusion
  }

  /// The shape of one picture.
  public var imageShape: ImageShape { models[0].imageShape }
  /// The number of classes.
  public var classCount: Int { models[0].classCount }

  /// Mean logits, or the logarithms of mean probabilities.
  public func logits(of images: Tensor) throws(EngineError) -> Tensor {
    if models.count == 1 { return try models[0].logits(of: images) }
    return fused(try allLogits(of: images))
  }

  /// Fused logits, the losses of these or mean losses, and their gradient.
  ///
  /// Fused losses take one forward and one backward pass of each model, fused logits another forward pass.
  public func lossGradient(
    at images: Tensor, of losses: (Tensor) -> Tensor
  ) throws(EngineError) -> LossGradient {
    if models.count == 1 { return try models[0].lossGradient(at: images, of: losses) }
    if fusion == .losses {
      var results: [LossGradient] = []
      for model in models { results.append(try model.lossGradient(at: images, of: losses)) }
      return LossGradient(
        logits: Self.mean(results.map(\.logits)), losses: Self.mean(results.map(\.losses)),
        gradient: Self.mean(results.map(\.gradient)))
    }
    // With the loss's gradient at each model's logits fixed, each model goes its own way back.
    let outer = try valueAndGradient(at: allLogits(of: images)) { all throws(EngineError) in
      let logits = fused(all)
      return (losses(logits), [logits])
    }
    var gradient = images.filled(with: 0)
    for (index, model) in models.enumerated() {
      let slopes = outer.gradient[index]
      gradient =
        gradient
        + (try model.lossGradient(at: images) { ($0 * slopes).sum(along: [1]) }.gradient)
    }
    return LossGradient(
      logits: outer.auxiliary[0], losses: outer.value, gradient: gradient)
  }

  /// [M, N, K].
  private func allLogits(of images: Tensor) throws(EngineError) -> Tensor {
    var all: [Tensor] = []
    for model in models { all.append(try model.logits(of: images)) }
    return .stacked(all)
  }

  private func fused(_ all: Tensor) -> Tensor {
    guard fusion == .probabilities else { return all.mean(along: [0]) }
    return all.logSoftmax().permuted([1, 2, 0]).logSumExp() - log(Double(models.count))
  }

  private static func mean(_ tensors: [Tensor]) -> Tensor {
    tensors.dropFirst().reduce(tensors[0], +) / Double(tensors.count)
  }
}
