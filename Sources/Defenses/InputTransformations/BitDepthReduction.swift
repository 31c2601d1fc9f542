public import TensorModule

/// Fewer levels for each channel: round(x·(2ᵇ − 1)) / (2ᵇ − 1).
///
/// Its gradient is zero wherever there is one. Xu, Evans and Qi 2018, “Feature squeezing: detecting
/// adversarial examples in deep neural networks”.
public struct BitDepthReduction: InputTransformation {
  /// `bit-depth`.
  public static let name = "bit-depth"
  /// The levels are close to the pixels.
  public static let backwardPass = BackwardPass.straightThrough
  /// Always the same.
  public static let isRandom = false

  /// The sensible numbers of bits.
  static let bitCounts = 1...8

  /// Bits for each channel, 1…8.
  public let bits: Int

  /// A reduction.
  ///
  /// - Precondition: 1 ≤ bits ≤ 8.
  public init(bits: Int = 4) {
    precondition(Self.bitCounts.contains(bits), "\(bits) bits")
    self.bits = bits
  }

  /// As people write it.
  public var description: String { "\(Self.name):bits=\(bits)" }

  /// Pictures with 2ᵇ levels.
  public func transformed(_ images: Tensor, key: RandomKey) -> Tensor {
    let steps = Double(1 << bits - 1)
    return (images * steps).rounded() / steps
  }
}
