import Attacks
import Defenses
import ProgramRuntime
import TensorModule
import TestKit
import Testing
import ThreatModels
import Training

@Suite struct FindingTests {
  @Test(arguments: [
    // Overfitted; robust; not robust at all; wrong everywhere; halved.
    (0.9, 0.8, 0.0, true), (0.8, 0.55, 0.46, false), (0.95, 0.2, 0.0, false),
    (0, 0, 0, false), (0.9, 0.5, 0.25, false),
    // Measured on MNIST with ε = 0.3 after two epochs: fgsm-mixture, fast, kurakin, pgd.
    (0.978, 0.552, 0.002, true), (0.95, 0.472, 0.014, true), (0.992, 0.124, 0, false),
    (0.756, 0.394, 0.146, false),
  ])
  func catastrophicOverfitting(clean: Double, fgsm: Double, pgd: Double, fires: Bool) {
    let reading = CatastrophicOverfittingCheck.Reading(
      clean: clean, fgsm: fgsm, pgd: pgd, of: 500)
    #expect(reading.showsOverfitting == fires && (reading.finding != nil) == fires)
    if fires { #expect(reading.finding?.contains("n-fgsm") == true) }
  }

  @Test func labelLeaking() {
    #expect(LabelLeakingCheck.Reading(clean: 0.8, fgsm: 0.85, of: 200).finding != nil)
    #expect(LabelLeakingCheck.Reading(clean: 0.8, fgsm: 0.8, of: 200).finding == nil)
    #expect(LabelLeakingCheck.Reading(clean: 0.8, fgsm: 0.3, of: 200).finding == nil)
  }

  /// Three of fifty pictures, or five of a hundred, fall on one side by chance now and then; six do not.
  @Test func chanceIsNotReported() {
    typealias Overfitting = CatastrophicOverfittingCheck.Reading
    #expect(!Overfitting(clean: 0.1, fgsm: 0.06, pgd: 0, of: 50).showsOverfitting)
    #expect(Overfitting(clean: 0.1, fgsm: 0.06, pgd: 0, of: 100).showsOverfitting)
    #expect(!LabelLeakingCheck.Reading(clean: 0.8, fgsm: 0.85, of: 100).showsLeaking)
    #expect(LabelLeakingCheck.Reading(clean: 0.8, fgsm: 0.86, of: 100).showsLeaking)
  }
}

extension EngineTests {
  /// Checks on models where the answer is known.
  @Suite struct CheckTests {
    private let (images, labels): (Tensor, Tensor)
    private let keys: [RandomKey]
    private let budget: PerturbationBudget
    /// A model that goes by the weak pixels.
    private let weak: any DifferentiableClassifier

    init() throws {
      let pictures = try PlantedPictures.set(60)
      images = pictures.images(Array(0..<60))
      labels = pictures.labels(Array(0..<60))
      keys = (0..<60).map { RandomKey(seed: 3).part($0) }
      budget = try PerturbationBudget(.linf, epsilon: PlantedPictures.epsilon)
      let program = SmallModels.linear(side: PlantedPictures.side, classCount: 2)
      let trainer = try MethodRow.trainer(program, for: StandardTraining(), epochs: 15)
      for _ in 0..<15 { try trainer.trainEpoch(on: pictures, by: StandardTraining()) }
      weak = trainer.model.attackable()
    }

    private func overfitting(
      _ model: any DifferentiableClassifier
    ) throws -> CatastrophicOverfittingCheck.Reading {
      try CatastrophicOverfittingCheck(within: budget)
        .reading(of: model, images: images, labels: labels, keys: keys)
    }

    @Test func oneStepThatMisleadsIsFound() throws {
      let misled = try overfitting(MisleadingModel(model: weak, pictures: images))
      #expect(misled.clean > 0.9 && misled.fgsm > 0.9 && misled.pgd < 0.2 && misled.finding != nil)
      let honest = try overfitting(weak)
      #expect(honest.pgd < 0.2 && honest.finding == nil)
    }

    @Test func examplesThatAreEasierAreFound() throws {
      func leaking(_ model: any DifferentiableClassifier) throws -> LabelLeakingCheck.Reading {
        // Some labels are wrong, so that the model is wrong on some pictures.
        let wrong = Tensor(labels.integers().enumerated().map { $0 < 6 ? 1 - $1 : $1 })
        return try LabelLeakingCheck(within: budget)
          .reading(of: model, images: images, labels: wrong, keys: keys)
      }
      let misled = try leaking(MisleadingModel(model: weak, pictures: images))
      #expect(misled.clean == 0.9 && misled.fgsm > 0.9 && misled.finding != nil)
      #expect(try leaking(weak).finding == nil)
    }
  }
}
