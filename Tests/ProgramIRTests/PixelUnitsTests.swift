import ProgramIR
import Testing

@Suite struct PixelUnitsTests {
  /// What is done to pixels first, and whether bytes are meant.
  struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let calls: [(OperatorName, [Node.NamedArgument])]
    let areBytes: Bool

    init(
      _ description: String, _ calls: [(OperatorName, [Node.NamedArgument])], bytes: Bool
    ) {
      testDescription = description
      self.calls = calls
      areBytes = bytes
    }
  }

  static func arithmetic(
    _ name: String, _ other: Node.Argument
  ) -> (OperatorName, [Node.NamedArgument]) {
    (OperatorName(name, overload: "Tensor"), [.init("other", other)])
  }

  private static let convolution = (
    OperatorName("conv2d"), [Node.NamedArgument("weight", .tensor("kernel"))]
  )

  private static let clamp = (
    OperatorName("clamp"),
    [Node.NamedArgument("min", .real(.constant(0))), .init("max", .real(.constant(255)))]
  )

  private static let batchNorm = (
    OperatorName("batch_norm"), [Node.NamedArgument("running_mean", .tensor("mean"))]
  )

  private static let smallNorm = (
    OperatorName("batch_norm"), [Node.NamedArgument("running_mean", .tensor("small"))]
  )

  static let cases = [
    Case("x / 255", [arithmetic("div", .real(.constant(255)))], bytes: true),
    Case("x / 127.5 − 1", [arithmetic("div", .tensor("scale"))], bytes: true),
    Case("x · 1/255", [arithmetic("mul", .real(.constant(1 / 255)))], bytes: true),
    Case("x − [123, 116, 103]", [arithmetic("sub", .tensor("mean"))], bytes: true),
    Case("x + [−123, −116, −103]", [arithmetic("add", .tensor("negative"))], bytes: true),
    Case(
      "planes, then x − [123, 116, 103]",
      [(OperatorName("permute"), []), arithmetic("sub", .tensor("mean"))], bytes: true),
    Case(
      "(x − 0.5) / 0.25",
      [
        arithmetic("sub", .real(.constant(0.5))), arithmetic("div", .real(.constant(0.25))),
      ], bytes: false),
    Case("x · 255, for pixels in [0, 1]", [arithmetic("mul", .real(.constant(255)))], bytes: false),
    Case("x − [0.48, 0.45, 0.4]", [arithmetic("sub", .tensor("small"))], bytes: false),
    // Statistics of pixels in [0, 16], as scikit-learn's digits have.
    Case("x − [4, 5, 6]", [arithmetic("sub", .tensor("digits"))], bytes: false),
    Case("[0, 255], then x / 255", [clamp, arithmetic("div", .real(.constant(255)))], bytes: true),
    Case("batch norm of mean 120", [batchNorm], bytes: true),
    Case(
      "x · 255, then batch norm of mean 120",
      [arithmetic("mul", .real(.constant(255))), batchNorm], bytes: false),
    Case(
      "x / 255, then batch norm", [arithmetic("div", .real(.constant(255))), smallNorm], bytes: true
    ),
    Case("a layer first", [convolution, arithmetic("div", .real(.constant(255)))], bytes: false),
    Case(
      "(255 − x) / 255",
      [
        (OperatorName("rsub", overload: "Scalar"), [.init("other", .integer(.constant(255)))]),
        arithmetic("div", .real(.constant(255))),
      ], bytes: true),
    Case(
      "(255 + −x) / 255",
      [
        (OperatorName("neg"), []), arithmetic("add", .integer(.constant(255))),
        arithmetic("div", .real(.constant(255))),
      ], bytes: true),
    Case(
      "1 − x",
      [(OperatorName("rsub", overload: "Scalar"), [.init("other", .integer(.constant(1)))])],
      bytes: false),
    Case(
      "pooled, then x − [123, 116, 103]",
      [(OperatorName("avg_pool2d"), []), arithmetic("sub", .tensor("mean"))], bytes: true),
    Case(
      "enlarged, then x / 255",
      [
        (OperatorName("upsample_bilinear2d", overload: "vec"), []),
        arithmetic("div", .real(.constant(255))),
      ], bytes: true),
    Case(
      "resized by weights that sum to 1, then x / 255",
      [
        (OperatorName("matmul"), [.init("other", .tensor("halves"))]),
        arithmetic("div", .real(.constant(255))),
      ], bytes: true),
    Case(
      "a layer without a bias, then / 255",
      [
        (OperatorName("matmul"), [.init("other", .tensor("layer"))]),
        arithmetic("div", .real(.constant(255))),
      ], bytes: false),
    Case("x · 0", [arithmetic("mul", .real(.constant(0)))], bytes: false),
    Case("nothing", [], bytes: false),
  ]

  @Test(arguments: cases)
  func isReadOffTheFirstCalls(testCase: Case) {
    let program = Program.chain(
      from: [nil, 3, 8, 8], testCase.calls,
      [
        "kernel": Weight(float32: [1, 1, 1], sizes: [1, 3, 1, 1]),
        "scale": Weight(float32: [127.5], sizes: []),
        "mean": Weight(float32: [123, 116, 103], sizes: [1, 3, 1, 1]),
        "negative": Weight(float32: [-123, -116, -103], sizes: [1, 3, 1, 1]),
        "small": Weight(float32: [0.48, 0.45, 0.4], sizes: [1, 3, 1, 1]),
        "halves": Weight(float32: [0.5, 0, 0.5, 0, 0, 0.5, 0, 0.5], sizes: [4, 2]),
        "layer": Weight(float32: [0.5, 0, 0.5, 0, 0, 0.5, 0, 0.25], sizes: [4, 2]),
        "digits": Weight(float32: [4, 5, 6], sizes: [1, 3, 1, 1]),
      ])
    #expect(program.preparesBytes == testCase.areBytes)
  }

  /// Channels that are prepared apart, as the pixels' order may ask for.
  @Test func partsMayHaveMeansOfTheirOwn() {
    #expect(Self.parted(by: [103.9, 116.8, 123.7]).preparesBytes)
    #expect(!Self.parted(by: [0.4, 0.45, 0.48]).preparesBytes)
  }

  /// Ways that go apart have their own factors, which are not multiplied with each other.
  @Test func waysThatGoApartAreApart() {
    func program(_ factor: Double) -> Program {
      .branching(
        ["left", "right"].flatMap { name in
          [
            .on("x", "mul", [.init("other", .real(.constant(factor)))], as: name),
            .on(name, "relu", [], as: name + "Above"),
          ]
        } + [.on("leftAbove", "add", [.init("other", .tensor("rightAbove"))], as: "y")])
    }
    #expect(!program(0.1).preparesBytes)
    #expect(program(1 / 255).preparesBytes)
  }

  /// Three copies of a picture, from each of which a number is taken, put together again.
  private static func parted(by means: [Double]) -> Program {
    let names = means.indices.map { "part\($0)" }
    return .branching(
      zip(names, means).map { name, mean in
        .on("x", "sub", [.init("other", .real(.constant(mean)))], as: name)
      } + [
        Node(
          name: "y", operation: OperatorName("cat"),
          arguments: [.init("tensors", .tensors(names))], outputs: [.tensor("y")])
      ])
  }

  /// A layer that takes pixels as they are speaks against a small factor elsewhere.
  @Test func aPlainWayIsOneOfPixelsUpToOne() {
    let program = Program.branching([
      .on("x", "mul", [.init("other", .real(.constant(0.01)))], as: "skip"),
      .on("x", "conv2d", [], as: "layer"),
      .on("layer", "add", [.init("other", .tensor("skip"))], as: "y"),
    ])
    #expect(!program.preparesBytes)
  }

  @Test func unknownNumbersSayNothing() {
    let program = Program.chain(
      from: [nil, 3, 8, 8], [Self.arithmetic("sub", .tensor("nowhere"))])
    #expect(!program.preparesBytes)
  }
}

extension Program {
  /// A program of pictures `x` that returns `y`.
  static func branching(_ nodes: [Node]) -> Program {
    Program(
      inputs: [.init(name: "x", source: .user)], nodes: nodes,
      outputs: [.init(name: "y", purpose: .result)], weights: [:],
      types: ["x": TensorType(float32: [nil, 3, 8, 8])], producer: "test")
  }
}

extension Node {
  /// A call of `self` and other arguments.
  static func on(
    _ input: String, _ operation: String, _ arguments: [NamedArgument], as name: String
  ) -> Node {
    Node(
      name: name, operation: OperatorName(operation),
      arguments: [.init("self", .tensor(input))] + arguments, outputs: [.tensor(name)])
  }
}
