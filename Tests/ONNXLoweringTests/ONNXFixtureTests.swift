import Foundation
import ONNXLowering
import ProgramFormats
import ProgramIR
import ProgramRuntime
import TensorModule
import TestKit
import Testing

/// A model that `make_onnx_fixtures.py` made, with onnxruntime's scores and PyTorch's gradient.
struct LoweringFixture: CustomTestStringConvertible {
  let name: String
  var testDescription: String { name }

  struct Answer: Decodable {
    let input: [Int]
    let outputs: [[Int]]
    let scores: String
    let classes: [Int]
    let layout: String
    let range: [Double]
    let batch: Int?
    let labels: [Int]
    let gradient: String
  }

  static let all = [
    "attention", "attention-operator", "channels-last", "cnn", "cnn-batch-1", "cnn-external-data",
    "digits-forest", "digits-logistic", "digits-logistic-zipmap", "digits-mlp",
    "digits-normalized-svc", "digits-scaled", "digits-svc", "digits-two-classes",
    "quantised-at-run-time", "quantised-operators", "quantised-pairs", "recurrent", "rounded",
    "signs",
  ].map { LoweringFixture(name: $0) }

  func url(_ file: String) -> URL {
    packageRoot.appending(path: "Tests/Fixtures/onnx/\(name)/\(file)")
  }

  func answer() throws -> Answer {
    try JSONDecoder().decode(Answer.self, from: Data(contentsOf: url("answer.json")))
  }

  func tensor(_ file: String, _ shape: [Int]) throws -> Tensor {
    Tensor(try url(file).readFloats(), shape: shape)
  }

  func lowered(straightThrough: Bool = false) throws -> LoweredModel {
    var options = LoweringOptions()
    options.isStraightThrough = straightThrough
    return try ONNXModel.read(from: url("model.onnx").path).lowered(options)
  }
}

extension EngineTests {
  @Suite struct ONNXFixtureTests {
    @Test func noFixtureIsForgotten() throws {
      let folder = packageRoot.appending(path: "Tests/Fixtures/onnx").path
      let found = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      #expect(found == LoweringFixture.all.map(\.name))
    }

    @Test(arguments: LoweringFixture.all)
    func scoresAreOnnxruntimes(fixture: LoweringFixture) throws {
      let answer = try fixture.answer()
      let expected = try fixture.tensor("output.f32", answer.outputs[0])
      let program = try fixture.lowered().program
      let scores = try program.results(for: fixture.tensor("input.f32", answer.input))
      // The probabilities of support vector machines are the exact ones of a system that onnxruntime
      // solves to 0.005 divided by the number of classes.
      let tolerance = fixture.name == "digits-svc" ? 5e-4 : 1e-4
      #expect(
        scores.distance(to: expected) <= tolerance * max(1, expected.magnitude().max().scalar()))
      #expect(scores.argmax(along: 1).integers() == expected.argmax(along: 1).integers())
    }

    @Test(arguments: LoweringFixture.all)
    func gradientsArePyTorchs(fixture: LoweringFixture) throws {
      let answer = try fixture.answer()
      guard answer.gradient != "none" else { return }
      let expected = try fixture.tensor("gradient.f32", answer.input)
      let lowered = try fixture.lowered(straightThrough: answer.gradient == "straight-through")
      let logits = lowered.program.withoutFinalActivation()
      let isProbabilities = answer.scores == "probabilities" && logits == nil
      let labels = Tensor(answer.labels)
      let pictures = try fixture.tensor("input.f32", answer.input)
      let found = try (logits ?? lowered.program).gradient(at: pictures) { scores in
        (isProbabilities ? scores.logarithm() : scores).crossEntropy(labels: labels)
      }
      let size = expected.magnitude().max().scalar()
      #expect(found.gradient.distance(to: expected) <= 1e-3 * size)
    }

    @Test(arguments: LoweringFixture.all)
    func whatTheFileIsLikeIsRecognised(fixture: LoweringFixture) throws {
      let answer = try fixture.answer()
      let lowered = try fixture.lowered()
      // Numbers that are quantised at run time have one scale for all pictures of a batch.
      let isMixed = fixture.name == "quantised-at-run-time"
      let mixing = "the scores of a picture depend on the other pictures of its batch"
      #expect(
        lowered.batch
          == (isMixed
            ? .fixed(1, reason: mixing)
            : answer.batch.map { .recovered(from: $0) } ?? .dynamic))
      let forms: [String: Program.InputForm] = [
        "NCHW": .channelsFirst, "NHWC": .channelsLast, "NC": .flat(64),
      ]
      #expect(lowered.program.inputForm == forms[answer.layout])
      #expect(lowered.program.preparesBytes == (answer.range == [0, 255]))
      let isStepped = ["rounded", "signs", "digits-forest"].contains(fixture.name)
      let isQuantised = fixture.name.hasPrefix("quantised")
      #expect(lowered.steps.isEmpty != (isStepped || isQuantised), "\(lowered.steps)")
    }

    /// What `Softmax` is last in returns logits once it is gone; other probabilities stay.
    @Test func theLastSoftmaxIsLeftOut() throws {
      let leaving = try LoweringFixture.all.filter { fixture in
        try fixture.lowered().program.withoutFinalActivation() != nil
      }
      #expect(
        leaving.map(\.name) == [
          "channels-last", "digits-logistic", "digits-logistic-zipmap", "digits-mlp",
          "digits-scaled", "digits-two-classes",
        ])
      for fixture in leaving {
        let answer = try fixture.answer()
        let logits = try #require(fixture.lowered().program.withoutFinalActivation())
        let scores = try logits.results(for: fixture.tensor("input.f32", answer.input))
        let expected = try fixture.tensor("output.f32", answer.outputs[0])
        #expect(scores.softmax().distance(to: expected) < 1e-4)
        #expect(scores.distance(to: expected) > 0.1)
      }
    }
  }
}
