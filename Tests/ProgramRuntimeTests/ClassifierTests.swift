import ProgramFormats
import ProgramIR
import ProgramRuntime
import TensorModule
import TestKit
import Testing
import ThreatModels

extension EngineTests {
  @Suite struct ClassifierTests {
    private static func append(
      _ name: String, _ arguments: [Node.NamedArgument], to program: inout Program
    ) {
      program.nodes.append(
        Node(
          name: "last", operation: OperatorName(name, overload: name == "softmax" ? "int" : ""),
          arguments: [.init("self", .tensor(program.results[0].name))] + arguments,
          outputs: [.tensor("last")]))
      program.outputs = [.init(name: "last", purpose: .result)]
    }

    @Test func readsItsShapeAndCountsPasses() throws {
      let classifier = try ProgramClassifier(Program.linear())
      #expect(classifier.imageShape == ImageShape(channels: 3, height: 2, width: 2))
      #expect(classifier.classCount == 3)
      let images = Tensor.full([5, 3, 2, 2], 0.25)
      let logits = try classifier.logits(of: images)
      let gradient = try classifier.lossGradient(at: images) {
        $0.crossEntropy(labels: Tensor([0, 1, 2, 0, 1]))
      }
      #expect(!logits.requiresGradient && !gradient.gradient.requiresGradient)
      #expect(classifier.passes == PassCount(forward: 10, backward: 5))
    }

    @Test func errorsNameTheModel() throws {
      let classifier = try ProgramClassifier(Program.linear())
      classifier.name = "model.pt2"
      let wrong = Tensor.full([1, 3, 2, 3], 0.25)
      let failing = [
        #expect(throws: EngineError.self) { try classifier.logits(of: wrong) },
        #expect(throws: EngineError.self) {
          try classifier.lossGradient(at: wrong) { $0.sum(along: [1]) }
        },
      ]
      for error in failing {
        #expect(error?.description.hasPrefix("model.pt2: node ") == true)
      }
    }

    @Test func losesNothingWhenTheBatchIsFixed() throws {
      let dynamic = try ProgramClassifier(Program.linear())
      let fixed = try ProgramClassifier(
        Program.linear { $0.types["x"]?.sizes[0] = .fixed(4) })
      let images = Tensor.uniform([10, 3, 2, 2], using: RandomKey(seed: 1).makeGenerator())
      for count in [1, 3, 4, 5, 10] {
        let part = images[0..<count]
        let difference = try fixed.logits(of: part) - dynamic.logits(of: part)
        #expect(difference.shape == [count, 3] && difference.magnitude().max().scalar() < 1e-5)
        let labels = Tensor([Int](repeating: 1, count: count))
        let gradients = try [fixed, dynamic].map { classifier in
          try classifier.lossGradient(at: part) { $0.crossEntropy(labels: labels) }.gradient
        }
        #expect((gradients[0] - gradients[1]).magnitude().max().scalar() < 1e-6)
      }
    }

    @Test func normalisesFirst() throws {
      let plain = try ProgramClassifier(Program.linear())
      let normalised = try ProgramClassifier(
        Program.linear(),
        normalization: .init(mean: [0.1, 0.2, 0.3], standardDeviation: [0.5]))
      let images = Tensor.uniform([2, 3, 2, 2], using: RandomKey(seed: 1).makeGenerator())
      let mean = Tensor([0.1, 0.2, 0.3] as [Float], shape: [1, 3, 1, 1])
      let difference =
        try normalised.logits(of: images) - plain.logits(of: (images - mean) / 0.5)
      #expect(difference.magnitude().max().scalar() < 1e-5)
    }

