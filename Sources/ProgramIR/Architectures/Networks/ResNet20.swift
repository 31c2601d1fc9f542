/// The residual network of 20 layers for CIFAR-10, with shortcuts that have no parameters.
///
/// He, Zhang, Ren and Sun 2016, “Deep residual learning for image recognition”, section 4.2, with
/// option A: where a stage begins, the shortcut takes every second row and column and adds channels of
/// zeros behind. Layers are named `conv1`, `bn1`, `layer1.0.conv1` … `fc`; convolutions begin
/// Kaiming-normal over the fan-out, `fc` with PyTorch's default. 269,722 parameters for CIFAR-10.
public struct ResNet20: Architecture {
  /// The network.
  public init() {}

  /// The logits, [K].
  public func logits(
    of pictures: ProgramBuilder.Value, classCount: Int, in builder: inout ProgramBuilder
  ) -> ProgramBuilder.Value {
    var x = builder.conv3x3(pictures, to: 16, named: "conv1")
    x = builder.relu(builder.batchNorm(x, named: "bn1"))
    for (stage, channels) in [16, 32, 64].enumerated() {
      for block in 0..<3 {
        x = builder.basicBlock(
          x, to: channels, stride: stage > 0 && block == 0 ? 2 : 1,
          named: "layer\(stage + 1).\(block)")
      }
    }
    return builder.linear(builder.globalAveragePool(x), to: classCount, named: "fc")
  }
}

extension ProgramBuilder {
  /// Two convolutions with batch norm, added to what came in.
  fileprivate mutating func basicBlock(
    _ input: Value, to channels: Int, stride: Int, named name: String
  ) -> Value {
    var x = conv3x3(input, to: channels, stride: stride, named: "\(name).conv1")
    x = relu(batchNorm(x, named: "\(name).bn1"))
    x = conv3x3(x, to: channels, named: "\(name).conv2")
    x = batchNorm(x, named: "\(name).bn2")
    var shortcut = input
    if stride > 1 { shortcut = subsampled(shortcut, stride: stride) }
    if channels > input.sizes[0] {
      shortcut = zeroPadded(shortcut, after: channels - input.sizes[0])
    }
    return relu(add(x, shortcut))
  }

  /// The convolution of residual networks: 3 × 3, padded, without bias.
  mutating func conv3x3(
    _ input: Value, to channels: Int, stride: Int = 1, named name: String
  ) -> Value {
    conv2d(
      input, to: channels, kernel: 3, stride: stride, padding: 1, hasBias: false,
      from: .kaimingNormalFanOut, named: name)
  }

  /// The projection of residual networks: 1 × 1, without bias.
  mutating func conv1x1(
    _ input: Value, to channels: Int, stride: Int, named name: String
  ) -> Value {
    conv2d(
      input, to: channels, kernel: 1, stride: stride, hasBias: false, from: .kaimingNormalFanOut,
      named: name)
  }
}
