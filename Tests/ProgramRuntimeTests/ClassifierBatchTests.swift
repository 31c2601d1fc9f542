import ProgramIR
import ProgramRuntime
import TensorModule
import TestKit
import Testing
import ThreatModels

extension EngineTests {
  /// Classifiers whose programs might not keep the pictures of a batch apart.
  @Suite struct ClassifierBatchTests {
    /// Takes away from the pictures the mean over the batch of what lies above a threshold.
    private static func mix(above threshold: Double, in program: inout Program) {
      func call(
        _ output: String, _ operation: OperatorName, _ arguments: Node.NamedArgument...
      ) -> Node {
        Node(name: output, operation: operation, arguments: arguments, outputs: [.tensor(output)])
      }
      for index in program.nodes.indices {
        for place in program.nodes[index].arguments.indices
        where program.nodes[index].arguments[place].value == .tensor("x") {
          program.nodes[index].arguments[place].value = .tensor("mixed")
        }
      }
      program.nodes.insert(
        contentsOf: [
          call(
            "lower", OperatorName("sub", overload: "Scalar"), .init("self", .tensor("x")),
            .init("other", .real(.constant(threshold)))),
          call("bright", OperatorName("relu"), .init("self", .tensor("lower"))),
          call(
            "mean", OperatorName("mean", overload: "dim"), .init("self", .tensor("bright")),
            .init("dim", .integers([.constant(0)])), .init("keepdim", .truth(.constant(true)))),
          call(
            "mixed", OperatorName("sub", overload: "Tensor"), .init("self", .tensor("x")),
            .init("other", .tensor("mean"))),
        ], at: 0)
    }

    /// Grey pictures show that the program mixes what it is given, or do not.
    @Test(arguments: [0.1, 0.8])
    func neighboursChangeNothingWhereTheBatchIsFixed(threshold: Double) throws {
      let classifier = try ProgramClassifier(
        Program.linear {
          $0.types["x"]?.sizes[0] = .fixed(4)
          Self.mix(above: threshold, in: &$0)
        })
      let images = Tensor.uniform([6, 3, 2, 2], using: RandomKey(seed: 1).makeGenerator())
      let together = try classifier.logits(of: images)
      let slopes = try classifier.lossGradient(at: images) { $0.sum(along: [1]) }
      #expect((slopes.logits - together).magnitude().max().scalar() < 1e-6)
      for index in 0..<6 {
        let range = index..<(index + 1)
        let alone = try classifier.lossGradient(at: images[range]) { $0.sum(along: [1]) }
        #expect((together[range] - alone.logits).magnitude().max().scalar() < 1e-6)
        #expect((slopes.gradient[range] - alone.gradient).magnitude().max().scalar() < 1e-6)
      }
    }

    /// A program whose answers are sums of answers, with a row of weights for each picture of a batch.
    private static func summing(_ weights: [Float], batch: Int) -> Program {
      Program.linear {
        $0.types["x"]?.sizes[0] = .fixed(batch)
        let name = $0.results[0].name
        $0.weights["mixing"] = Weight(float32: weights, sizes: [batch, batch])
        $0.inputs.append(.init(name: "m", source: .constant("mixing")))
        $0.nodes.append(
          Node(
            name: "mixed", operation: OperatorName("matmul"),
            arguments: [.init("self", .tensor("m")), .init("other", .tensor(name))],
            outputs: [.tensor("mixed")]))
        $0.outputs = [.init(name: "mixed", purpose: .result)]
      }
    }

    /// All places are alike here, and pictures two places apart are both even or both odd.
    @Test func picturesFurtherApartMatter() throws {
      let weights = (0..<16).map {
        Float($0 / 4 == $0 % 4 ? 1 : ($0 / 4 + 2) % 4 == $0 % 4 ? 0.5 : 0)
      }
      #expect(try ProgramClassifier(Self.summing(weights, batch: 4)).mixesBatches)
    }

    /// Each picture is seen to depend on whichever other one, and on its place.
    @Test(arguments: [(2, 3), (1, 3), (3, 0), (0, 4), (4, 4)])
    func whicheverPictureMatters(reader: Int, other: Int) throws {
      var weights = (0..<25).map { Float($0 % 6 == 0 ? 1 : 0) }
      #expect(try !ProgramClassifier(Self.summing(weights, batch: 5)).mixesBatches)
      weights[5 * reader + other] += 0.5
      let classifier = try ProgramClassifier(Self.summing(weights, batch: 5))
      #expect(classifier.mixesBatches)
      let images = Tensor.uniform([7, 3, 2, 2], using: RandomKey(seed: 1).makeGenerator())
      let together = try classifier.logits(of: images)
      for index in 0..<7 {
        let alone = try classifier.logits(of: images[index..<(index + 1)])
        #expect((together[index..<(index + 1)] - alone).magnitude().max().scalar() < 1e-6)
      }
    }

    /// What mixes bytes is seen with the normalisation that makes bytes.
    @Test func greyPicturesAreNormalisedFirst() throws {
      let error = #expect(throws: ProgramError.self) {
        try ProgramClassifier(
          Program.linear { Self.mix(above: 10, in: &$0) },
          normalization: .init(mean: [0], standardDeviation: [1 / 255]))
      }
      #expect(error?.description.contains("depends on the other pictures") == true)
    }

    @Test func fewerRowsThanPicturesAreRefused() throws {
      let classifier = try ProgramClassifier(
        Program.linear {
          $0.nodes.append(
            Node(
              name: "few", operation: OperatorName("slice", overload: "Tensor"),
              arguments: [
                .init("self", .tensor($0.results[0].name)), .init("dim", .integer(.constant(0))),
                .init("start", .integer(.constant(0))), .init("end", .integer(.constant(4))),
              ], outputs: [.tensor("few")]))
          $0.outputs = [.init(name: "few", purpose: .result)]
        })
      #expect(try classifier.logits(of: Tensor.full([4, 3, 2, 2], 0.5)).shape == [4, 3])
      let error = #expect(throws: EngineError.self) {
        try classifier.logits(of: Tensor.full([5, 3, 2, 2], 0.5))
      }
      #expect(error?.reason == .refused)
      #expect(error?.description.contains("[4, 3] for 5 pictures") == true)
    }
  }
}
