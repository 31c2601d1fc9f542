public import TensorModule
public import ThreatModels

/// A way of looking for adversarial examples, with its settings, as a plain value.
///
/// What an attack may know of the model is a type: ``WhiteBoxAttack`` sees gradients. All promise
/// the same:
///
/// - What comes back lies within the threat model, on the pixel grid if there is one.
/// - A sample's result does not depend on its batch mates or on the size of the batch: losses are
///   summed, and randomness comes from the sample's own key.
/// - An iterative attack stops working on a sample that has reached its goal and keeps each
///   sample's best point.
///
/// What an attack returns is a hint all the same: whoever counts successes checks the point and asks
/// the model again.
public protocol Attack: Hashable, Codable, Sendable {
  /// The name of the literature, such as `PGD`; the type's own name unless said otherwise.
  static var name: String { get }
}

extension Attack {
  /// The type's own name.
  public static var name: String { "\(Self.self)" }
}

/// An attack that needs the gradients of the model.
public protocol WhiteBoxAttack: Attack {
  /// Points that the attack takes for adversarial, as near to the goal as it got.
  ///
  /// - Parameters:
  ///   - batch: pictures that the model gets right, what is wanted of them, and their keys.
  ///   - model: asked for logits and gradients, always at points that the threat model allows.
  ///   - threat: the budget and the grid.
  /// - Returns: [N, C, H, W], one point for each picture.
  func perturbed(
    _ batch: AttackBatch, on model: any DifferentiableClassifier, within threat: ThreatModel
  ) throws(EngineError) -> Tensor
}
