/// The residual network of 18 layers with activation before convolution, for small pictures.
///
/// He, Zhang, Ren and Sun 2016, “Identity mappings in deep residual networks”, with a first
/// convolution of 3 × 3 and no first maximum, the usual network of adversarial training on CIFAR-10
/// (Rice, Wong and Kolter 2020; Wong, Rice and Kolter 2020). Layers are named `conv1`,
/// `layer1.0.bn1`, `layer1.0.conv1` …, `layer2.0.shortcut.0`, `bn`, `linear`; convolutions begin
/// Kaiming-normal over the fan-out, `linear` with PyTorch's default. 11,172,170 parameters for
/// CIFAR-10.
public struct PreActResNet: Architecture {
  /// How many blocks each stage has.
  public let blocks: [Int]
  /// The channels of the first stage; every further one has twice as many.
  public let width: Int

  /// The network.
  ///
  /// - Precondition: there is a stage, and each has blocks and channels.
  public init(blocks: [Int] = [2, 2, 2, 2], width: Int = 64) {
    precondition(!blocks.isEmpty && blocks.allSatisfy { $0 > 0 } && width > 0, "no blocks")
    self.blocks = blocks
    self.width = width
  }

  /// The logits, [K].
  public func logits(
    of pictures: ProgramBuilder.Value, classCount: Int, in builder: inout ProgramBuilder
  ) -> ProgramBuilder.Value {
    var x = builder.conv3x3(pictures, to: width, named: "conv1")
    for (stage, count) in blocks.enumerated() {
      for block in 0..<count {
        x = builder.preActivationBlock(
          x, to: width << stage, stride: stage > 0 && block == 0 ? 2 : 1,
          shortcut: "shortcut.0", named: "layer\(stage + 1).\(block)")
      }
    }
    x = builder.relu(builder.batchNorm(x, named: "bn"))
    return builder.linear(builder.globalAveragePool(x), to: classCount, named: "linear")
  }
}

extension ProgramBuilder {
  /// Batch norm, ReLU and convolution, twice, added to what came in; where the sizes change, added to
  /// a projection of what came in after its first batch norm and ReLU.
  ///
  /// - Parameters:
  ///   - input: [C, H, W].
  ///   - channels: how many come out.
  ///   - stride: of the first convolution.
  ///   - shortcut: the name of the projection inside the block.
  ///   - name: the block's.
  mutating func preActivationBlock(
    _ input: Value, to channels: Int, stride: Int, shortcut: String, named name: String
  ) -> Value {
    let active = relu(batchNorm(input, named: "\(name).bn1"))
    var x = conv3x3(active, to: channels, stride: stride, named: "\(name).conv1")
    x = relu(batchNorm(x, named: "\(name).bn2"))
    x = conv3x3(x, to: channels, named: "\(name).conv2")
    let changes = stride > 1 || channels != input.sizes[0]
    return add(
      x,
      changes
        ? conv1x1(active, to: channels, stride: stride, named: "\(name).\(shortcut)") : input)
  }
}
