import ONNXLowering
import ProgramFormats
import ProgramIR
import TensorModule
import TestKit
import Testing

extension EngineTests {
  /// Which initialisers training may change.
  @Suite struct ParameterTests {
    private static let nodes: [ONNXNode] = [
      .call("Transpose", ["x"], "planes", ["perm": .integers([0, 3, 1, 2])]),
      .call("Sub", ["planes", "mean"], "centred"), .call("Mul", ["scale", "centred"], "scaled"),
      .call("Conv", ["scaled", "kernel", "bias"], "features"),
      .call("BatchNormalization", ["features", "gain", "shift", "average", "spread"], "normal"),
      .call("Mul", ["normal", "later"], "gated"), .call("Add", ["gated", "single"], "shifted"),
      .call("Relu", ["shifted"], "active"), .call("GlobalAveragePool", ["active"], "pooled"),
      .call("Reshape", ["pooled", "flat"], "vector"), .call("Gemm", ["vector", "head"], "y"),
    ]

    private static let constants: [String: ONNXTensor] = [
      "mean": .reals([123, 116, 103], [1, 3, 1, 1]),
      "scale": .reals([0.1, 0.2, 0.3], [1, 3, 1, 1]),
      "kernel": .weight(4, 3, 2, 2), "bias": .weight(4), "gain": .weight(4), "shift": .weight(4),
      "average": .weight(4), "spread": .reals([1, 2, 3, 4]), "later": .weight(1, 4, 1, 1),
      "single": .reals([0.5]), "flat": .integers([0, -1]), "head": .weight(4, 5),
    ]

