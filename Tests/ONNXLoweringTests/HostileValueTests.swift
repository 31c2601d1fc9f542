import ONNXLowering
import ProgramFormats
import TensorModule
import TestKit
import Testing

extension EngineTests {
  /// Graphs of a stranger whose values would crash the engine, keep it busy or fill the memory bit by bit.
  @Suite struct HostileValueTests {
    /// Nodes that make `z`, and what is said of them.
    struct Trap: CustomTestStringConvertible, Sendable {
      let nodes: [ONNXNode]
      var constants: [String: ONNXTensor] = [:]
      let reason: String
      var testDescription: String {
        "\(nodes.map(\.operation).joined(separator: ", ")): \(reason)"
      }
    }

    private static let huge = 1 << 40
    private static let tooLarge = "of more than 134217728 elements"
    private static let tooMuch = "more computing than a model of pictures"
    private static let nothing = ONNXTensor.reals([], [0, huge])

    static let traps = [
      Trap(
        nodes: [.call("OneHot", ["i", "s", "v"], "z")],
        constants: ["i": .integers([]), "s": .integers([huge], []), "v": .reals([0, 1])],
        reason: tooLarge),
      Trap(
        nodes: [.call("ConstantOfShape", ["s"], "z")], constants: ["s": .integers([0, huge])],
        reason: tooLarge),
      Trap(nodes: [.call("EyeLike", ["e"], "z")], constants: ["e": nothing], reason: tooLarge),
      Trap(
        nodes: [
          .call("SplitToSequence", ["e"], "list", ["axis": .integer(1)]),
          .call("ConcatFromSequence", ["list"], "z", ["axis": .integer(1)]),
        ], constants: ["e": nothing], reason: tooLarge),
      Trap(
        nodes: [.call("Reshape", ["x", "s"], "z")], constants: ["s": .integers([.min, .max, -1])],
        reason: "far too small"),
      Trap(
        nodes: [.call("Slice", ["x", "a", "b", "axes", "steps"], "z")],
        constants: [
          "a": .integers([0]), "b": .integers([1]), "axes": .integers([1]), "steps": .integers([0]),
        ], reason: "steps of zero"),
      Trap(
        nodes: [
          .call(
            "MaxUnpool", ["p", "i", "s"], "z",
            ["kernel_shape": .integers([2, 2]), "strides": .integers([2, 2])])
        ],
        constants: [
          "p": .weight(1, 1, 2, 2), "i": .integers([0, 1, 2, 3], [1, 1, 2, 2]),
          "s": .integers([1, 1, .min, .min]),
        ], reason: "its sizes do not fit"),
      Trap(
        nodes: [
          .call(
            "Resize", ["p", "region", "s"], "z",
            [
              "mode": .string("linear"), "antialias": .integer(1),
              "coordinate_transformation_mode": .string("tf_crop_and_resize"),
            ])
        ],
        constants: [
          "p": .weight(1, 1, 1, 1000), "s": .reals([1, 1, 1, 2e-9]),
          "region": .reals([0, 0, 0, 0, 1, 1, 1, 1e6]),
        ], reason: "stretches its filters too far"),
      Trap(
        nodes: [.call("AffineGrid", ["p", "s"], "z")],
        constants: ["p": .weight(1, 2, 3), "s": .integers([1, 0, 1 << 20, 1 << 20])],
        reason: tooLarge),
      Trap(
        nodes: [.call("GridSample", ["p", "grid"], "z")],
        constants: ["p": .weight(1, 1 << 15, 1, 1), "grid": .weight(1, 1 << 7, 1 << 6, 2)],
        reason: tooLarge),
      Trap(
        nodes: [.call("DFT", ["p", "s", "axis"], "z")],
        constants: [
          "p": .weight(1, 1 << 8, 1, 1), "s": .integers([1 << 22], []), "axis": .integers([2], []),
        ], reason: tooLarge),
      Trap(
        nodes: [.call("LRN", ["p"], "z", ["size": .integer(huge)])],
        constants: ["p": .weight(1, 2, 2, 2)], reason: "its size or its input does not fit"),
      Trap(
        nodes: [.call("Expand", ["one", "s"], "a"), .call("MatMul", ["a", "a"], "z")],
        constants: ["s": .integers([11_000, 11_000])], reason: tooMuch),
      Trap(
        nodes: [
          .call(
            "AveragePool", ["p"], "z",
            [
              "kernel_shape": .integers([2001, 2001]), "pads": .integers([1000, 1000, 1000, 1000]),
            ])
        ], constants: ["p": .weight(1, 1, 1000, 1000)], reason: tooMuch),
      Trap(
        nodes: [
          .call("Expand", ["one", "s"], "p"), .call("Cast", ["p"], "wide", ["to": .integer(11)]),
          .call("Cast", ["w"], "kernel", ["to": .integer(11)]),
          .call("Conv", ["wide", "kernel"], "z", ["dilations": .integers([2, 2])]),
        ], constants: ["s": .integers([1, 3, 3000, 3000]), "w": .weight(1, 3, 8, 8)],
        reason: "takes more than 4 GiB"),
      // Views take nothing, and are counted as copies.
      Trap(
        nodes: (0..<10).map { .call("Expand", ["one", "s"], "view\($0)") }
          + [.call("Concat", (0..<10).map { "view\($0)" }, "z", ["axis": .integer(0)])],
        constants: ["s": .integers([1 << 27])], reason: "takes more than 4 GiB"),
    ]

