import ONNXLowering
import ProgramFormats
import ProgramRuntime
import TensorModule
import TestKit
import Testing

extension EngineTests {
  /// Models that insist on one size of batch: freed of it where that changes nothing.
  @Suite struct BatchTests {
    /// A model of pictures 2×2×3 that reshapes them.
    private static func reshaping(
      to shape: [Int], batch: ONNXValueInfo.Dimension = .fixed(1)
    ) -> ONNXModel {
      .graph(
        [
          .call("Relu", ["x"], "positive"), .call("Reshape", ["positive", "shape"], "flat"),
          .call("MatMul", ["flat", "w"], "y"),
        ], input: [batch, .fixed(2), .fixed(2), .fixed(3)],
        ["shape": .integers(shape), "w": .weight(12, 4)])
    }

    @Test(arguments: [[1, 12], [1, -1], [-1, 12], [0, 12], [0, -1]])
    func aReshapeOfWholePicturesIsRepaired(shape: [Int]) throws {
      let pictures = Tensor.pictures(7, 2, 2, 3)
      let free = try Self.reshaping(to: [-1, 12], batch: .named("N")).lowered()
      #expect(free.batch == .dynamic)
      let repaired = try Self.reshaping(to: shape).lowered()
      #expect(repaired.batch == .recovered(from: 1))
      let expected = try free.program.results(for: pictures)
      #expect(expected.shape == [7, 4])
      #expect(try repaired.program.results(for: pictures).distance(to: expected) < 1e-6)
    }

    @Test func aBatchOfThreeIsRepairedToo() throws {
      let lowered = try Self.reshaping(to: [3, 12], batch: .fixed(3)).lowered()
      #expect(lowered.batch == .recovered(from: 3))
      for count in [1, 5] {
        let results = try lowered.program.results(for: .pictures(count, 2, 2, 3))
        #expect(results.shape == [count, 4])
      }
    }

    @Test(arguments: [
      ONNXNode.call("DepthToSpace", ["x"], "large", ["blocksize": .integer(2)]),
      .call("Resize", ["x", "", "", "sizes"], "large", ["mode": .string("cubic")]),
      .call("Resize", ["x", "", "", "sizes"], "large", ["mode": .string("linear")]),
      .call("Resize", ["x", "", "", "sizes"], "large", ["mode": .string("nearest")]),
    ])
    func enlargingLeavesPicturesApart(node: ONNXNode) throws {
      let lowered = try ONNXModel.graph(
        [node, .call("GlobalAveragePool", ["large"], "means"), .call("Flatten", ["means"], "y")],
        input: [.fixed(1), .fixed(8), .fixed(2), .fixed(3)], ["sizes": .integers([1, 8, 4, 6])]
      ).lowered()
      #expect(lowered.batch == .recovered(from: 1))
    }

    /// A model that is right for one picture and would mix several.
    struct Mixing: CustomTestStringConvertible, Sendable {
      let testDescription: String
      let nodes: [ONNXNode]
      /// Why it keeps its batch.
      let reason: String
    }

