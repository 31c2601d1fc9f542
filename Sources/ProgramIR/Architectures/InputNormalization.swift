/// What is done inside a network to pixels in [0, 1] before anything else: (x − mean) / deviation.
public struct InputNormalization: Hashable, Sendable {
  /// One number for each channel.
  public var mean: [Float]
  /// One positive number for each channel.
  public var standardDeviation: [Float]

  /// A normalisation.
  public init(mean: [Float], standardDeviation: [Float]) {
    self.mean = mean
    self.standardDeviation = standardDeviation
  }
}
