import Attacks
import Datasets
import Foundation
import ProgramFormats
import ProgramIR
import ProgramRuntime
import TensorModule
import TestKit
import ThreatModels
import TrafficSigns

/// A network that the project trained on its drawn signs, with some of the shipped test pictures.
///
/// It is kept beside the tests, so that what they expect of attacks does not change with the model that
/// is shipped.
struct SignsUnderAttack {
  let model: ProgramClassifier
  let images: Tensor
  let labels: [Int]

  /// One picture of each class that the model gets right, several times over.
  init(perClass: Int = 1) throws {
    let file = packageRoot.appending(path: "Tests/Fixtures/signs/attacked.pt2")
    model = try ProgramClassifier(Program.read(from: file.path))
    let signs = try ClassFolders(folder: ShippedSigns.directory.path)
    let samples = try stride(from: 0, to: signs.count, by: ShippedSigns.perClass).flatMap { start in
      try (start..<(start + perClass)).map { try signs.sample(at: $0) }
    }
    let all = Tensor(samples.map(\.picture))
    let truth = samples.map { $0.label ?? -1 }
    let predicted = try model.logits(of: all).argmax(along: 1).integers()
    let right = truth.indices.filter { truth[$0] == predicted[$0] }
    images = all.rows(right)
    labels = right.map { truth[$0] }
  }

  /// The pictures as a batch for an untargeted attack.
  func batch(seed: UInt64 = 0) -> AttackBatch {
    let key = RandomKey(seed: seed)
    return AttackBatch(
      images, toward: Goal(avoiding: Tensor(labels)), keys: labels.indices.map { key.part($0) })
  }
}
