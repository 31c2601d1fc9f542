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

  private static func arithmetic(
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
        "digits": Weight(float32: [4, 5, 6], sizes: [1, 3, 1, 1]),
      ])
    #expect(program.preparesBytes == testCase.areBytes)
  }

  @Test func unknownNumbersSayNothing() {
    let program = Program.chain(
      from: [nil, 3, 8, 8], [Self.arithmetic("sub", .tensor("nowhere"))])
    #expect(!program.preparesBytes)
  }
}