    @Test func takesProbabilitiesOnlyWhenTold() throws {
      let probabilities = Program.linear {
        Self.append("softmax", [.init("dim", .integer(.constant(1)))], to: &$0)
      }
      let error = #expect(throws: ProgramError.self) { try ProgramClassifier(probabilities) }
      #expect(error?.description.contains("probabilities, not logits") == true)
      let told = try ProgramClassifier(probabilities, outputs: .probabilities)
      let plain = try ProgramClassifier(Program.linear())
      let images = Tensor.uniform([2, 3, 2, 2], using: RandomKey(seed: 1).makeGenerator())
      let difference =
        try told.logits(of: images).softmax() - plain.logits(of: images).softmax()
      #expect(difference.magnitude().max().scalar() < 1e-6)
      #expect(throws: ProgramError.self) {
        try ProgramClassifier(Program.linear(), outputs: .probabilities)
      }
    }

    /// A program that cannot be a classifier, and what is said of it.
    struct Refusal: CustomTestStringConvertible, Sendable {
      let testDescription: String
      let words: String
      let edit: @Sendable (inout Program) -> Void
    }

    static let refusals = [
      Refusal(testDescription: "unknown operator", words: "no such operator") {
        $0.nodes[0].operation.name = "flattening"
      },
      Refusal(testDescription: "missing argument", words: "node linear (aten::linear)") {
        $0.nodes[1][argument: "weight"] = nil
      },
      Refusal(testDescription: "unknown argument", words: "unknown argument colour") {
        $0.nodes[1][argument: "colour"] = .real(.constant(1))
      },
      Refusal(testDescription: "unsuitable argument", words: "does not fit the type") {
        $0.nodes[0][argument: "start_dim"] = .string("one")
      },
      Refusal(testDescription: "undefined value", words: "the value nowhere is not defined") {
        $0.nodes[1][argument: "input"] = .tensor("nowhere")
      },
      Refusal(testDescription: "shapes that do not match", words: "fails on a grey picture") {
        $0.types["x"]?.sizes[3] = .fixed(5)
      },
      Refusal(testDescription: "no picture", words: "a batch of pictures") {
        $0.types["x"]?.sizes.append(.fixed(2))
      },
      Refusal(testDescription: "no channels", words: "an axis of channels is missing") {
        $0.types["x"]?.sizes.remove(at: 1)
      },
      Refusal(testDescription: "dynamic size", words: "with the batch as the only dynamic size") {
        $0.types["x"]?.sizes[2] = .dynamic("h")
      },
      Refusal(testDescription: "wrong type", words: "float32 pictures are needed") {
        $0.types["x"]?.dataType = .float64
      },
      Refusal(testDescription: "two inputs", words: "takes 2 inputs") {
        $0.inputs.append(.init(name: "y", source: .user))
      },
      Refusal(testDescription: "two results", words: "returns 2 tensors") {
        $0.outputs.append(.init(name: "flat", purpose: .result))
      },
      Refusal(testDescription: "a file", words: "may not read or write files") {
        $0.nodes.insert(
          Node(
            name: "file", operation: OperatorName("from_file"),
            arguments: [.init("filename", .string("written-by-a-model"))],
            outputs: [.tensor("file")]), at: 0)
        $0.nodes[2][argument: "bias"] = .tensor("file")
      },
      Refusal(testDescription: "another library", words: "only operators of the library aten") {
        $0.nodes[0].operation.namespace = "quantized"
      },
      Refusal(testDescription: "randomness", words: "the model is random") {
        Self.append("randn_like", [], to: &$0)
      },
      Refusal(testDescription: "a sparse result", words: "sparse") {
        Self.append("_to_sparse", [], to: &$0)
      },
      Refusal(testDescription: "batch mates", words: "depends on the other pictures") {
        let logits = $0.results[0].name
        let mean = Node(
          name: "mean", operation: OperatorName("mean", overload: "dim"),
          arguments: [
            .init("self", .tensor(logits)), .init("dim", .integers([.constant(0)])),
          ], outputs: [.tensor("mean")])
        $0.nodes.append(mean)
        $0.nodes.append(
          Node(
            name: "last", operation: OperatorName("sub", overload: "Tensor"),
            arguments: [.init("self", .tensor(logits)), .init("other", .tensor("mean"))],
            outputs: [.tensor("last")]))
        $0.outputs = [.init(name: "last", purpose: .result)]
      },
      Refusal(testDescription: "a feature map", words: "one row of at least two logits") {
        $0.outputs = [.init(name: "x", purpose: .result)]
      },
    ]

    @Test(arguments: refusals)
    func saysWhyAProgramIsNoClassifier(refusal: Refusal) {
      let error = #expect(throws: ProgramError.self) {
        try ProgramClassifier(Program.linear(refusal.edit))
      }
      #expect(error?.description.contains(refusal.words) == true, "\(String(describing: error))")
    }
  }
}
