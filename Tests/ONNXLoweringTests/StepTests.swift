import ONNXLowering
import ProgramFormats
import ProgramIR
import TensorModule
import TestKit
import Testing

extension EngineTests {
  /// Functions without a slope: reported, and passed on the way back if wanted.
  @Suite struct StepTests {
    private static func model(_ nodes: [ONNXNode]) -> ONNXModel {
      .graph(
        nodes, input: [.named("N"), .fixed(4)],
        [
          "scale": .reals([0.1], []), "zero": .truth(false), "w": .weight(4, 3),
          "fixed": .reals([1.5, 2.5, -0.5, 3]),
        ])
    }

    private static func lowered(
      _ nodes: [ONNXNode], straightThrough: Bool = false
    ) throws -> LoweredModel {
      var options = LoweringOptions()
      options.isStraightThrough = straightThrough
      return try model(nodes).lowered(options)
    }

    private static var pictures: Tensor {
      Tensor([0.3, -1.7, 2.2, 0.9, -0.2, 0.1, -3.4, 1.2] as [Float], shape: [2, 4])
    }

    @Test(arguments: ["Round", "Floor", "Ceil"])
    func roundingIsReportedAndPassedOn(operation: String) throws {
      let nodes: [ONNXNode] = [
        .call(operation, ["x"], "whole"), .call("MatMul", ["whole", "w"], "y"),
      ]
      let plain = try Self.lowered(nodes)
      let passing = try Self.lowered(nodes, straightThrough: true)
      #expect(plain.steps == passing.steps)
      #expect(plain.steps.map(\.node) == ["whole"] && plain.steps.map(\.operation) == [operation])
      let before = try plain.program.gradient(at: Self.pictures) { $0.sum() }
      let after = try passing.program.gradient(at: Self.pictures) { $0.sum() }
      #expect(before.scores.floats() == after.scores.floats())
      #expect(before.gradient.magnitude().max().scalar() == 0)
      let smooth = try Self.lowered([.call("MatMul", ["x", "w"], "y")])
        .program.gradient(at: Self.pictures) { $0.sum() }
      #expect(after.gradient.distance(to: smooth.gradient) < 1e-6)
      #expect(smooth.gradient.magnitude().max().scalar() > 0.1)
    }

    @Test func signsPassOnWhatIsBetweenMinusOneAndOne() throws {
      let passing = try Self.lowered([.call("Sign", ["x"], "y")], straightThrough: true)
      let found = try passing.program.gradient(at: Self.pictures) { $0.sum() }
      #expect(found.scores.floats() == [1, -1, 1, 1, -1, 1, -1, 1])
      #expect(found.gradient.floats() == [1, 0, 0, 1, 1, 1, 0, 0])
    }

    /// At zero the gradient is the slope, as PyTorch has it.
    @Test(
      arguments: [
        ([0.25], [], true), ([0.25, 0.5, 0.75, 1], [4], true),
        ([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8], [2, 4], false),
      ] as [([Float], [Int], Bool)])
    func rectifiersHaveTheirSlopeAtZero(slope: [Float], sizes: [Int], isOneCall: Bool) throws {
      let program = try ONNXModel.graph(
        [.call("PRelu", ["x", "slope"], "y")], input: [.fixed(2), .fixed(4)],
        ["slope": .reals(slope, sizes)]
      ).lowered().program
      #expect(program.nodes.contains { $0.operation.name == "prelu" } == isOneCall)
      let values: [Float] = [0, -2, 3, 0, 0, 0, -1, 1]
      let found = try program.gradient(at: Tensor(values, shape: [2, 4])) { $0.sum() }
      let slopes = (0..<8).map { slope[$0 % slope.count] }
      #expect(found.gradient.floats() == zip(values, slopes).map { $0 > 0 ? 1 : $1 })
      #expect(found.scores.floats() == zip(values, slopes).map { $0 > 0 ? $0 : $0 * $1 })
    }

    @Test func argumentsAndCastsAreReported() throws {
      let lowered = try Self.lowered([
        .call("ArgMax", ["x"], "best", ["axis": .integer(1)]),
        .call("Cast", ["x"], "whole", ["to": .integer(7)]),
        .call("Add", ["whole", "best"], "sum"), .call("Cast", ["sum"], "y", ["to": .integer(1)]),
      ])
      #expect(lowered.steps.map(\.operation) == ["ArgMax", "Cast"])
    }

    @Test func thresholdsAreReportedWhereTheyGoOnAsNumbers() throws {
      let above: [ONNXNode] = [.call("Greater", ["x", "scale"], "isAbove")]
      let lowered = try Self.lowered(
        above + [.call("Cast", ["isAbove"], "y", ["to": .integer(1)])])
      #expect(lowered.steps.map(\.node) == ["y"])
      let choosing = try Self.lowered(above + [.call("Where", ["isAbove", "x", "scale"], "y")])
      #expect(choosing.steps.isEmpty)
      let whole = try Self.lowered(
        above + [
          .call("Not", ["isAbove"], "isBelow"),
          .call("Cast", ["isBelow"], "number", ["to": .integer(7)]),
          .call("Cast", ["number"], "y", ["to": .integer(1)]),
        ])
      #expect(whole.steps.map(\.node) == ["y"] && whole.steps.map(\.passing) == [.never])
    }