    static let mixing = [
      Mixing(
        testDescription: "rows of pictures averaged after a reshape",
        nodes: [
          .call("Reshape", ["x", "rows"], "parts"),
          .call("ReduceMean", ["parts"], "mean", ["axes": .integers([0])]),
          .call("MatMul", ["mean", "w3"], "y"),
        ], reason: "node parts (Reshape) might mix the pictures of a batch"),
      Mixing(
        testDescription: "the mean over the batch taken away",
        nodes: [
          .call("Reshape", ["x", "flat"], "pixels"),
          .call("ReduceMean", ["pixels"], "mean", ["axes": .integers([0])]),
          .call("Mul", ["mean", "half"], "part"), .call("Sub", ["pixels", "part"], "rest"),
          .call("MatMul", ["rest", "w12"], "y"),
        ], reason: "node mean (ReduceMean) might mix the pictures of a batch"),
      Mixing(
        testDescription: "pictures that lie behind another axis",
        nodes: [
          .call("Transpose", ["x"], "turned", ["perm": .integers([1, 0, 2, 3])]),
          .call("Reshape", ["turned", "flat"], "pixels"), .call("MatMul", ["pixels", "w12"], "y"),
        ], reason: "node pixels (Reshape) fails with batches of another size"),
      Mixing(
        testDescription: "a shape of another number of rows",
        nodes: [
          .call("Reshape", ["x", "four"], "parts"), .call("MatMul", ["parts", "w3"], "scores"),
          .call("Reshape", ["scores", "sixteen"], "y"),
        ], reason: "node parts (Reshape) fails with batches of another size"),
      Mixing(
        testDescription: "a row beside that of the picture",
        nodes: [
          .call("Flatten", ["x"], "pixels"),
          .call("Concat", ["pixels", "row"], "wide", ["axis": .integer(1)]),
          .call("MatMul", ["wide", "w13"], "y"),
        ], reason: "node wide (Concat) fails with batches of another size"),
      Mixing(
        testDescription: "pictures pushed along the batch by a pad, which samples do not show",
        nodes: [
          .call("Pad", ["x", "push"], "pushed"), .call("Sub", ["pushed", "two"], "below"),
          .call("Relu", ["below"], "gate"), .call("Add", ["x", "gate"], "sum"),
          .call("Reshape", ["sum", "flat"], "pixels"), .call("MatMul", ["pixels", "w12"], "y"),
        ], reason: "node pushed (Pad) might mix the pictures of a batch"),
      Mixing(
        testDescription:
          "a table's row of the picture's number, of rows that differ from the fourth on",
        nodes: [
          .call("Reshape", ["x", "flat"], "pixels"), .call("Mul", ["pixels", "half"], "less"),
          .call("Cast", ["less"], "places", ["to": .integer(7)]),
          .call("GatherElements", ["table", "places"], "picked", ["axis": .integer(1)]),
          .call("Add", ["pixels", "picked"], "sum"), .call("MatMul", ["sum", "w12"], "y"),
        ], reason: "node picked (GatherElements) might mix the pictures of a batch"),
    ]

    @Test(arguments: mixing)
    func whatWouldMixPicturesStaysAndIsLooped(model: Mixing) throws {
      let lowered = try ONNXModel.graph(
        model.nodes, input: [.fixed(1), .fixed(2), .fixed(2), .fixed(3)],
        [
          "rows": .integers([-1, 1, 3]), "flat": .integers([1, 12]), "four": .integers([4, 3]),
          "sixteen": .integers([1, 16]), "half": .reals([0.5]), "w12": .weight(12, 4),
          "w3": .weight(3, 4), "push": .integers([1, 0, 0, 0, -1, 0, 0, 0]),
          "two": .reals([2]),
          "table": .reals((0..<60).map { $0 < 36 ? 0 : Float($0) }, [5, 12]),
          "w13": .weight(13, 4), "row": .reals([0.5], [1, 1]),
        ]
      ).lowered()
      guard case .fixed(1, let reason) = lowered.batch else {
        Issue.record("\(lowered.batch)")
        return
      }
      #expect(reason == model.reason)
      let classifier = try ProgramClassifier(lowered.program)
      let pictures = Tensor.pictures(5, 2, 2, 3)
      let logits = try classifier.logits(of: pictures)
      #expect(logits.count == 5)
      for index in 0..<5 {
        let own = try lowered.program.results(for: pictures[index..<(index + 1)])
        #expect(logits[index..<(index + 1)].distance(to: own) < 1e-5)
      }
    }

    /// A file that says that it takes any number of pictures, and insists on one inside.
    @Test func whatWorksWithOnePictureOnlyIsRepaired() throws {
      let lowered = try Self.reshaping(to: [1, 12], batch: .named("N")).lowered()
      #expect(lowered.batch == .dynamic)
      #expect(try lowered.program.results(for: .pictures(5, 2, 2, 3)).shape == [5, 4])
    }

    /// Files that say that they take any number of pictures, and mix them.
    static let mixingAny = [
      Mixing(
        testDescription: "the mean of all pictures taken away",
        nodes: [
          .call("ReduceMean", ["x"], "mean", ["keepdims": .integer(0)]),
          .call("Sub", ["x", "mean"], "rest"), .call("Flatten", ["rest"], "pixels"),
          .call("MatMul", ["pixels", "w"], "y"),
        ], reason: ""),
      Mixing(
        testDescription: "the sum of all pictures so far",
        nodes: [
          .call("CumSum", ["x", "zero"], "sum"), .call("Flatten", ["sum"], "pixels"),
          .call("MatMul", ["pixels", "w"], "y"),
        ], reason: ""),
      Mixing(
        testDescription: "the first picture taken away",
        nodes: [
          .call("Slice", ["x", "start", "end", "start"], "first"),
          .call("Sub", ["x", "first"], "rest"), .call("Flatten", ["rest"], "pixels"),
          .call("MatMul", ["pixels", "w"], "y"),
        ], reason: ""),
      Mixing(
        testDescription:
          "steps that the brightest picture decides, as quantising at run time has them",
        nodes: [
          .call("ReduceMax", ["x"], "top", ["keepdims": .integer(0)]),
          .call("Div", ["x", "top"], "part"), .call("Flatten", ["part"], "pixels"),
          .call("MatMul", ["pixels", "w"], "y"),
        ], reason: ""),
    ]

