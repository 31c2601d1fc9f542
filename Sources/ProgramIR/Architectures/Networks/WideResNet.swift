/// A wide residual network, WRN-depth-widening, without dropout.
///
/// Zagoruyko and Komodakis 2016, “Wide residual networks”. Layers are named `conv1`,
/// `block1.layer.0.bn1`, `block1.layer.0.conv1` …, `block1.layer.0.convShortcut`, `bn1`, `fc`;
/// convolutions begin Kaiming-normal over the fan-out, `fc` with PyTorch's default. WRN-28-10 has
/// 36,479,194 parameters for CIFAR-10.
public struct WideResNet: Architecture {
  /// How many layers lie on the longest way: 6 n + 4 for n blocks in each of three stages.
  public let depth: Int
  /// How many times as many channels as a usual residual network.
  public let widening: Int

  /// The network, or nothing if the depth is not 6 n + 4 from 10 to 1000 or the widening not 1 to 64.
  public init?(depth: Int, widening: Int) {
    guard (10...1000).contains(depth), depth % 6 == 4, (1...64).contains(widening) else {
      return nil
    }
    self.depth = depth
    self.widening = widening
  }

  /// The logits, [K].
  public func logits(
    of pictures: ProgramBuilder.Value, classCount: Int, in builder: inout ProgramBuilder
  ) -> ProgramBuilder.Value {
    var x = builder.conv3x3(pictures, to: 16, named: "conv1")
    for (stage, channels) in [16, 32, 64].enumerated() {
      for block in 0..<(depth - 4) / 6 {
        x = builder.preActivationBlock(
          x, to: channels * widening, stride: stage > 0 && block == 0 ? 2 : 1,
          shortcut: "convShortcut", named: "block\(stage + 1).layer.\(block)")
      }
    }
    x = builder.relu(builder.batchNorm(x, named: "bn1"))
    return builder.linear(builder.globalAveragePool(x), to: classCount, named: "fc")
  }
}
