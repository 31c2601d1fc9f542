import TensorModule
import ThreatModels

/// The arithmetic of a ``ProgramClassifier/Normalization``, ready for a model's channels.
struct PixelNormalization {
  private let mean: Tensor
  private let deviation: Tensor
  /// What bytes take instead of mean and deviation: pixels k/255 come out as k and not just below it,
  /// which a model that rounds down would notice.
  private let whole: (factor: Tensor, offset: Tensor)?

  /// - Throws: ``ProgramError`` when the numbers are unusable or not as many as channels.
  init(
    _ normalization: ProgramClassifier.Normalization, for shape: ImageShape
  ) throws(ProgramError) {
    let deviations = normalization.standardDeviation
    mean = try Self.perChannel(normalization.mean, of: shape, named: "mean")
    deviation = try Self.perChannel(deviations, of: shape, named: "standard deviation")
    let factors = deviations.compactMap { Self.whole(1 / $0) }
    let offsets = (0..<max(normalization.mean.count, deviations.count)).map { channel in
      normalization.mean[channel % normalization.mean.count]
        / deviations[channel % deviations.count]
    }
    whole =
      factors.count == deviations.count
      ? (Self.tensor(factors), Self.tensor(offsets.map { Self.whole($0) ?? $0 })) : nil
  }

  /// (pixels − mean) / standard deviation.
  func callAsFunction(_ images: Tensor) -> Tensor {
    if let whole { images * whole.factor - whole.offset } else { (images - mean) / deviation }
  }

  private static func perChannel(
    _ numbers: [Double], of shape: ImageShape, named name: String
  ) throws(ProgramError) -> Tensor {
    guard numbers.count == 1 || numbers.count == shape.channels else {
      throw ProgramError(
        "the \(name) has \(numbers.count) numbers; the model has \(shape.channels) channels")
    }
    guard numbers.allSatisfy(\.isFinite), name == "mean" || !numbers.contains(0) else {
      throw ProgramError("the \(name) must be made of usable numbers, not \(numbers)")
    }
    return tensor(numbers)
  }

  private static func tensor(_ numbers: [Double]) -> Tensor {
    Tensor(numbers.map(Float.init), shape: [1, numbers.count, 1, 1])
  }

  /// The whole number that differs from another by its rounding alone; nothing if there is none.
  private static func whole(_ number: Double) -> Double? {
    let nearest = number.rounded()
    return abs(number - nearest) <= 1e-12 * abs(number) ? nearest : nil
  }
}