    @Test func thresholdsBesideAWayWithGradientsAreReported() throws {
      let lowered = try Self.lowered([
        .call("Greater", ["x", "scale"], "isAbove"),
        .call("Where", ["isAbove", "fixed", "scale"], "chosen"),
        .call("Add", ["chosen", "x"], "y"),
      ])
      #expect(lowered.steps.map(\.node) == ["chosen"])
    }

    @Test func positionsThatBecomeNumbersAreReported() throws {
      var best = ONNXNode.call("TopK", ["x", "count"], "best", ["axis": .integer(1)])
      best.outputs = ["best", "places"]
      let nodes = [best, .call("Cast", ["places"], "number", ["to": .integer(1)])]
      let model = { (last: ONNXNode) in
        ONNXModel.graph(nodes + [last], input: [.named("N"), .fixed(4)], ["count": .integers([2])])
      }
      let using = try model(.call("Add", ["best", "number"], "y")).lowered()
      #expect(using.steps.map(\.node) == ["number"])
      #expect(try model(.call("Neg", ["best"], "y")).lowered().steps.isEmpty)
    }

    /// A classifier of as many classes as there are counts, which decides between pairs of them.
    private static func supportVectors(_ counts: [Int]) -> ONNXModel {
      let count = counts.count
      let total = counts.reduce(0, +)
      func numbers(_ count: Int) -> [Double] {
        (0..<count).map { Double(($0 * 7 + 3) % 11) / 5 - 1 }
      }
      var node = ONNXNode.call(
        "SVMClassifier", ["x"], "label",
        [
          "classlabels_ints": .integers(Array(0..<count)), "vectors_per_class": .integers(counts),
          "support_vectors": .reals(numbers(4 * total)), "kernel_type": .string("RBF"),
          "kernel_params": .reals([0.5, 0, 0]),
          "coefficients": .reals(numbers((count - 1) * total)),
          "rho": .reals(numbers(count * (count - 1) / 2)),
        ], domain: "ai.onnx.ml")
      node.outputs = ["label", "y"]
      var model = ONNXModel.graph([node], input: [.named("N"), .fixed(4)])
      model.operatorSets["ai.onnx.ml"] = 3
      return model
    }

    @Test func votesOfSupportVectorsAreReported() throws {
      let voting = try Self.supportVectors([2, 2, 2]).lowered()
      #expect(voting.steps.map(\.description) == ["label (ai.onnx.ml::SVMClassifier)"])
      #expect(voting.steps.map(\.passing) == [.never])
      // Two classes need no votes.
      #expect(try Self.supportVectors([3, 3]).lowered().steps.isEmpty)
    }

    @Test func howManyThingsThereAreMustNotDependOnThePicture() throws {
      let pick: [ONNXNode] = [
        .call("NonZero", ["x"], "places"), .call("Cast", ["places"], "number", ["to": .integer(1)]),
        .call("ReduceSum", ["number"], "sum"), .call("Mul", ["x", "sum"], "y"),
      ]
      let error = #expect(throws: LoweringError.self) { try Self.lowered(pick) }
      #expect(error?.description.contains("node places (NonZero)") == true)
      let known = try Self.lowered(
        [.call("NonZero", ["fixed"], "places")] + pick.dropFirst())
      #expect(known.steps.isEmpty)
    }

    /// The way that pictures are brought onto their grid.
    @Test func integersInBetweenAreReportedAndPassedOn() throws {
      let nodes: [ONNXNode] = [
        .call("Div", ["x", "scale"], "many"),
        .call("Cast", ["many"], "whole", ["to": .integer(6)]),
        .call("Cast", ["whole"], "again", ["to": .integer(1)]),
        .call("Mul", ["again", "scale"], "y"),
      ]
      let plain = try Self.lowered(nodes)
      let passing = try Self.lowered(nodes, straightThrough: true)
      #expect(plain.steps == passing.steps && plain.steps.map(\.node) == ["whole"])
      #expect(plain.steps.map(\.passing) == [.ifAsked])
      let scores = try plain.program.results(for: Self.pictures)
      #expect(try passing.program.results(for: Self.pictures).floats() == scores.floats())
      let after = try passing.program.gradient(at: Self.pictures) { $0.sum() }
      #expect(after.gradient.distance(to: Tensor.ones([2, 4])) < 1e-6)
    }

    @Test func stepsOnWeightsAreNone() throws {
      let lowered = try Self.lowered([
        .call("Round", ["fixed"], "whole"), .call("Mul", ["x", "whole"], "y"),
      ])
      #expect(lowered.steps.isEmpty)
    }

    @Test func smoothModelsReportNothing() throws {
      let lowered = try Self.lowered([.call("Relu", ["x"], "a"), .call("MatMul", ["a", "w"], "y")])
      #expect(lowered.steps.isEmpty)
    }
  }
}