    @Test(arguments: traps)
    func isRefused(trap: Trap) throws {
      var constants = trap.constants
      constants["one"] = .reals([1])
      constants["none"] = .reals([0], [])
      let model = ONNXModel.graph(
        trap.nodes + [
          .call("Cast", ["z"], "real", ["to": .integer(1)]),
          .call("ReduceSum", ["real"], "sum", ["keepdims": .integer(0)]),
          .call("Mul", ["sum", "none"], "nothing"), .call("Add", ["x", "nothing"], "y"),
        ], input: [.named("N"), .fixed(3)], constants, operatorSet: 20)
      let error = #expect(throws: LoweringError.self) { try model.lowered() }
      let reason = error?.reason ?? ""
      #expect(reason.contains(trap.reason), "\(reason)")
      #expect(!reason.contains("/"))
    }

    /// The processor traps where the smallest integer is divided by -1.
    @Test(arguments: [("Div", 0), ("Mod", 0), ("Mod", 1)], [true, false])
    func integersAreDividedByMinusOne(
      operation: (name: String, fmod: Int), isDivisorKnown: Bool
    ) throws {
      let program = try ONNXModel.graph(
        [
          .call("Cast", ["x"], "a", ["to": .integer(7)]),
          .call("Slice", ["a", "two", "three", "one"], "end"),
          .call("Add", ["end", "seven"], "last"),
          .call("Slice", ["a", "zero", "two", "one"], "first"),
          .call(
            operation.name, ["first", isDivisorKnown ? "known" : "last"], "z",
            operation.name == "Mod" ? ["fmod": .integer(operation.fmod)] : [:]),
          .call("Cast", ["z"], "y", ["to": .integer(1)]),
        ], input: [.named("N"), .fixed(3)],
        [
          "zero": .integers([0]), "one": .integers([1]), "two": .integers([2]),
          "three": .integers([3]), "seven": .integers([7]), "known": .integers([-1]),
        ]
      ).lowered().program
      let pictures = Tensor([-0x1p63, 6, -8] as [Float], shape: [1, 3])
      let expected: [Float] = operation.name == "Div" ? [-0x1p63, -6] : [0, 0]
      #expect(try program.results(for: pictures).floats() == expected)
    }

    @Test func aBranchThatIsNotTakenIsNotReadWithoutEnd() throws {
      let unused = (0..<2000).map { ONNXNode.call("Add", ["b\($0)", "b\($0)"], "b\($0 + 1)") }
      let body = ONNXGraph(
        name: "body",
        nodes: [
          .call(
            "If", ["yes"], "next",
            [
              "then_branch": .graph(.branch([.call("Relu", ["state"], "a")], "a")),
              "else_branch": .graph(.branch(unused, "b2000")),
            ]),
          .call("Identity", ["on"], "goesOn"),
        ],
        inputs: ["round", "on", "state"].map { ONNXValueInfo(name: $0, dataType: nil, sizes: nil) },
        outputs: ["goesOn", "next"].map { ONNXValueInfo(name: $0, dataType: nil, sizes: nil) },
        initializers: [:])
      let model = ONNXModel.graph(
        [.call("Loop", ["count", "", "x"], "y", ["body": .graph(body)])],
        input: [.named("N"), .fixed(3)],
        ["count": .integers([9_999], []), "yes": .truth(true)])
      let error = #expect(throws: LoweringError.self) { try model.lowered() }
      #expect(error?.reason.contains("reads more than") == true)
    }

    @Test func aModelInTrainingModeSaysSo() throws {
      let node = ONNXNode(
        name: "norm", operation: "BatchNormalization", domain: "",
        inputs: ["x", "scale", "shift", "mean", "variance"],
        outputs: ["y", "m", "v", "savedMean", "savedVariance"], attributes: [:])
      let model = ONNXModel.graph(
        [node], input: [.named("N"), .fixed(3)],
        Dictionary(
          uniqueKeysWithValues: node.inputs.dropFirst().map { ($0, .reals([1, 2, 3])) }),
        operatorSet: 9)
      let error = #expect(throws: LoweringError.self) { try model.lowered() }
      #expect(error?.reason.contains("training mode") == true)
    }
  }
}
