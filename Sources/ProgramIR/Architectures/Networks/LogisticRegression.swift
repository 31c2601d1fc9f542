/// Logistic regression: the logits 0 and w·x + b, whose softmax is the sigmoid, with the layer
/// `linear`.
public struct LogisticRegression: Architecture {
  private let initialization: LayerInitialization

  /// The model.
  ///
  /// - Parameter initialization: how the weights begin.
  public init(from initialization: LayerInitialization = .standard) {
    self.initialization = initialization
  }

  /// Two.
  public var classCounts: ClosedRange<Int> { 2...2 }

  /// The logits, [2].
  public func logits(
    of pictures: ProgramBuilder.Value, classCount: Int, in builder: inout ProgramBuilder
  ) -> ProgramBuilder.Value {
    let logit = builder.linear(
      builder.flatten(pictures), to: 1, from: initialization, named: "linear")
    return builder.zeroPadded(logit, before: 1)
  }
}
