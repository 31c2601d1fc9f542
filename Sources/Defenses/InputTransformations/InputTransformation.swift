public import TensorModule

/// Something that is done to pictures before a model sees them, in the hope that it removes what an
/// attack has added.
///
/// By itself it mostly hides gradients: Athalye, Carlini and Wagner 2018, “Obfuscated gradients give a
/// false sense of security”. So every transformation says how an attacker who knows it gets past it.
public protocol InputTransformation: Hashable, Sendable, CustomStringConvertible {
  /// The name that people write, such as `jpeg`.
  static var name: String { get }
  /// How an attacker who knows the transformation takes gradients through it.
  static var backwardPass: BackwardPass { get }
  /// Whether it draws anew each time it is used.
  static var isRandom: Bool { get }

  /// The transformation with its settings as people write it, such as `jpeg:quality=75`.
  var description: String { get }

  /// Pictures after the transformation, each independent of the others.
  ///
  /// - Parameters:
  ///   - images: [N, C, H, W] in [0, 1].
  ///   - key: names the draw, which all pictures of the batch share; without effect unless
  ///     ``isRandom``.
  /// - Returns: the same shape.
  func transformed(_ images: Tensor, key: RandomKey) throws(EngineError) -> Tensor
}

/// How gradients are taken through a transformation by somebody who knows it.
public enum BackwardPass: Hashable, Sendable {
  /// As automatic differentiation does it: the transformation is differentiable almost everywhere.
  case exact
  /// As if the transformation were the identity, because its own gradients are zero or missing.
  case straightThrough
}
