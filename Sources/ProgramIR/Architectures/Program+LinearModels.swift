extension Program {
  /// Softmax regression: logits = W·x + b over the flattened picture.
  ///
  /// - Parameters:
  ///   - weight: K rows of C·H·W numbers, one row after the other.
  ///   - bias: K numbers.
  ///   - channels: of a picture.
  ///   - height: of a picture.
  ///   - width: of a picture.
  /// - Precondition: the counts agree, and K ≥ 2.
  public static func softmaxRegression(
    weight: [Float], bias: [Float], channels: Int, height: Int, width: Int
  ) -> Program {
    let classCount = bias.count
    let inputCount = channels * height * width
    precondition(classCount >= 2, "at least two classes")
    precondition(weight.count == classCount * inputCount, "one weight per class and input")
    func row(_ name: String, _ sizes: [TensorType.Dimension]) -> (String, TensorType) {
      (name, TensorType(dataType: .float32, sizes: sizes))
    }
    let batch = TensorType.Dimension.dynamic("batch")
    return Program(
      inputs: [
        Input(name: "weight", source: .parameter("linear.weight")),
        Input(name: "bias", source: .parameter("linear.bias")),
        Input(name: "x", source: .user),
      ],
      nodes: [
        Node(
          name: "flatten", operation: OperatorName("flatten", overload: "using_ints"),
          arguments: [
            .init("self", .tensor("x")), .init("start_dim", .integer(.constant(1))),
          ], outputs: [.tensor("flat")]),
        Node(
          name: "linear", operation: OperatorName("linear"),
          arguments: [
            .init("input", .tensor("flat")), .init("weight", .tensor("weight")),
            .init("bias", .tensor("bias")),
          ], outputs: [.tensor("logits")]),
      ],
      outputs: [Output(name: "logits", purpose: .result)],
      weights: [
        "linear.weight": Weight(float32: weight, sizes: [classCount, inputCount]),
        "linear.bias": Weight(float32: bias, sizes: [classCount]),
      ],
      types: Dictionary(
        uniqueKeysWithValues: [
          row("x", [batch, .fixed(channels), .fixed(height), .fixed(width)]),
          row("flat", [batch, .fixed(inputCount)]),
          row("weight", [.fixed(classCount), .fixed(inputCount)]),
          row("bias", [.fixed(classCount)]),
          row("logits", [batch, .fixed(classCount)]),
        ]),
      producer: "Adversary")
  }

  /// Logistic regression: the logit w·x + b of class 1 against class 0.
  ///
  /// As a classifier of two classes its logits are 0 and w·x + b, whose softmax is the sigmoid.
  ///
  /// - Parameters:
  ///   - weight: C·H·W numbers.
  ///   - bias: b.
  ///   - channels: C.
  ///   - height: H.
  ///   - width: W.
  public static func logisticRegression(
    weight: [Float], bias: Float, channels: Int, height: Int, width: Int
  ) -> Program {
    softmaxRegression(
      weight: [Float](repeating: 0, count: weight.count) + weight, bias: [0, bias],
      channels: channels, height: height, width: width)
  }
}
