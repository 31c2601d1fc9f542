import Datasets
import Foundation
import Imaging
import TensorModule
import ThreatModels
import Training

@testable import Reproductions

/// A comparison that takes a second: random pictures whose colour is their class.
struct SmallComparison {
  var plan = AdvPropPlan(
    epochs: 1, seeds: 2, trainingCount: 40, testCount: 20, corruptedCount: 2, attackedCount: 6,
    width: 2, blocks: 1, batchSize: 20, strengths: 2, isQuick: true)
  let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path

  /// A picture of one of three colours, with noise.
  static func sample(_ number: Int) -> LabelledPicture {
    let label = number % 3
    var random = RandomKey(seed: 6).part(number).makeNumbers()
    let samples = (0..<16 * 16 * 3).map { index in
      UInt8(index % 3 == label ? 200 : 60) &+ UInt8.random(in: 0...40, using: &random)
    }
    return LabelledPicture(
      picture: Picture(width: 16, height: 16, channels: 3, samples: samples), label: label,
      name: "picture-\(number)")
  }

  func run(
    stopping isStopWanted: () -> Bool = { false },
    reporting report: (AdvPropReproduction.Progress) throws -> Void = { _ in }
  ) throws -> AdvPropResults? {
    // Results are the same to the bit on one thread only, and so small a network is quicker there.
    let before = Engine.threadCount
    defer { Engine.useThreads(before) }
    Engine.useThreads(1)
    let data = AdvPropData(
      training: try PictureSet(
        count: plan.trainingCount, shape: ImageShape(channels: 3, height: 16, width: 16),
        classCount: 10
      ) { Self.sample($0) },
      test: (0..<plan.testCount).map { Self.sample(1000 + $0) },
      source: TrainingSetup.Data(path: "x", split: "training", count: 40, sha256: "0"))
    return try AdvPropReproduction(plan, on: data, in: folder, version: "test")
      .run(stopping: isStopWanted, reporting: report)
  }

  func removeFolder() { try? FileManager.default.removeItem(atPath: folder) }
}
