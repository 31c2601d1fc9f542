import Foundation
import ProgramIR
import ProgramRuntime
import TensorModule
import TestKit
import Training

/// What PyTorch computed, as `Tests/Reference/make_defense_reference.py` wrote it, and the formulas
/// that it started from.
struct DefenseReference: Decodable {
  /// A loss and its gradients with respect to weight and bias.
  struct Descent: Decodable {
    var loss: Double
    var gradients: [[Double]]
  }

  /// Weight and bias after a run, and the perturbation that is remembered.
  struct Run: Decodable {
    var weights: [[Double]]
    var change: [Double]?
  }

  enum CodingKeys: String, CodingKey {
    case trades = "trades beta=6"
    case mart = "mart lambda=5"
    case kurakin = "kurakin 3 of 6, lambda=0.3"
    case awp = "awp gamma=0.1"
    case free = "free replays=3"
  }

  var trades: Descent
  var mart: Descent
  var kurakin: Descent
  var awp: Run
  var free: Run

  static func read() throws -> DefenseReference {
    let url = packageRoot.appending(path: "Tests/Fixtures/training/defenses.json")
    return try JSONDecoder().decode(DefenseReference.self, from: Data(contentsOf: url))
  }

  private static let (count, size) = (6, 12)

  static let program = Program.softmaxRegression(
    weight: (0..<36).map { Float(0.5 * sin(Double($0))) }, bias: [0, 0.1, 0.2], channels: 3,
    height: 2, width: 2)

  static func batch(shift: Double = 0) -> TrainingBatch {
    TrainingBatch(
      images: tensor { 0.5 + 0.3 * sin(1.3 * $0 + shift) }, labels: Tensor([0, 1, 2, 0, 1, 2]),
      keys: (0..<count).map { RandomKey(seed: 0).part($0) })
  }

  static var changed: Tensor { batch().images + tensor { 0.1 * cos(0.7 * $0) } }

  private static func tensor(_ formula: (Double) -> Double) -> Tensor {
    Tensor(
      (0..<count * size).map { Float(formula(Double($0))) }, shape: [count, 3, 2, 2])
  }

  /// A trainer that takes plain steps of 0.5.
  static func trainer(epochs: Int = 1) throws -> Trainer {
    Trainer(
      try TrainableClassifier(program), with: SGD(momentum: 0),
      by: TrainingPlan(epochs: epochs, batchSize: 6, rate: 0.5, schedule: Schedule(.constant)))
  }
}
