import Foundation
import ProgramFormats
import ProgramIR
import ProgramRuntime
import TensorModule
import TestKit
import Testing
import ThreatModels

@testable import Training

extension EngineTests {
  /// Networks with batch norm, which learn as PyTorch's do.
  @Suite struct BatchNormReferenceTests {
    /// What PyTorch's network is after 50 steps of a rule.
    private struct Answer: Decodable {
      var losses: [Double]
      var weights: [String: [Double]]
      var logits: [Double]
    }

    private static let folder = packageRoot.appending(path: "Tests/Fixtures/training/batch-norm")

    private static func program(_ name: String) throws -> Program {
      try Program.read(from: folder.appending(path: "\(name).pt2").path)
    }

    /// The waves of `make_batch_norm_reference.py`.
    private static func batch(_ step: Int) -> TrainingBatch {
      let numbers = (0..<8).map { step * 8 + $0 }
      let pixels = numbers.flatMap { number in
        (0..<36).map { pixel in
          Float(0.5 + 0.5 * sin(Double(number) + Double(pixel * (1 + number % 3))))
        }
      }
      return TrainingBatch(
        images: Tensor(pixels, shape: [8, 1, 6, 6]), labels: Tensor(numbers.map { $0 % 3 }),
        keys: numbers.map { RandomKey(seed: 0).part($0) })
    }

    private static func trainer(
      _ program: Program, _ rule: any Optimizer = SGD(), rate: Double = 0.05,
      auxiliaryCount: Int = 0
    ) throws -> Trainer {
      Trainer(
        try TrainableClassifier(
          program, auxiliaryCount: auxiliaryCount, freezing: { $0 == "conv1.bias" }), with: rule,
        by: TrainingPlan(epochs: 1, rate: rate, schedule: Schedule(.constant)))
    }

    @Test(
      arguments: ["evaluation", "training"],
      [("sgd", SGD() as any Optimizer, 0.05), ("adamw", AdamW(weightDecay: 0), 0.005)])
    func fiftyStepsAgreeWithPyTorch(
      export: String, rule: (name: String, rule: any Optimizer, rate: Double)
    ) throws {
      // Small tensors are not worth a second thread, least of all on a busy machine.
      let threads = Engine.threadCount
      defer { Engine.useThreads(threads) }
      Engine.useThreads(1)
      let answers = try JSONDecoder().decode(
        [String: Answer].self, from: Data(contentsOf: Self.folder.appending(path: "answer.json")))
      let expected = try #require(answers[rule.name])
      let trainer = try Self.trainer(Self.program(export), rule.rule, rate: rule.rate)
      trainer.rate = rule.rate
      var losses: [Double] = []
      for step in 0..<50 {
        losses.append(try StandardTraining().learn(from: Self.batch(step), with: trainer).loss)
      }
      expectClose(losses, expected.losses, "losses")
      let program = trainer.model.weights.program()
      for (name, numbers) in expected.weights {
        let weight = try #require(program.weights[name])
        let parameters = try Parameters(of: program)
        expectClose(try #require(parameters[name]).doubles(), numbers, name)
        #expect((weight.dataType == .int64) == name.hasSuffix("num_batches_tracked"))
      }
      // Folded into the layers before, and as anyone else reads the written program.
      let images = Self.batch(0).images
      expectClose(
        try trainer.model.attackable().logits(of: images).doubles(), expected.logits, "folded")
      expectClose(
        try ProgramClassifier(program).logits(of: images).doubles(), expected.logits, "written")
    }

    /// Each branch has statistics and a count of its own; looking changes none.
    @Test func branchesCountForThemselves() throws {
      let trainer = try Self.trainer(Self.program("evaluation"), auxiliaryCount: 1)
      let weights = trainer.model.weights
      func count(_ branch: TrainableWeights.Branch) throws -> [Int] {
        try #require(weights.parameters(of: branch)["bn1.num_batches_tracked"]).integers()
      }
      let images = Self.batch(0).images
      for _ in 0..<2 {
        _ = try trainer.model.logits(
          of: images, in: .training, with: weights.parameters(of: .auxiliary(0)))
      }
      _ = try trainer.model.attackable(branch: .auxiliary(0)).logits(of: images)
      #expect(try count(.main) == [3] && count(.auxiliary(0)) == [5])
      #expect(weights.program(with: .auxiliary(0)).weights["bn1.num_batches_tracked"]?.sizes == [])
    }

    /// The gradient of the folded network is that of the network with batch norms in evaluation mode.
    @Test func foldedGradientsAreThoseOfTheNetwork() throws {
      let trainer = try Self.trainer(Self.program("training"))
      for step in 0..<5 {
        trainer.rate = 0.05
        _ = try StandardTraining().learn(from: Self.batch(step), with: trainer)
      }
      let program = trainer.model.weights.program().inEvaluationMode()
      let plain = try CompiledProgram(program)
      let parameters = try Parameters(of: program)
      let batch = Self.batch(7)
      let folded = try trainer.model.attackable().lossGradient(at: batch.images) {
        $0.crossEntropy(labels: batch.labels)
      }
      let expected = try valueAndGradient(at: batch.images) { images throws(EngineError) in
        (try plain([images], with: parameters)[0].crossEntropy(labels: batch.labels), [])
      }
      expectClose(folded.losses.doubles(), expected.value.doubles(), "losses")
      expectClose(folded.gradient.doubles(), expected.gradient.doubles(), "gradient")
    }

    @Test func refusesBatchNormsThatCannotLearn() throws {
      #expect(throws: ProgramError.self) {
        _ = try TrainableClassifier(Self.program("without-statistics"))
      }
      do {
        _ = try TrainableClassifier(Self.program("without-momentum"))
        Issue.record("it was taken")
      } catch {
        #expect("\(error)".contains("momentum"))
      }
    }

    @Test func stepsLeaveNoTensorBehind() throws {
      let trainer = try Self.trainer(Self.program("training"), AdamW())
      let batch = Self.batch(0)
      func step() throws {
        trainer.rate = 0.01
        _ = try StandardTraining().learn(from: batch, with: trainer)
        _ = try trainer.model.attackable().lossGradient(at: batch.images) {
          $0.crossEntropy(labels: batch.labels)
        }
      }
      try step()
      let before = Engine.liveTensorCount
      for _ in 0..<5 { try step() }
      #expect(Engine.liveTensorCount == before)
    }
  }
}

/// Checks numbers to 1e-5 of the largest, or of 1.
private func expectClose(_ found: [Double], _ expected: [Double], _ place: String) {
  #expect(found.count == expected.count, "\(place)")
  let scale = max(1, expected.map(abs).max() ?? 1)
  let difference = zip(found, expected).map { abs($0 - $1) }.max() ?? .infinity
  #expect(difference <= 1e-5 * scale, "\(place): differs by \(difference)")
}
