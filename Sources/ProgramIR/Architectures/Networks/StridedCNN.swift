/// Four convolutions that halve the picture, each with batch norm: little work for small pictures.
///
/// Convolutions of 3 × 3 with stride 2 to one, two, three and four times `width` channels, each
/// followed by batch norm and ReLU, then one linear layer. Layers are named `conv1`, `bn1` …, `linear`;
/// 49,402 parameters for CIFAR-10 and width 16.
public struct StridedCNN: Architecture {
  /// The channels of the first convolution.
  public let width: Int

  /// The network.
  ///
  /// - Precondition: there are channels.
  public init(width: Int = 16) {
    precondition(width > 0, "no channels")
    self.width = width
  }

  /// The logits, [K].
  public func logits(
    of pictures: ProgramBuilder.Value, classCount: Int, in builder: inout ProgramBuilder
  ) -> ProgramBuilder.Value {
    var x = pictures
    for layer in 1...4 {
      x = builder.conv2d(
        x, to: layer * width, kernel: 3, stride: 2, padding: 1, hasBias: false,
        named: "conv\(layer)")
      x = builder.relu(builder.batchNorm(x, named: "bn\(layer)"))
    }
    return builder.linear(builder.flatten(x), to: classCount, named: "linear")
  }
}
