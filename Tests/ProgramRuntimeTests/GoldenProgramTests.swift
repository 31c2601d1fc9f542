import Foundation
import ProgramFormats
import ProgramIR
import ProgramRuntime
import TensorModule
import TestKit
import Testing
import ThreatModels

/// Architectures of many families with PyTorch's own logits and gradients.
struct GoldenProgram: CustomTestStringConvertible {
  let name: String
  var testDescription: String { name }

  static let all = [
    "byobnet", "convnext", "efficientnet", "efficientnet_ln", "mambaout", "maxvit", "nfnet",
    "resnet", "vit",
  ].map { GoldenProgram(name: "test_\($0)") }

  struct Meta: Decodable {
    let input: [Int]
    let labels: [Int]
  }

  func url(_ file: String) -> URL {
    SharedFolder.url.appending(path: "golden/programs/\(name)/\(file)")
  }
  func floats(_ file: String) throws -> [Float] { try url(file).readFloats() }

  func load() throws -> (classifier: ProgramClassifier, input: Tensor, labels: Tensor) {
    let meta = try JSONDecoder().decode(Meta.self, from: Data(contentsOf: url("meta.json")))
    return (
      try ProgramClassifier(Program.read(from: url("program.pt2").path)),
      Tensor(try floats("input.f32"), shape: meta.input), Tensor(meta.labels)
    )
  }
}

extension EngineTests {
  @Suite(.needs("golden/programs"))
  struct GoldenProgramTests {
    @Test(arguments: GoldenProgram.all)
    func agreesWithPyTorch(golden: GoldenProgram) throws {
      let (classifier, input, labels) = try golden.load()
      let result = try classifier.lossGradient(at: input) { $0.crossEntropy(labels: labels) }
      let logits = try golden.floats("logits.f32")
      let scale = logits.map(abs).max() ?? 0
      let worst = zip(result.logits.floats(), logits).map { abs($0 - $1) }.max() ?? .infinity
      #expect(worst / scale < 1e-4)

      let expected = Tensor(try golden.floats("gradient.f32"), shape: input.shape)
      let error = (result.gradient - expected).reshaped([1, -1]).norm(order: 2, along: [1]).scalar()
      let length = expected.reshaped([1, -1]).norm(order: 2, along: [1]).scalar()
      #expect(error / length < 1e-3)
    }

    @Test(arguments: GoldenProgram.all)
    func resultsDoNotDependOnTheBatch(golden: GoldenProgram) throws {
      let (classifier, input, _) = try golden.load()
      let pictures = Tensor.concatenated([input, input.flipped(along: [0]), input])[0..<7]
      let together = try classifier.logits(of: pictures)
      for size in [1, 3] {
        for start in stride(from: 0, to: 7 - size + 1, by: size) {
          let alone = try classifier.logits(of: pictures[start..<(start + size)])
          let worst = (alone - together[start..<(start + size)]).magnitude().max().scalar()
          #expect(worst < 1e-4 * together.magnitude().max().scalar())
        }
      }
    }
  }
}
