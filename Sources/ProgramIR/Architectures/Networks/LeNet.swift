/// A network like LeNet-5: `conv1`, `conv2`, `fc1`, `fc2`, `fc3`, with PyTorch's initialisation.
///
/// LeCun, Bottou, Bengio and Haffner 1998, “Gradient-based learning applied to document recognition”,
/// with ReLU, maxima of 2 × 2 and a linear output in place of squashing, trained averages and radial
/// units. Pictures with a side of less than 32 pixels get two rows and columns of zeros on each side,
/// as the paper pads MNIST to 32 × 32; MNIST has 61,706 parameters then.
public struct LeNet: Architecture {
  /// The network.
  public init() {}

  /// 12: after two convolutions and maxima one number of each channel is left.
  public var smallestSide: Int { 12 }

  /// The logits, [K].
  public func logits(
    of pictures: ProgramBuilder.Value, classCount: Int, in builder: inout ProgramBuilder
  ) -> ProgramBuilder.Value {
    let padding = pictures.sizes.dropFirst().contains { $0 < 32 } ? 2 : 0
    var x = builder.conv2d(pictures, to: 6, kernel: 5, padding: padding, named: "conv1")
    x = builder.maxPool(builder.relu(x), side: 2)
    x = builder.conv2d(x, to: 16, kernel: 5, named: "conv2")
    x = builder.flatten(builder.maxPool(builder.relu(x), side: 2))
    x = builder.relu(builder.linear(x, to: 120, named: "fc1"))
    x = builder.relu(builder.linear(x, to: 84, named: "fc2"))
    return builder.linear(x, to: classCount, named: "fc3")
  }
}
