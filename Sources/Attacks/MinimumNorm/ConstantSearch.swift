import TensorModule
import ThreatModels

/// The search for the smallest weight c of the model's part in a loss ‖η‖ + c·f that still reaches
/// the goal, for each picture on its own.
///
/// c grows tenfold until the goal is reached; from then on the interval is halved.
///
/// Carlini and Wagner 2017.
struct ConstantSearch {
  private var lower: [Double]
  private var upper: [Double]
  private(set) var constants: [Double]

  private init(count: Int, initial: Double) {
    lower = [Double](repeating: 0, count: count)
    upper = [Double](repeating: .infinity, count: count)
    constants = [Double](repeating: initial, count: count)
  }

  /// Descends once for each step of the search, on the pictures for which nothing is near enough.
  ///
  /// - Parameters:
  ///   - batch: the pictures.
  ///   - steps: how many values of c to try.
  ///   - initial: the first c.
  ///   - norm: how distance is measured.
  ///   - enough: a distance that is near enough.
  ///   - descend: minimises the loss of some pictures from their originals, reports every point that
  ///     the model was asked about, and returns the numbers of the pictures that reached the goal.
  /// - Returns: the nearest points.
  static func closest(
    _ batch: AttackBatch, steps: Int, from initial: Double, in norm: Norm, enough: Double?,
    descend: (
      _ part: AttackBatch, _ numbers: [Int], _ constants: Tensor, _ best: inout ClosestPoints
    ) throws(EngineError) -> Set<Int>
  ) throws(EngineError) -> Tensor {
    var best = ClosestPoints(of: batch, in: norm)
    var search = ConstantSearch(count: batch.images.count, initial: initial)
    for _ in 0..<steps {
      let open = best.unfinished(enough: enough)
      if open.isEmpty { break }
      let constants = Tensor(
        open.map { Float(search.constants[$0]) }, shape: [open.count, 1, 1, 1])
      let reached = try descend(batch.rows(open), open, constants, &best)
      for number in open { search.narrow(number, isReached: reached.contains(number)) }
    }
    return best.points
  }

  private mutating func narrow(_ number: Int, isReached: Bool) {
    if isReached {
      upper[number] = constants[number]
    } else {
      lower[number] = constants[number]
    }
    constants[number] =
      upper[number].isInfinite ? constants[number] * 10 : (lower[number] + upper[number]) / 2
  }
}

/// Tells when losses no longer fall, for each picture on its own.
///
/// A look every tenth of the steps; a loss that has not lost a ten-thousandth from one look to the
/// next, twice running, has stopped falling. Once is not enough: Adam's first steps overshoot, and the
/// loss of one picture rises before it falls.
struct StagnationWatch {
  private let interval: Int
  private var lastLosses: [Float]
  /// How many looks running each loss has not fallen.
  private var idleLooks: [Int]

  /// A watch over some pictures for a number of steps.
  init(count: Int, steps: Int) {
    interval = max(1, (steps + 9) / 10)
    lastLosses = [Float](repeating: .infinity, count: count)
    idleLooks = [Int](repeating: 0, count: count)
  }

  /// Whether there is to be a look after a step.
  func looks(after step: Int) -> Bool { step % interval == 0 }

  /// For each picture whether its loss has stopped falling.
  mutating func haveStopped(_ losses: [Float]) -> [Bool] {
    for index in losses.indices {
      idleLooks[index] = losses[index] <= 0.9999 * lastLosses[index] ? 0 : idleLooks[index] + 1
    }
    lastLosses = losses
    return idleLooks.map { $0 >= 2 }
  }

  /// Goes on with some of the pictures.
  mutating func keep(_ indices: [Int]) {
    lastLosses = indices.map { lastLosses[$0] }
    idleLooks = indices.map { idleLooks[$0] }
  }
}

extension Goal {
  /// Logits made worse for the attack by a confidence that it is to have.
  ///
  /// The goal is reached by them where it is reached by the logits with that much room to spare.
  func handicapped(_ logits: Tensor, by confidence: Double) -> Tensor {
    guard confidence != 0 else { return logits }
    let marks = (targets ?? labels).oneHot(classCount: logits.shape[1])
    return logits + marks.converted(to: .float32) * (targets == nil ? confidence : -confidence)
  }
}
