import TensorModule
import ThreatModels

/// The arithmetic of a ``ProgramClassifier/Normalization``, ready for a model's channels.
struct PixelNormalization {
  private let mean: Tensor
  private let deviation: Tensor

  /// - Throws: ``ProgramError`` when the numbers are unusable or not as many as channels.
  init(
    _ normalization: ProgramClassifier.Normalization, for shape: ImageShape
  ) throws(ProgramError) {
    mean = try Self.perChannel(normalization.mean, of: shape, named: "mean")
    deviation = try Self.perChannel(
      normalization.standardDeviation, of: shape, named: "standard deviation")
  }

  /// (pixels − mean) / standard deviation.
  func callAsFunction(_ images: Tensor) -> Tensor { (images - mean) / deviation }

  private static func perChannel(
    _ numbers: [Double], of shape: ImageShape, named name: String
  ) throws(ProgramError) -> Tensor {
    guard numbers.count == 1 || numbers.count == shape.channels else {
      throw ProgramError(
        "the \(name) has \(numbers.count) numbers; the model has \(shape.channels) channels")
    }
    guard numbers.allSatisfy(\.isFinite), name == "mean" || numbers.allSatisfy({ $0 > 0 }) else {
      throw ProgramError("the \(name) must be made of usable numbers, not \(numbers)")
    }
    return Tensor(numbers.map(Float.init), shape: [1, numbers.count, 1, 1])
  }
}
