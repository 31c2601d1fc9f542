import Imaging
import Datasets
import Foundation
import ProgramFormats
import ProgramIR
import ProgramRuntime
import TensorModule
import TestKit
import Testing
import ThreatModels
import Training

extension EngineTests {
  /// What drops out follows from the key alone.
  @Suite struct DropoutTests {
    private static func program() throws -> Program {
      try Program.read(
        from: packageRoot.appending(path: "Tests/Fixtures/training/batch-norm/with-dropout.pt2")
          .path)
    }

    private static var images: Tensor {
      .uniform([8, 1, 6, 6], using: RandomKey(seed: 2).makeGenerator())
    }

    private static let key = RandomKey(seed: 4)

    private static func dropping() throws -> TrainableClassifier {
      try TrainableClassifier(program())
    }

    private static func logits(
      _ model: TrainableClassifier, in mode: TrainableClassifier.Mode, of images: Tensor
    ) throws -> [Float] {
      try model.logits(of: images, in: mode, with: model.weights.parameters()).floats()
    }

    @Test func theKeyDecidesWhatDropsOut() throws {
      let model = try Self.dropping()
      let images = Self.images
      func dropped(_ key: RandomKey) throws -> [Float] {
        try key.feedingDefaults { try Self.logits(model, in: .training, of: images) }
      }
      let first = try dropped(Self.key)
      _ = try Self.logits(model, in: .training, of: images)
      #expect(try dropped(Self.key) == first && dropped(Self.key.part(1)) != first)
      // Evaluation draws nothing: what is drawn afterwards is the same.
      let second = try Self.key.feedingDefaults {
        let before = try Self.logits(model, in: .evaluation, of: images)
        #expect(try Self.logits(model, in: .evaluation, of: images) == before)
        return try Self.logits(model, in: .training, of: images)
      }
      #expect(second == first)
    }

    /// The engine's own stream goes on where it was.
    @Test func theEnginesSourceIsPutBack() throws {
      let model = try Self.dropping()
      let images = Self.images
      func twoDraws(between body: () throws -> Void) throws -> [[Float]] {
        try RandomKey(seed: 9).feedingDefaults {
          let first = try Self.logits(model, in: .training, of: images)
          try body()
          return [first, try Self.logits(model, in: .training, of: images)]
        }
      }
      let plain = try twoDraws {}
      let interrupted = try twoDraws {
        _ = try Self.key.feedingDefaults { try Self.logits(model, in: .training, of: images) }
      }
      #expect(plain == interrupted && plain[0] != plain[1])
    }

    /// A quarter drops out, and the rest makes up for it.
    @Test func dropoutKeepsTheMean() throws {
      var program = try Self.program()
      // Each logit is the mean of the pixels.
      program.weights["head.weight"] = Weight(
        float32: [Float](repeating: 1 / 36, count: 108), sizes: [3, 36])
      program.weights["head.bias"] = Weight(float32: [0, 0, 0], sizes: [3])
      let model = try TrainableClassifier(program)
      let images = Tensor.ones([4000, 1, 6, 6])
      let means = try Self.key.feedingDefaults {
        try Self.logits(model, in: .training, of: images)
      }
      // The standard error of the mean of 144,000 pixels is 0.0015.
      let mean = stride(from: 0, to: means.count, by: 3).reduce(0) { $0 + means[$1] } / 4000
      #expect(abs(mean - 1) < 0.006)
      // What is left of 36 pixels comes in steps of 1/27: that is the scale 1 / 0.75.
      #expect(means.allSatisfy { abs(($0 * 27).rounded() - $0 * 27) < 1e-3 })
      #expect(Set(means.map { ($0 * 27).rounded() }).count > 10)
    }

    /// Whatever else drew numbers in between.
    @Test func runsGoOnAsIfTheyHadNeverStopped() throws {
      let pictures = try PictureSet(
        count: 30, shape: ImageShape(channels: 1, height: 6, width: 6), classCount: 3
      ) { number in
        let generator = RandomKey(seed: 3).part(number).makeGenerator()
        return LabelledPicture(
          picture: Picture(Tensor.uniform([1, 6, 6], using: generator)), label: number % 3,
          name: "\(number)")
      }
      func trainer() throws -> Trainer {
        Trainer(
          try Self.dropping(), with: SGD(),
          by: TrainingPlan(epochs: 2, batchSize: 8, mixup: Mixup()))
      }
      let whole = try trainer()
      for _ in 0..<2 { try whole.trainEpoch(on: pictures, by: StandardTraining()) }
      let first = try trainer()
      try first.trainEpoch(on: pictures, by: StandardTraining())
      let second = try trainer()
      try second.restore(first.checkpoint())
      _ = try Self.logits(second.model, in: .training, of: Self.images)
      try second.trainEpoch(on: pictures, by: StandardTraining())
      #expect(second.checkpoint() == whole.checkpoint())
    }
  }
}
