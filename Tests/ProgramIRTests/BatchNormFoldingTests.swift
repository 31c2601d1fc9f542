import ProgramIR
import Testing

@Suite struct BatchNormFoldingTests {
  /// Two channels, one input channel, kernel of one pixel: a layer is `y = w·x + b` per channel.
  private static func program(
    layer: OperatorName = OperatorName("conv2d"), bias: [Float]? = [0.5, -1],
    training: Bool = false, eps: Double = 0.25, resultRank: Int = 4
  ) -> Program {
    let weightSizes = Array([2, 1, 1, 1].prefix(resultRank))
    var weights = [
      "net.conv.weight": Weight(float32: [2, 3], sizes: weightSizes),
      "bn.weight": Weight(float32: [4, 5], sizes: [2]),
      "bn.bias": Weight(float32: [0.125, 7], sizes: [2]),
      "bn.mean": Weight(float32: [1, -2], sizes: [2]),
      "bn.var": Weight(float32: [0.75, 3.75], sizes: [2]),
    ]
    var inputs = [
      Program.Input(name: "w", source: .parameter("net.conv.weight")),
      Program.Input(name: "gamma", source: .parameter("bn.weight")),
      Program.Input(name: "beta", source: .parameter("bn.bias")),
      Program.Input(name: "mean", source: .buffer("bn.mean")),
      Program.Input(name: "var", source: .buffer("bn.var")),
      Program.Input(name: "x", source: .user),
    ]
    var arguments = [
      Node.NamedArgument("input", .tensor("x")), Node.NamedArgument("weight", .tensor("w")),
    ]
    if let bias {
      weights["net.conv.bias"] = Weight(float32: bias, sizes: [2])
      inputs.insert(.init(name: "b", source: .parameter("net.conv.bias")), at: 1)
      arguments.append(.init("bias", .tensor("b")))
    }
    let sizes = Array(repeating: TensorType.Dimension.fixed(2), count: resultRank)
    return Program(
      inputs: inputs,
      nodes: [
        Node(name: "conv", operation: layer, arguments: arguments, outputs: [.tensor("y")]),
        Node(
          name: "bn", operation: OperatorName("batch_norm"),
          arguments: [
            .init("input", .tensor("y")), .init("weight", .tensor("gamma")),
            .init("bias", .tensor("beta")), .init("running_mean", .tensor("mean")),
            .init("running_var", .tensor("var")),
            .init("training", .truth(.constant(training))), .init("eps", .real(.constant(eps))),
          ], outputs: [.tensor("z")]),
      ],
      outputs: [.init(name: "z", purpose: .result)], weights: weights,
      types: ["y": TensorType(dataType: .float32, sizes: sizes)], producer: "test")
  }

  @Test(arguments: [[0.5, -1], nil] as [[Float]?])
  func equalsBothStepsInTurn(bias: [Float]?) throws {
    let folded = Self.program(bias: bias).foldingBatchNorm()
    let layer = try #require(folded.nodes.first)
    #expect(folded.nodes.count == 1)
    #expect(layer.outputs == [.tensor("z")])
    let w = try #require(folded.weights["net.conv.folded.weight"]?.float32Elements)
    let b = try #require(folded.weights["net.conv.folded.bias"]?.float32Elements)
    let before = bias ?? [0, 0]
    for x in [Float(-3), 0, 1.5] {
      // γ/√(var + ε) is 4/1 and 5/2.
      #expect(w[0] * x + b[0] == (2 * x + before[0] - 1) * 4 + 0.125)
      #expect(w[1] * x + b[1] == (3 * x + before[1] + 2) * 2.5 + 7)
    }
  }

  @Test func weightsThatNobodyReadsAreGone() {
    let folded = Self.program().foldingBatchNorm()
    #expect(
      folded.weights.keys.sorted() == ["net.conv.folded.bias", "net.conv.folded.weight"])
    #expect(
      folded.inputs.map(\.weightName) == ["net.conv.folded.bias", "net.conv.folded.weight", nil])
    #expect(folded.nodes.flatMap(\.valuesRead).allSatisfy(folded.inputs.map(\.name).contains))
  }

  @Test func linearLayersFoldOnlyWithMatrices() {
    let linear = OperatorName("linear")
    let matrices = Self.program(layer: linear, resultRank: 2).foldingBatchNorm()
    #expect(matrices.nodes.count == 1)
    var sequences = Self.program(layer: linear, resultRank: 2)
    sequences.types["y"]?.sizes.append(.fixed(2))
    #expect(sequences.foldingBatchNorm().nodes.count == 2)
  }

  @Test func convolutionsWithoutABatchAreLeft() {
    var program = Self.program()
    program.types["y"]?.sizes.removeFirst()
    #expect(program.foldingBatchNorm().nodes.count == 2)
  }

  @Test func sharedConvolutionKeepsItsOwnWeight() {
    var program = Self.program()
    var second = program.nodes[0]
    second.name = "again"
    second.outputs = [.tensor("v")]
    program.nodes.append(second)
    program.outputs.append(.init(name: "v", purpose: .result))
    let folded = program.foldingBatchNorm()
    #expect(folded.nodes.map(\.name) == ["conv", "again"])
    #expect(folded.weights["net.conv.weight"]?.float32Elements == [2, 3])
    #expect(folded.weights["net.conv.folded.weight"]?.float32Elements == [8, 7.5])
  }

  @Test func twoNormalisationsOfOneWeightGetNamesOfTheirOwn() {
    var program = Self.program()
    let nodes = program.nodes.map { node in
      var copy = node.renamingValuesRead { $0 == "y" ? "y2" : $0 }
      copy.name += "2"
      copy.outputs = node.outputs.map { $0.renamingValues { "\($0)2" } }
      return copy
    }
    program.nodes += nodes
    program.types["y2"] = program.types["y"]
    program.outputs.append(.init(name: "z2", purpose: .result))
    let folded = program.foldingBatchNorm()
    #expect(folded.nodes.count == 2)
    #expect(folded.weights.keys.contains("net.conv.folded.weight_2"))
  }

  struct Untouched: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let program: Program
  }

  static let untouched: [Untouched] = {
    var readTwice = program()
    readTwice.outputs.append(.init(name: "y", purpose: .result))
    var halves = program()
    halves.weights["net.conv.weight"]?.dataType = .int32
    var changed = program()
    changed.nodes.insert(
      Node(
        name: "change", operation: OperatorName("mul_", overload: "Scalar"),
        arguments: [.init("self", .tensor("w")), .init("other", .integer(.constant(2)))],
        outputs: [.tensor("w2")]), at: 0)
    var negative = program()
    negative.weights["bn.var"] = Weight(float32: [-1, 1], sizes: [2])
    var otherChannels = program()
    otherChannels.weights["bn.mean"] = Weight(float32: [1], sizes: [1])
    return [
      Untouched(testDescription: "training mode", program: program(training: true)),
      Untouched(
        testDescription: "transposed convolution",
        program: program(layer: OperatorName("conv_transpose2d", overload: "input"))),
      Untouched(testDescription: "result read twice", program: readTwice),
      Untouched(testDescription: "another data type", program: halves),
      Untouched(testDescription: "weight changed in place", program: changed),
      Untouched(testDescription: "negative variance", program: negative),
      Untouched(testDescription: "other number of channels", program: otherChannels),
    ]
  }()

  @Test(arguments: untouched)
  func leftAlone(_ row: Untouched) {
    #expect(row.program.foldingBatchNorm().nodes == row.program.nodes)
  }
}
