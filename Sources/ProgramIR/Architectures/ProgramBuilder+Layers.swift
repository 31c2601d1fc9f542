/// Layers that have weights.
extension ProgramBuilder {
  /// A convolution over pictures, [C, H, W] → [channels, H', W'].
  ///
  /// - Parameters:
  ///   - input: what is convolved.
  ///   - channels: how many channels come out.
  ///   - kernel: rows and columns of the kernel.
  ///   - stride: how far the kernel moves.
  ///   - padding: how many zeros are added on each side.
  ///   - hasBias: whether a number is added for each channel.
  ///   - initialization: how the weights begin.
  ///   - name: the layer's; its weights are `NAME.weight` and `NAME.bias`.
  public mutating func conv2d(
    _ input: Value, to channels: Int, kernel: Int, stride: Int = 1, padding: Int = 0,
    hasBias: Bool = true, from initialization: LayerInitialization = .standard, named name: String
  ) -> Value {
    let inputChannels = input.sizes[0]
    let (fanIn, fanOut) = (inputChannels * kernel * kernel, channels * kernel * kernel)
    let weight = parameter(
      "\(name).weight", sizes: [channels, inputChannels, kernel, kernel],
      from: initialization.weight(fanIn: fanIn, fanOut: fanOut))
    let bias: Node.Argument =
      hasBias
      ? parameter("\(name).bias", sizes: [channels], from: initialization.bias(fanIn: fanIn))
      : .none
    let sides = input.sizes.dropFirst().map { ($0 + 2 * padding - kernel) / stride + 1 }
    return call(
      OperatorName("conv2d"),
      [
        .init("input", .tensor(input.name)), .init("weight", weight), .init("bias", bias),
        .init("stride", .pair(stride)), .init("padding", .pair(padding)),
      ], sizes: [channels] + sides)
  }

  /// A matrix and a bias, [n] → [count].
  ///
  /// - Parameters:
  ///   - input: a list of numbers for each sample.
  ///   - count: how many come out.
  ///   - initialization: how the weights begin.
  ///   - name: the layer's; its weights are `NAME.weight` and `NAME.bias`.
  public mutating func linear(
    _ input: Value, to count: Int, from initialization: LayerInitialization = .standard,
    named name: String
  ) -> Value {
    precondition(input.sizes.count == 1, "a linear layer takes lists, not \(input.sizes)")
    let fanIn = input.sizes[0]
    let weight = parameter(
      "\(name).weight", sizes: [count, fanIn],
      from: initialization.weight(fanIn: fanIn, fanOut: count))
    let bias = parameter(
      "\(name).bias", sizes: [count], from: initialization.bias(fanIn: fanIn))
    return call(
      OperatorName("linear"),
      [.init("input", .tensor(input.name)), .init("weight", weight), .init("bias", bias)],
      sizes: [count])
  }

  /// Batch normalisation of each channel, with PyTorch's momentum of 0.1 and ε of 10⁻⁵.
  ///
  /// Ioffe and Szegedy 2015, “Batch normalization”.
  ///
  /// - Parameters:
  ///   - input: [C] or [C, H, W].
  ///   - name: the layer's; its parameters are `NAME.weight` (1 at first) and `NAME.bias` (0), its
  ///     buffers `NAME.running_mean`, `NAME.running_var` and `NAME.num_batches_tracked`.
  public mutating func batchNorm(_ input: Value, named name: String) -> Value {
    let sizes = [input.sizes[0]]
    let arguments: [Node.NamedArgument] = [
      .init("input", .tensor(input.name)),
      .init("weight", parameter("\(name).weight", sizes: sizes, from: .constant(1))),
      .init("bias", parameter("\(name).bias", sizes: sizes, from: .constant(0))),
      .init("running_mean", buffer("\(name).running_mean", sizes: sizes, from: .constant(0))),
      .init("running_var", buffer("\(name).running_var", sizes: sizes, from: .constant(1))),
      .init("training", .truth(.constant(false))), .init("momentum", .real(.constant(0.1))),
      .init("eps", .real(.constant(1e-5))), .init("cudnn_enabled", .truth(.constant(false))),
    ]
    batchCount("\(name).num_batches_tracked")
    return call(OperatorName("batch_norm"), arguments, sizes: input.sizes)
  }

  /// A layer of maxout units: each is the largest of several linear functions, its pieces.
  ///
  /// Goodfellow, Warde-Farley, Mirza, Courville and Bengio 2013, “Maxout networks”. The pieces of a
  /// unit are neighbouring rows of the weight.
  ///
  /// - Parameters:
  ///   - input: a list of numbers for each sample.
  ///   - units: how many numbers come out.
  ///   - pieces: how many linear functions each has.
  ///   - initialization: how the weights begin.
  ///   - name: the layer's; its weights are `NAME.weight` [units · pieces, n] and `NAME.bias`.
  public mutating func maxout(
    _ input: Value, units: Int, pieces: Int, from initialization: LayerInitialization = .standard,
    named name: String
  ) -> Value {
    let all = linear(input, to: units * pieces, from: initialization, named: name)
    let grouped = call(
      OperatorName("unflatten", overload: "int"),
      [
        .init("self", .tensor(all.name)), .init("dim", .integer(.constant(1))),
        .init("sizes", .integers([.constant(units), .constant(pieces)])),
      ], sizes: [units, pieces])
    return call(
      OperatorName("amax"),
      [.init("self", .tensor(grouped.name)), .init("dim", .integers([.constant(2)]))],
      sizes: [units])
  }

  /// Pixels with a mean taken away and divided by a deviation, channel by channel.
  ///
  /// The numbers become the buffers `normalize.mean` and `normalize.std`.
  ///
  /// - Parameters:
  ///   - input: [C, H, W].
  ///   - mean: C numbers.
  ///   - standardDeviation: C positive numbers.
  public mutating func normalized(
    _ input: Value, mean: [Float], standardDeviation: [Float]
  ) -> Value {
    let sizes = [1, input.sizes[0], 1, 1]
    let centred = call(
      OperatorName("sub", overload: "Tensor"),
      [
        .init("self", .tensor(input.name)),
        .init("other", buffer("normalize.mean", sizes: sizes, from: .given(mean))),
      ], sizes: input.sizes)
    return call(
      OperatorName("div", overload: "Tensor"),
      [
        .init("self", .tensor(centred.name)),
        .init("other", buffer("normalize.std", sizes: sizes, from: .given(standardDeviation))),
      ], sizes: input.sizes)
  }
}

extension Node.Argument {
  /// The same number for rows and columns.
  static func pair(_ number: Int) -> Node.Argument {
    .integers([.constant(number), .constant(number)])
  }
}