    @Test func weightsAreTrainedAndWhatPreparesPixelsIsNot() throws {
      let program = try ONNXModel.graph(
        Self.nodes, input: [.named("N"), .fixed(6), .fixed(6), .fixed(3)], Self.constants
      ).lowered().program
      #expect(
        Set(program.parameterNames) == ["kernel", "bias", "gain", "shift", "later", "head"])
      let buffers = program.inputs.compactMap { input -> String? in
        if case .buffer(let name) = input.source { name } else { nil }
      }
      #expect(Set(buffers).isSuperset(of: ["mean", "scale", "average", "spread"]))
      // The weights are the file's, under the file's names.
      #expect(program.weights["kernel"]?.sizes == [4, 3, 2, 2])
      #expect(
        program.weights["kernel"]?.float32Elements
          == Self.constants["kernel"]?.weight.float32Elements)
      #expect(program.preparesBytes && program.inputForm == .channelsLast)
    }

    /// What comes between the picture and its mean.
    @Test(
      arguments: [
        ("Cast", [], ["to": .integer(1)]), ("Clip", ["low", "high"], [:]),
        ("Flatten", [], [:]), ("Gather", ["order"], ["axis": .integer(1)]),
        ("Pad", ["pads"], [:]), ("Reshape", ["same"], [:]), ("Resize", ["", "scales"], [:]),
        ("Slice", ["zero", "three", "one"], [:]), ("Sum", ["other"], [:]),
        ("Unsqueeze", ["axis"], [:]),
      ] as [(String, [String], [String: ONNXAttribute])])
    func preparedPicturesAreStillPictures(
      operation: String, reads: [String], settings: [String: ONNXAttribute]
    ) throws {
      let isFlat = operation == "Flatten"
      let program = try ONNXModel.graph(
        [
          .call(operation, ["x"] + reads, "prepared", settings),
          .call("Neg", ["mean"], "taken"), .call("Add", ["prepared", "taken"], "centred"),
          .call("Abs", ["spread"], "unread"), .call("Div", ["centred", "spread"], "scaled"),
          .call("Reshape", ["scaled", "flat"], "vector"), .call("MatMul", ["vector", "head"], "y"),
        ], input: [.named("N"), .fixed(3), .fixed(1), .fixed(1)],
        [
          "mean": .reals([1, 2, 3], isFlat ? [3] : [3, 1, 1]),
          "spread": .reals([3, 1, 2], isFlat ? [3] : [3, 1, 1]),
          "other": .reals([3, 1, 4], [3, 1, 1]), "head": .weight(3, 2),
          "low": .reals([0], []), "high": .reals([1], []), "order": .integers([2, 1, 0]),
          "pads": .integers([0, 0, 0, 0, 0, 0, 0, 0]), "same": .integers([-1, 3, 1, 1]),
          "scales": .reals([1, 1, 1, 1]), "zero": .integers([0]), "three": .integers([3]),
          "one": .integers([1]), "axis": .integers([1]), "flat": .integers([-1, 3]),
        ]
      ).lowered().program
      #expect(program.parameterNames == ["head"])
    }

    /// What a network adds to its own input is no picture any more.
    @Test func sumsOfFeaturesAndPictureAreFeatures() throws {
      let program = try ONNXModel.graph(
        [
          .call("MatMul", ["x", "w"], "features"), .call("Add", ["x", "features"], "sum"),
          .call("Mul", ["sum", "gain"], "y"),
        ], input: [.named("N"), .fixed(3)], ["w": .weight(3, 3), "gain": .weight(3)]
      ).lowered().program
      #expect(Set(program.parameterNames) == ["w", "gain"])
    }

    /// Weights of branches and functions have no place in the file that they could be written back to.
    @Test func onlyTheGraphItselfHasParameters() throws {
      let inner = ONNXNode.call("Constant", [], "v", ["value": .tensor(.weight(3, 3))])
      var branch = ONNXGraph.branch([inner, .call("MatMul", ["once", "u"], "a")], "a")
      branch.initializers["u"] = .weight(3, 3)
      let program = try ONNXModel.graph(
        [
          .call("Constant", [], "w", ["value": .tensor(.weight(3, 3))]),
          .call("MatMul", ["x", "w"], "once"),
          .call(
            "If", ["yes"], "twice", ["then_branch": .graph(branch), "else_branch": .graph(branch)]),
          .call("Linear", ["twice"], "thrice", domain: "local"),
          .call("Linear", ["thrice"], "more", domain: "local"), .call("Add", ["more", "u"], "y"),
        ], input: [.named("N"), .fixed(3)], ["yes": .truth(true), "u": .weight(3)],
        functions: [
          .init(
            name: "Linear", domain: "local", inputs: ["a"], outputs: ["b"], attributeNames: [],
            attributeDefaults: [:], attributeReferences: [:],
            nodes: [inner, .call("MatMul", ["a", "v"], "b")], operatorSets: ["": 17])
        ]
      ).lowered().program
      #expect(Set(program.parameterNames) == ["w", "u"])
      #expect(program.weights["u"]?.sizes == [3])
    }

    @Test func whatIsComputedFromConstantsAloneIsFolded() throws {
      let program = try ONNXModel.graph(
        [
          .call("Cast", ["whole"], "real", ["to": .integer(1)]),
          .call("Sqrt", ["real"], "root"), .call("MatMul", ["x", "w"], "scores"),
          .call("Add", ["scores", "root"], "y"),
        ], input: [.named("N"), .fixed(3)], ["whole": .integers([4, 9]), "w": .weight(3, 2)]
      ).lowered().program
      #expect(program.nodes.map(\.operation.name) == ["matmul", "add"])
      #expect(program.parameterNames == ["w"])
      #expect(program.weights.count == 2)
    }

    /// A weight that is transposed first is still the file's weight.
    @Test func trainedWeightsAreNotFoldedAway() throws {
      let program = try ONNXModel.graph(
        [
          .call("Transpose", ["w"], "turned"), .call("MatMul", ["x", "turned"], "y"),
        ], input: [.named("N"), .fixed(3)], ["w": .weight(2, 3)]
      ).lowered().program
      #expect(program.parameterNames == ["w"])
      #expect(program.nodes.map(\.operation.name) == ["permute", "matmul"])
    }

    /// PyTorch standardises the weights of some networks so: a normalisation in training mode.
    @Test func weightsAreNormalisedByThemselves() throws {
      let model = { (input: String) in
        ONNXModel.graph(
          [
            .call(
              "BatchNormalization", [input, "gain", "shift", "shift", "gain"], "normal",
              ["training_mode": .integer(1), "epsilon": .real(0)]),
            .call("MatMul", ["x", "normal"], "y"),
          ], input: [.fixed(2), .fixed(4)],
          ["w": .weight(4, 3), "gain": .reals([1, 1, 1]), "shift": .reals([0, 0, 0])])
      }
      let program = try model("w").lowered().program
      #expect(program.parameterNames.contains("w") && !program.isInTrainingMode)
      let rows = Tensor([1, 0, 0, 0, 0, 1, 0, 0] as [Float], shape: [2, 4])
      let found = try program.results(for: rows)
      let weight = Tensor(try #require(program.weights["w"]?.float32Elements), shape: [4, 3])
      let centred = weight - weight.mean(along: [0], keepingDimensions: true)
      let deviation = centred.squared().mean(along: [0], keepingDimensions: true).squareRoot()
      #expect(found.distance(to: (centred / deviation)[0..<2]) < 1e-5)
      let error = #expect(throws: LoweringError.self) { try model("x").lowered() }
      #expect(error?.reason.contains("statistics of the batch") == true)
    }

    /// Two nodes read the same initialiser: it stays one weight.
    @Test func sharedWeightsStayShared() throws {
      let program = try ONNXModel.graph(
        [.call("MatMul", ["x", "w"], "a"), .call("MatMul", ["a", "w"], "y")],
        input: [.named("N"), .fixed(3)], ["w": .weight(3, 3)]
      ).lowered().program
      #expect(program.parameterNames == ["w"] && program.weights.count == 1)
    }
  }
}
