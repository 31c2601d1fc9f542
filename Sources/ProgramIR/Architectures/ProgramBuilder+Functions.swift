/// Functions without weights.
extension ProgramBuilder {
  /// What is positive, and 0 for the rest.
  public mutating func relu(_ input: Value) -> Value {
    call(OperatorName("relu"), [.init("self", .tensor(input.name))], sizes: input.sizes)
  }

  /// The sum of two values of the same sizes.
  public mutating func add(_ left: Value, _ right: Value) -> Value {
    precondition(left.sizes == right.sizes, "\(left.sizes) and \(right.sizes) do not add up")
    return call(
      OperatorName("add", overload: "Tensor"),
      [.init("self", .tensor(left.name)), .init("other", .tensor(right.name))], sizes: left.sizes)
  }

  /// All numbers of a sample in one list.
  public mutating func flatten(_ input: Value) -> Value {
    call(
      OperatorName("flatten", overload: "using_ints"),
      [.init("self", .tensor(input.name)), .init("start_dim", .integer(.constant(1)))],
      sizes: [input.sizes.reduce(1, *)])
  }

  /// In training, leaves out each number with a probability and scales up the others.
  ///
  /// In evaluation it does nothing. Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov 2014,
  /// “Dropout: a simple way to prevent neural networks from overfitting”.
  ///
  /// - Precondition: the probability is at least 0 and less than 1.
  public mutating func dropout(_ input: Value, probability: Double) -> Value {
    precondition((0..<1).contains(probability), "dropout of \(probability)")
    return call(
      OperatorName("dropout"),
      [
        .init("input", .tensor(input.name)), .init("p", .real(.constant(probability))),
        .init("train", .truth(.constant(false))),
      ], sizes: input.sizes)
  }

  /// The largest number of each square of `side` × `side`, which do not overlap; a remainder is left
  /// out.
  public mutating func maxPool(_ input: Value, side: Int) -> Value {
    pool(OperatorName("max_pool2d"), input, side: side)
  }

  /// The mean of each square of `side` × `side`, which do not overlap; a remainder is left out.
  public mutating func averagePool(_ input: Value, side: Int) -> Value {
    pool(OperatorName("avg_pool2d"), input, side: side)
  }

  private mutating func pool(_ operation: OperatorName, _ input: Value, side: Int) -> Value {
    call(
      operation, [.init("self", .tensor(input.name)), .init("kernel_size", .pair(side))],
      sizes: [input.sizes[0]] + input.sizes.dropFirst().map { $0 / side })
  }

  /// The mean of each channel over the whole picture, [C, H, W] → [C].
  public mutating func globalAveragePool(_ input: Value) -> Value {
    let pooled = call(
      OperatorName("adaptive_avg_pool2d"),
      [.init("self", .tensor(input.name)), .init("output_size", .pair(1))],
      sizes: [input.sizes[0], 1, 1])
    return flatten(pooled)
  }

  /// Every `stride`-th row and column, from the first.
  public mutating func subsampled(_ input: Value, stride: Int) -> Value {
    [2, 3].reduce(input) { value, dimension in
      var sizes = value.sizes
      sizes[dimension - 1] = (sizes[dimension - 1] + stride - 1) / stride
      return call(
        OperatorName("slice", overload: "Tensor"),
        [
          .init("self", .tensor(value.name)), .init("dim", .integer(.constant(dimension))),
          .init("start", .integer(.constant(0))), .init("end", .integer(.constant(.max))),
          .init("step", .integer(.constant(stride))),
        ], sizes: sizes)
    }
  }

  /// The same with zeros before and after the first dimension of each sample, such as its channels.
  public mutating func zeroPadded(_ input: Value, before: Int = 0, after: Int = 0) -> Value {
    let others = [Int](repeating: 0, count: 2 * (input.sizes.count - 1))
    return call(
      OperatorName("pad"),
      [
        .init("self", .tensor(input.name)),
        .init("pad", .integers((others + [before, after]).map { .constant($0) })),
      ], sizes: [input.sizes[0] + before + after] + input.sizes.dropFirst())
  }
}
