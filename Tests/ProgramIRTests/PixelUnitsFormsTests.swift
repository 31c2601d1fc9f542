import ProgramIR
import Testing

/// Less usual ways to prepare bytes, and what looks like them.
@Suite struct PixelUnitsFormsTests {
  private typealias Calls = [(OperatorName, [Node.NamedArgument])]

  private static func arithmetic(_ name: String, _ number: Double) -> Calls {
    [PixelUnitsTests.arithmetic(name, .real(.constant(number)))]
  }

  private static func arithmetic(_ name: String, _ weight: String) -> Calls {
    [PixelUnitsTests.arithmetic(name, .tensor(weight))]
  }

  private static func call(_ name: String, _ arguments: [Node.NamedArgument] = []) -> Calls {
    [(OperatorName(name), arguments)]
  }

  private static func clamped(_ lowest: Double, _ highest: Double) -> Calls {
    call(
      "clamp",
      [.init("min", .real(.constant(lowest))), .init("max", .real(.constant(highest)))])
  }

  private static let linear = call("linear", [.init("weight", .tensor("halves"))])

  private static let biasedLinear = call(
    "linear", [.init("weight", .tensor("halves")), .init("bias", .tensor("two"))])

  /// Linear resizing of rows, as it is where the engine has no function for it.
  private static let resizing = call("movedim") + linear + call("movedim")

