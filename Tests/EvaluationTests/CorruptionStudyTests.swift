import Corruptions
import Datasets
import Evaluation
import Imaging
import ProgramIR
import ProgramRuntime
import TensorModule
import TestKit
import Testing

extension EngineTests {
  @Suite struct CorruptionStudyTests {
    private static let side = 16

    /// Class 1 where the mean of the picture is above a threshold.
    private static func brightness(above threshold: Float) throws -> ProgramClassifier {
      let count = side * side
      return try ProgramClassifier(
        .logisticRegression(
          weight: [Float](repeating: 1, count: count), bias: -threshold * Float(count),
          channels: 1, height: side, width: side))
    }

    private static func flat(_ value: UInt8) -> Picture {
      Picture(width: side, height: side, filledWith: [value])
    }

    @Test func countsWhatBrightnessChanges() throws {
      // Brighter by 0.05, 0.1, 0.15, 0.2, 0.3: 100/255 = 0.392 crosses 0.5 at 0.15, 40/255 never.
      let models = [try Self.brightness(above: 0.5), try Self.brightness(above: 0.01)]
      var study = CorruptionStudy(of: models, under: [.brightness, .contrast])
      try study.add([Self.flat(100), Self.flat(40)], labels: [0, 0], numbers: [0, 1])
      try study.add([Self.flat(200)], labels: [1], numbers: [2])
      let results = study.results
      #expect(results.map(\.clean.count) == [3, 1])
      #expect(results[0].rows.map(\.corruption) == [.brightness, .contrast])
      #expect(results[0].rows[0].accuracies.map(\.count) == [3, 3, 2, 2, 2])
      #expect(results[0].rows[0].accuracies[0].total == 3)
      // Of one colour, contrast has nothing to take.
      #expect(results[0].rows[1].accuracies.map(\.count) == [3, 3, 3, 3, 3])
      // The pictures' shares: 2/5, 1, 1 under brightness; 7/10, 1, 1 under both.
      #expect(abs(results[0].rows[0].mean.mean - 0.8) < 1e-12)
      #expect(results[0].mean == MeanInterval(of: [0.7, 1, 1]))
      #expect(results[1].mean.mean == 1.0 / 3)
    }

    @Test func doesNotDependOnTheBatches() throws {
      // About what snow of the greatest severity makes of the pictures.
      let model = try Self.brightness(above: 0.79)
      let generator = RandomKey(seed: 1).makeGenerator()
      let pictures = (0..<6).map { _ in
        Picture(Tensor.uniform([1, Self.side, Self.side], in: 0.3...0.7, using: generator))
      }
      var whole = CorruptionStudy(of: [model], under: [.impulseNoise, .snow, .fog], seed: 4)
      try whole.add(pictures, labels: [0, 1, 0, 1, 0, 1], numbers: Array(0..<6))
      var parts = CorruptionStudy(of: [model], under: [.impulseNoise, .snow, .fog], seed: 4)
      try parts.add(Array(pictures[..<4]), labels: [0, 1, 0, 1], numbers: Array(0..<4))
      try parts.add([], labels: [], numbers: [])
      try parts.add(Array(pictures[4...]), labels: [0, 1], numbers: [4, 5])
      #expect(whole.results == parts.results)
      // Each picture's randomness is named by the seed and its number.
      let corrupted = try pictures.enumerated().map { number, picture in
        try Corruption.snow.corrupted(
          picture, severity: 5, key: RandomKey(seed: 4).part(number))
      }
      let right = try zip(model.logits(of: Tensor(corrupted)).argmax(along: 1).integers(), 0...)
        .count { $0 == $1 % 2 }
      #expect(whole.results[0].rows[1].accuracies[4].count == right)
    }
  }
}
