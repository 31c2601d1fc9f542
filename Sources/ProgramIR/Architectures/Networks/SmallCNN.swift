/// Madry's network for MNIST: `conv1`, `conv2`, `fc1`, `fc2`, with PyTorch's initialisation.
///
/// Madry, Makelov, Schmidt, Tsipras and Vladu 2018, “Towards deep learning models resistant to
/// adversarial attacks”: convolutions of 5 × 5 to 32 and 64 channels, each followed by maxima of
/// 2 × 2, and 1024 units; 3,274,634 parameters for MNIST. The paper draws weights from a truncated
/// normal distribution.
public struct SmallCNN: Architecture {
  /// The network.
  public init() {}

  /// 4: two maxima of 2 × 2 leave one number of each channel.
  public var smallestSide: Int { 4 }

  /// The logits, [K].
  public func logits(
    of pictures: ProgramBuilder.Value, classCount: Int, in builder: inout ProgramBuilder
  ) -> ProgramBuilder.Value {
    var x = builder.conv2d(pictures, to: 32, kernel: 5, padding: 2, named: "conv1")
    x = builder.maxPool(builder.relu(x), side: 2)
    x = builder.conv2d(x, to: 64, kernel: 5, padding: 2, named: "conv2")
    x = builder.flatten(builder.maxPool(builder.relu(x), side: 2))
    x = builder.relu(builder.linear(x, to: 1024, named: "fc1"))
    return builder.linear(x, to: classCount, named: "fc2")
  }
}
