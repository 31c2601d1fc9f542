/// Softmax regression: logits = W·x + b over the flattened picture, with the layer `linear`.
public struct SoftmaxRegression: Architecture {
  private let initialization: LayerInitialization

  /// The model.
  ///
  /// - Parameter initialization: how the weights begin.
  public init(from initialization: LayerInitialization = .standard) {
    self.initialization = initialization
  }

  /// The logits, [K].
  public func logits(
    of pictures: ProgramBuilder.Value, classCount: Int, in builder: inout ProgramBuilder
  ) -> ProgramBuilder.Value {
    builder.linear(
      builder.flatten(pictures), to: classCount, from: initialization, named: "linear")
  }
}