    @Test(arguments: mixingAny)
    func whatMixesPicturesTakesOneAtATime(model: Mixing) throws {
      let lowered = try ONNXModel.graph(
        model.nodes, input: [.named("N"), .fixed(3), .fixed(24), .fixed(24)],
        [
          "w": .weight(1728, 4), "zero": .integers([0], []), "start": .integers([0]),
          "end": .integers([1]),
        ]
      ).lowered()
      #expect(
        lowered.batch
          == .fixed(1, reason: "the scores of a picture depend on the other pictures of its batch"))
    }

    private static func any(_ nodes: [ONNXNode]) throws -> LoweredModel {
      try ONNXModel.graph(
        nodes, input: [.named("N"), .fixed(3)],
        [
          "w": .weight(3, 4), "mean": .reals([20]), "start": .integers([0]), "end": .integers([4]),
          "table": .reals([0.5, 2]),
        ]
      ).lowered()
    }

    /// Numbers from 0 to 1 are all the same to a model that mixes bytes.
    @Test func whatMixesBytesTakesOneAtATime() throws {
      let lowered = try Self.any([
        .call("Sub", ["x", "mean"], "rest"), .call("Relu", ["rest"], "bright"),
        .call("ReduceMean", ["bright"], "level", ["keepdims": .integer(0)]),
        .call("Sub", ["bright", "level"], "part"), .call("MatMul", ["part", "w"], "y"),
      ])
      #expect(
        lowered.batch
          == .fixed(1, reason: "the scores of a picture depend on the other pictures of its batch"))
    }

    /// A table of two numbers has none for bytes, which says nothing of batches.
    @Test func whatFailsOnBytesIsComparedFromZeroToOne() throws {
      let lowered = try Self.any([
        .call("Cast", ["x"], "places", ["to": .integer(7)]),
        .call("Gather", ["table", "places"], "picked"), .call("Add", ["picked", "x"], "sum"),
        .call("MatMul", ["sum", "w"], "y"),
      ])
      #expect(lowered.batch == .dynamic)
    }

    @Test func whatKnowsItsFirstRowsAloneTakesOneAtATime() throws {
      let first = ONNXNode.call("Slice", ["x", "start", "end", "start"], "first")
      let few = try Self.any([first, .call("MatMul", ["first", "w"], "y")])
      #expect(few.batch == .fixed(1, reason: "the scores have another shape"))
      let failing = try Self.any([
        first, .call("Add", ["first", "x"], "sum"), .call("MatMul", ["sum", "w"], "y"),
      ])
      guard case .fixed(1, let reason) = failing.batch else {
        Issue.record("\(failing.batch)")
        return
      }
      #expect(reason.hasPrefix("node sum (Add): aten::add"), "\(reason)")
    }

    @Test func aBatchOfNoPicturesIsRefused() {
      let error = #expect(throws: LoweringError.self) {
        try Self.reshaping(to: [-1, 12], batch: .fixed(0)).lowered()
      }
      #expect(error?.description == "the input x is declared as a batch of no pictures")
    }

    @Test func sizesThatStayOpenAreAskedFor() throws {
      let model = ONNXModel.graph(
        [
          .call("GlobalAveragePool", ["x"], "pooled"), .call("Flatten", ["pooled"], "y"),
        ], input: [.named("N"), .fixed(3), .named("H"), .named("W")])
      let error = #expect(throws: LoweringError.self) { try model.lowered() }
      #expect(error?.description.contains("sizes that the model leaves open") == true)
      #expect(error?.untold == .pictureSizes)
      var options = LoweringOptions()
      options.openSizes = [3, 6, 5]
      let program = try model.lowered(options).program
      #expect(try program.results(for: .pictures(4, 3, 6, 5)).shape == [4, 3])
    }
  }
}
