import ONNXLowering
import ProgramFormats
import ProgramIR
import ProgramRuntime
import TensorModule
import TestKit
import Testing

extension EngineTests {
  /// Models that return one number for two classes.
  @Suite struct LoneScoreTests {
    /// What comes after x · w.
    struct Case: CustomTestStringConvertible, Sendable {
      let testDescription: String
      let nodes: [ONNXNode]

      init(_ description: String, _ nodes: [ONNXNode]) {
        (testDescription, self.nodes) = (description, nodes)
      }
    }

    private static func lowered(
      _ nodes: [ONNXNode], as kind: LoweringOptions.LoneScore? = nil
    ) throws -> LoweredModel {
      var options = LoweringOptions()
      options.loneScore = kind
      return try ONNXModel.graph(
        [.call("MatMul", ["x", "w"], "s")] + nodes, input: [.named("N"), .fixed(4)],
        [
          "w": .reals([4, -6, 3, -1.5], [4, 1]), "one": .reals([1], []), "low": .reals([0.1], []),
          "high": .reals([0.9], []), "list": .integers([-1]), "cube": .integers([0, 1, 1, 1]),
        ]
      ).lowered(options)
    }

    private static var pictures: Tensor { .pictures(6, 4) }

    /// x · w for the pictures.
    private static func numbers() throws -> Tensor {
      pictures.matrixProduct(Tensor([4, -6, 3, -1.5] as [Float], shape: [4, 1]))
    }

    static let sigmoids = [
      Case("as it is", [.call("Sigmoid", ["s"], "y")]),
      Case("a list", [.call("Sigmoid", ["s"], "p"), .call("Reshape", ["p", "list"], "y")]),
      Case("of a list", [.call("Squeeze", ["s"], "l"), .call("Sigmoid", ["l"], "y")]),
      Case(
        "of four dimensions, flattened",
        [
          .call("Reshape", ["s", "cube"], "c"), .call("Sigmoid", ["c"], "p"),
          .call("Flatten", ["p"], "y"),
        ]),
      Case(
        "in half precision",
        [
          .call("Cast", ["s"], "h", ["to": .integer(10)]), .call("Sigmoid", ["h"], "p"),
          .call("Cast", ["p"], "y", ["to": .integer(1)]),
        ]),
      Case(
        "through other shapes and a name",
        [
          .call("Sigmoid", ["s"], "p"), .call("Reshape", ["p", "list"], "l"),
          .call("Unsqueeze", ["l", "list"], "c"), .call("Identity", ["c"], "y"),
        ]),
    ]

    @Test(arguments: sigmoids)
    func aSigmoidIsFollowedBack(testCase: Case) throws {
      let numbers = try Self.numbers()
      for kind in [nil, .logit] as [LoweringOptions.LoneScore?] {
        let lowered = try Self.lowered(testCase.nodes, as: kind)
        #expect(lowered.leavesOutSigmoid)
        let scores = try lowered.program.results(for: Self.pictures)
        #expect(scores.shape == [6, 2] && scores.elementType == .float32)
        #expect(scores[column: 0].magnitude().max().scalar() == 0)
        #expect(scores[column: 1].distance(to: numbers) < 5e-3)
      }
      let asked = try Self.lowered(testCase.nodes, as: .probability).program
      #expect(asked.finalActivation == .softmax)
      let logarithms = try asked.results(for: Self.pictures).logarithm()
      let difference = logarithms[column: 1] - logarithms[column: 0]
      #expect(difference.distance(to: numbers) < 5e-3)
    }

    static let others = [
      Case("1 − p", [.call("Sigmoid", ["s"], "p"), .call("Sub", ["one", "p"], "y")]),
      Case("clipped", [.call("Sigmoid", ["s"], "p"), .call("Clip", ["p", "low", "high"], "y")]),
      Case("hard", [.call("HardSigmoid", ["s"], "y")]),
    ]

    @Test(arguments: others)
    func otherProbabilitiesMustBeSaid(testCase: Case) throws {
      let error = #expect(throws: LoweringError.self) { try Self.lowered(testCase.nodes) }
      #expect(error?.untold == .loneScore)
      let lowered = try Self.lowered(testCase.nodes, as: .probability)
      #expect(!lowered.leavesOutSigmoid)
      let pairs = try lowered.program.results(for: Self.pictures)
      #expect((pairs.sum(along: [1]) - 1).magnitude().max().scalar() < 1e-6)
      let logits = try Self.lowered(testCase.nodes, as: .logit).program.results(for: Self.pictures)
      #expect(logits[column: 0].magnitude().max().scalar() == 0)
      #expect(logits[column: 1].distance(to: pairs[column: 1]) == 0)
    }

    @Test func aLogitStandsBesideZeroAndIsNoProbability() throws {
      for nodes in [[ONNXNode.call("Identity", ["s"], "y")], [.call("Squeeze", ["s"], "y")]] {
        let scores = try Self.lowered(nodes).program.results(for: Self.pictures)
        #expect(scores[column: 1].distance(to: try Self.numbers()) < 1e-5)
        let error = #expect(throws: LoweringError.self) {
          try Self.lowered(nodes, as: .probability)
        }
        #expect(error?.description.contains("no probability") == true)
      }
    }
  }
}

extension Tensor {
  /// One column of a matrix, as a matrix.
  fileprivate subscript(column index: Int) -> Tensor {
    transposed(0, 1)[index..<index + 1].transposed(0, 1)
  }
}