  static let cases: [PixelUnitsTests.Case] = [
    .init("x − means of mostly dark pixels", arithmetic("sub", "dark"), bytes: true),
    .init(
      "(x − means of mostly dark pixels) · their scales",
      arithmetic("sub", "dark") + arithmetic("mul", "scales"), bytes: true),
    .init(
      "x · scales − scaled means", arithmetic("mul", "scales") + arithmetic("sub", "scaledDark"),
      bytes: true),
    .init(
      "batch norm of mostly dark pixels",
      call("batch_norm", [.init("running_mean", .tensor("dark"))]), bytes: true),
    .init(
      "a learned scale and shift, one scale tiny",
      arithmetic("mul", "learnedScales") + arithmetic("add", "learnedShifts"), bytes: false),
    .init(
      "digits up to 16, standardised",
      arithmetic("sub", "digits") + arithmetic("div", "scalesOfDigits"),
      bytes: false),
    .init(
      "(x + 0.5) / 256", arithmetic("add", 0.5) + arithmetic("div", 256), bytes: true),
    .init(
      "x / 255 + 0.000001", arithmetic("div", 255) + arithmetic("add", 1e-6), bytes: true),
    .init(
      "x / 255 · 0.99 + 0.01",
      arithmetic("div", 255) + arithmetic("mul", 0.99) + arithmetic("add", 0.01), bytes: true),
    .init(
      "(x / 255 − 0.05) / 0.2",
      arithmetic("div", 255) + arithmetic("sub", 0.05) + arithmetic("div", 0.2), bytes: true),
    .init("(x − 0.5) · 0.01", arithmetic("sub", 0.5) + arithmetic("mul", 0.01), bytes: false),
    .init("(1 − x) · 0.01", arithmetic("rsub", 1) + arithmetic("mul", 0.01), bytes: false),
    .init("x · 0.01 + 0.5", arithmetic("mul", 0.01) + arithmetic("add", 0.5), bytes: false),
    .init("x · 2 − 1", arithmetic("mul", 2) + arithmetic("sub", 1), bytes: false),
    .init("x / a half 255", arithmetic("div", "half"), bytes: true),
    .init("x / a brain half 255", arithmetic("div", "brainHalf"), bytes: true),
    .init("x / a double 255", arithmetic("div", "double"), bytes: true),
    .init("x / a byte 255", arithmetic("div", "byte"), bytes: true),
    .init("x / a whole 255", arithmetic("div", "whole"), bytes: true),
    .init("resized along rows, then x / 255", resizing + arithmetic("div", 255), bytes: true),
    .init(
      "filled with 0, then x / 255",
      call("masked_fill", [.init("mask", .tensor("byte"))]) + arithmetic("div", 255), bytes: true),
    .init(
      "a layer with a bias, then / 255", biasedLinear + arithmetic("div", 255), bytes: false),
    .init(
      "max(x, 0), min(x, 255), then x / 255",
      arithmetic("maximum", "zero") + arithmetic("minimum", "double") + arithmetic("div", 255),
      bytes: true),
    .init(
      "clipped on one side, then x / 255", call("clamp_min") + arithmetic("div", 255), bytes: true),
    .init("cut at 255", clamped(0, 255), bytes: true),
    .init("cut at 6", clamped(0, 6), bytes: false),
    .init("cut at as good as nothing", clamped(-1e38, 1e38), bytes: false),
    .init("x · 255, cut at 255", arithmetic("mul", 255) + clamped(0, 255), bytes: false),
    .init("min(x, 255)", arithmetic("minimum", "double"), bytes: true),
    .init("(x − 128) · a mask", arithmetic("sub", 128) + arithmetic("mul", "mask"), bytes: true),
    .init("x / 255 · a mask", arithmetic("div", 255) + arithmetic("mul", "mask"), bytes: true),
    .init("x · a mask", arithmetic("mul", "mask"), bytes: false),
    .init(
      "learned scales of both signs", arithmetic("mul", "gates") + arithmetic("add", "gateShifts"),
      bytes: false),
    .init(
      "(x − 127.5) / 127.5, learned scales of both signs",
      arithmetic("sub", 127.5) + arithmetic("div", 127.5) + arithmetic("mul", "gates")
        + arithmetic("add", "gateShifts"), bytes: true),
    .init(
      "x / 255, learned scales of both signs",
      arithmetic("div", 255) + arithmetic("mul", "gates"), bytes: true),
    .init(
      "(x − 0.485) / 0.225, cut far out",
      arithmetic("sub", 0.485) + arithmetic("div", 0.225) + clamped(-100, 100), bytes: false),
    .init("compared with 126", arithmetic("gt", 126), bytes: true),
    .init(
      "standardised, a pixel that hardly varies, compared with 126",
      arithmetic("mul", "deviations") + arithmetic("gt", 126), bytes: false),
    .init(
      "batch norm of dark bytes",
      call(
        "batch_norm",
        [.init("running_mean", .tensor("digits")), .init("running_var", .tensor("widths"))]),
      bytes: true),
    .init(
      "batch norm of digits",
      call(
        "batch_norm",
        [.init("running_mean", .tensor("digits")), .init("running_var", .tensor("scalesOfDigits"))]),
      bytes: false),
    .init("rounded, then x / 255", call("round") + arithmetic("div", 255), bytes: true),
    .init("rounded down, then x / 255", call("floor") + arithmetic("div", 255), bytes: true),
    .init(
      "x · 255, rounded, then / 255",
      arithmetic("mul", 255) + call("round") + arithmetic("div", 255), bytes: false),
  ]

