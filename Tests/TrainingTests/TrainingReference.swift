import Foundation
import TensorModule
import TestKit

/// What PyTorch computed, as `Tests/Reference/make_training_reference.py` wrote it, and the formulas
/// that it started from.
struct TrainingReference: Decodable {
  struct Clipping: Decodable {
    var limit: Double
    var length: Double
    var gradients: [[Double]]
  }

  struct Average: Decodable {
    enum CodingKeys: String, CodingKey {
      case decay
      case averages = "after 10 steps of SGD"
    }

    var decay: Double
    var averages: [[Double]]
  }

  /// By rule and number of steps, the elements of each weight.
  var optimizers: [String: [String: [[Double]]]]
  /// By shape, the factor of each of 50 steps.
  var schedules: [String: [Double]]
  var clipping: [Clipping]
  var average: Average

  static func read() throws -> TrainingReference {
    let url = packageRoot.appending(path: "Tests/Fixtures/training/optimizers.json")
    return try JSONDecoder().decode(TrainingReference.self, from: Data(contentsOf: url))
  }

  /// A matrix, a bias and a kernel whose channels come last in memory.
  static func weights() -> [Tensor] {
    var count = 0
    let tensors = [[3, 4], [4], [2, 3, 2, 2]].map { shape in
      let size = shape.reduce(1, *)
      defer { count += size }
      return Tensor((0..<size).map { Float(sin(Double(count + $0))) }, shape: shape)
    }
    return [tensors[0], tensors[1], tensors[2].contiguous(in: .channelsLast)]
  }

  /// The gradient of a step, in the plain order of memory.
  static func gradient(of weight: Tensor, atStep step: Int) -> Tensor {
    let numbers = (0..<weight.elementCount).map { Float(0.1 * cos(Double(step + $0))) }
    return Tensor(numbers, shape: weight.shape) + (weight * 0.3).contiguous()
  }
}
