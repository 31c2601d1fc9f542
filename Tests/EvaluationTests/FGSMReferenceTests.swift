import Attacks
import Datasets
import Evaluation
import Foundation
import Imaging
import ProgramFormats
import ProgramIR
import ProgramRuntime
import TensorModule
import TestKit
import Testing
import ThreatModels

/// What PyTorch says of FGSM on real models and real data, recorded by
/// `Tests/Reference/compare_fgsm.py`.
struct FGSMReference: Decodable, CustomTestStringConvertible {
  let model: String
  let epsilon: Double
  let pixels: PixelGrid
  let n: Int
  let cleanCorrect: Int
  let robustCorrect: Int
  var testDescription: String { "\(model), ε = \(epsilon), \(pixels.rawValue)" }

  static let all: [FGSMReference] = {
    let file = packageRoot.appending(path: "Tests/Reference/fgsm.json")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    do {
      return try decoder.decode([FGSMReference].self, from: Data(contentsOf: file))
    } catch {
      fatalError("\(file.path): \(error)")
    }
  }()

  var data: String {
    switch model.prefix(5) {
    case "mnist": "data/mnist"
    case "cifar": "data/cifar-10-batches-bin"
    default: "data/imagenet-samples"
    }
  }
}

extension EngineTests {
  @Suite(.releaseOnly, .needs("models"))
  struct FGSMReferenceTests {
    @Test func thereIsSomethingToCompare() { #expect(FGSMReference.all.count == 12) }

    @Test(arguments: FGSMReference.all)
    func agreesWithPyTorchWithinTwoSamples(reference: FGSMReference) throws {
      let model = try ProgramClassifier(
        Program.read(from: SharedFolder.path("models/\(reference.model).pt2")))
      let dataset = try openDataset(at: SharedFolder.path(reference.data))
      let budget = try PerturbationBudget(.linf, epsilon: reference.epsilon)
      let trial = Trial(FGSM(), within: ThreatModel(budget, pixels: reference.pixels))
      var outcomes: [Outcome] = []
      for start in stride(from: 0, to: reference.n, by: 100) {
        let numbers = Array(start..<min(start + 100, reference.n))
        let samples = try numbers.map { try dataset.sample(at: $0) }
        let shape = model.imageShape
        let pictures = samples.map {
          $0.picture.resizedAndCropped(toWidth: shape.width, height: shape.height)
        }
        outcomes += try trial.run(
          on: model, images: Tensor(pictures), labels: samples.map(\.label), numbers: numbers
        ).outcomes
      }
      let counts = Counts(of: outcomes)
      #expect(counts.invalid == 0)
      let robust = counts.total - counts.initiallyWrong - counts.newlyWrong
      #expect(abs(counts.attacked - reference.cleanCorrect) <= 2)
      #expect(abs(robust - reference.robustCorrect) <= 2)
    }
  }
}