  @Test(arguments: cases)
  func isReadOffTheFirstCalls(testCase: PixelUnitsTests.Case) {
    let program = Program.chain(
      from: [nil, 3, 8, 8], testCase.calls,
      [
        "dark": Weight(float32: [0, 7, 140], sizes: [1, 3, 1, 1]),
        "scales": Weight(float32: [0.1, 0.03, 0.01], sizes: [1, 3, 1, 1]),
        "scaledDark": Weight(float32: [0, 0.21, 1.4], sizes: [1, 3, 1, 1]),
        "learnedScales": Weight(float32: [1.2, 0.9, 1e-4], sizes: [1, 3, 1, 1]),
        "learnedShifts": Weight(float32: [0.1, -0.2, -0.3], sizes: [1, 3, 1, 1]),
        "digits": Weight(float32: [0, 5, 12], sizes: [1, 3, 1, 1]),
        "scalesOfDigits": Weight(float32: [1, 4, 6], sizes: [1, 3, 1, 1]),
        "deviations": Weight(float32: [1, 4, 250], sizes: [1, 3, 1, 1]),
        "mask": Weight(float32: [0, 0, 1], sizes: [1, 3, 1, 1]),
        "gates": Weight(float32: [0.9, -0.8, 0.1], sizes: [1, 3, 1, 1]),
        "gateShifts": Weight(float32: [0.1, -0.2, -2.1], sizes: [1, 3, 1, 1]),
        "widths": Weight(float32: [9, 500, 200], sizes: [3]),
        "halves": Weight(float32: [0.5, 0.5, 0, 0, 0, 0, 0.5, 0.5], sizes: [2, 4]),
        "two": Weight(float32: [0, 0], sizes: [2]),
        "zero": Weight(float32: [0], sizes: []),
        "half": Self.scalar(Float16(255), .float16),
        "brainHalf": Self.scalar(UInt16(0x437F), .bfloat16),
        "double": Self.scalar(255.0, .float64),
        "byte": Self.scalar(UInt8(255), .uint8),
        "whole": Weight(int64: [255], sizes: []),
      ])
    #expect(program.preparesBytes == testCase.areBytes)
  }

  /// x / 255 · (x > 0).
  @Test func comparisonsAreNoLayers() {
    func program(_ divisor: Double) -> Program {
      .branching([
        .on("x", "div", [.init("other", .real(.constant(divisor)))], as: "scaled"),
        .on("x", "gt", [.init("other", .real(.constant(0)))], as: "mask"),
        .on("mask", "to", [], as: "ones"),
        .on("scaled", "mul", [.init("other", .tensor("ones"))], as: "y"),
      ])
    }
    #expect(program(255).preparesBytes)
    #expect(!program(1).preparesBytes)
  }

  /// x > 127, as pixels or as limits of trees.
  @Test func comparisonsWithBytesAreOfBytes() {
    func program(_ limit: Double) -> Program {
      .branching([.on("x", "gt", [.init("other", .real(.constant(limit)))], as: "y")])
    }
    #expect(program(127).preparesBytes)
    for limit in [0, 0.5, 12, 1e9, .infinity] { #expect(!program(limit).preparesBytes, "\(limit)") }
  }

  /// Rounding that passes gradients on adds x − x, without them.
  @Test func roundingMayPassGradientsOn() {
    func program(_ divisor: Double) -> Program {
      .branching([
        .on("x", "round", [], as: "rounded"),
        .on("x", "detach", [], as: "constant"),
        .on("x", "sub", [.init("other", .tensor("constant"))], as: "zero"),
        .on("rounded", "detach", [], as: "step"),
        .on("step", "add", [.init("other", .tensor("zero"))], as: "whole"),
        .on("whole", "div", [.init("other", .real(.constant(divisor)))], as: "y"),
      ])
    }
    #expect(program(255).preparesBytes)
    #expect(!program(1).preparesBytes)
  }

  /// Neighbours that are taken from each other are no zeros.
  @Test func differencesOfBytesAreOfBytes() {
    let program = Program.branching([
      .on("x", "div", [.init("other", .real(.constant(255)))], as: "scaled"),
      .on("scaled", "slice", [], as: "left"),
      .on("scaled", "slice", [], as: "right"),
      .on("left", "sub", [.init("other", .tensor("right"))], as: "y"),
    ])
    #expect(program.preparesBytes)
  }

  private static func scalar<Element: BitwiseCopyable>(
    _ element: Element, _ type: DataType
  ) -> Weight {
    let storage = Storage(byteCount: MemoryLayout<Element>.size) { bytes in
      withUnsafeBytes(of: element) { bytes.copyMemory(from: $0) }
    }
    return Weight(dataType: type, sizes: [], strides: [], storage: storage)
  }
}
