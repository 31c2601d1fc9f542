import ONNXLowering
import ProgramFormats
import TestKit
import Testing

extension EngineTests {
  /// Graphs of a stranger that would take all memory: refused before any is taken.
  @Suite struct HostileGraphTests {
    /// A node whose result would have 2⁴⁰ elements or more.
    struct Bomb: CustomTestStringConvertible, Sendable {
      let node: ONNXNode
      var constants: [String: ONNXTensor] = [:]
      var testDescription: String { "\(node.operation) of \(node.inputs.joined(separator: ", "))" }
    }

    private static let huge = 1 << 40

    static let bombs = [
      Bomb(node: .call("Expand", ["one", "s"], "z"), constants: ["s": .integers([huge])]),
      Bomb(
        node: .call("Expand", ["one", "s"], "z"),
        constants: ["s": .integers([1 << 20, 1 << 20, 1 << 20, 1 << 20])]),
      Bomb(node: .call("Expand", ["x", "s"], "z"), constants: ["s": .integers([huge, 1, 1])]),
      Bomb(node: .call("Tile", ["one", "s"], "z"), constants: ["s": .integers([huge])]),
      Bomb(node: .call("Tile", ["x", "s"], "z"), constants: ["s": .integers([1, huge])]),
      Bomb(node: .call("ConstantOfShape", ["s"], "z"), constants: ["s": .integers([huge])]),
      Bomb(
        node: .call("ConstantOfShape", ["s"], "z"),
        constants: ["s": .integers([1 << 31, 1 << 31, 4])]),
      Bomb(
        node: .call("Range", ["a", "b", "c"], "z"),
        constants: ["a": .integers([0], []), "b": .integers([huge], []), "c": .integers([1], [])]),
      Bomb(
        node: .call("Range", ["a", "b", "c"], "z"),
        constants: ["a": .reals([0], []), "b": .reals([1], []), "c": .reals([1e-30], [])]),
      Bomb(
        node: .call("Pad", ["x", "s"], "z"), constants: ["s": .integers([0, 0, 0, huge])]),
      Bomb(
        node: .call("Pad", ["x", "s"], "z"), constants: ["s": .integers([0, huge, 0, huge])]),
      Bomb(
        node: .call("Pad", ["x", "s"], "z"),
        constants: ["s": .integers([0, 1 << 62, 0, 1 << 62])]),
      Bomb(
        node: .call("Pad", ["x", "s"], "z", ["mode": .string("edge")]),
        constants: ["s": .integers([0, 0, 0, huge])]),
      Bomb(
        node: .call("OneHot", ["i", "s", "v"], "z"),
        constants: ["i": .integers([0]), "s": .integers([huge], []), "v": .reals([0, 1])]),
      Bomb(
        node: .call("OneHot", ["i", "s", "v"], "z"),
        constants: [
          "i": .integers(Array(0..<4096)), "s": .integers([1 << 27], []), "v": .reals([0, 1]),
        ]),
      Bomb(
        node: .call("Resize", ["p", "", "", "s"], "z"),
        constants: [
          "p": .weight(1, 1, 2, 2), "s": .integers([1, 1, 1 << 20, 1 << 20]),
        ]),
      Bomb(
        node: .call("Resize", ["p", "", "s"], "z"),
        constants: ["p": .weight(1, 1, 2, 2), "s": .reals([1, 1, 1e6, 1e6])]),
      Bomb(
        node: .call("Upsample", ["p", "s"], "z"),
        constants: ["p": .weight(1, 1, 2, 2), "s": .reals([1, 1, 1e6, 1e6])]),
      Bomb(
        node: .call("Add", ["tall", "wide"], "z"),
        constants: ["tall": .weight(1 << 17, 1), "wide": .weight(1, 1 << 17)]),
      Bomb(
        node: .call("MatMul", ["tall", "wide"], "z"),
        constants: ["tall": .weight(1 << 17, 1), "wide": .weight(1, 1 << 17)]),
    ]

    @Test(arguments: bombs)
    func isRefusedByItsSize(bomb: Bomb) throws {
      var constants = bomb.constants
      constants["one"] = .reals([1])
      constants["none"] = .reals([0], [])
      let model = ONNXModel.graph(
        [
          bomb.node, .call("ReduceSum", ["z"], "sum", ["keepdims": .integer(0)]),
          .call("Mul", ["sum", "none"], "nothing"), .call("Add", ["x", "nothing"], "y"),
        ], input: [.named("N"), .fixed(3)], constants,
        operatorSet: bomb.node.operation == "Upsample" ? 9 : 17)
      let error = #expect(throws: LoweringError.self) { try model.lowered() }
      #expect(error?.node == "z")
      let reason = error?.reason ?? ""
      let words = [
        "of more than 134217728 elements", "too long", "too large", "is no padding",
        "cannot become one of",
      ]
      #expect(words.contains { reason.contains($0) }, "\(reason)")
    }
  }
}
