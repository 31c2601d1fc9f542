import TensorModule
import ThreatModels

/// An oracle that notices when an attack on one picture is first shown that it has succeeded.
///
/// Different pictures are counted, in the order in which they are asked about: repeated ones are free. On
/// the grid of 8 bits it is the rounded picture that counts, since that is what is sent.
final class WatchedOracle: ScoreOracle, LabelOracle {
  /// How many different pictures were asked about, the original among them.
  var queries: Int { seen.count }
  /// The number of the picture that was the first success; nothing if there was none.
  private(set) var firstSuccess: Int?
  private let oracle: any ScoreOracle & LabelOracle
  private let image: Tensor
  private let goal: Goal
  private let threat: ThreatModel
  /// Digests of the pictures; they only tell different ones apart.
  private var seen: Set<Int> = []

  /// An oracle that has been asked about the original.
  ///
  /// - Parameters:
  ///   - oracle: is asked.
  ///   - image: [1, C, H, W], the original.
  ///   - goal: what the attack wants of it.
  ///   - threat: the budget and the grid.
  init(
    _ oracle: any ScoreOracle & LabelOracle, attacking image: Tensor, toward goal: Goal,
    within threat: ThreatModel
  ) {
    self.oracle = oracle
    self.image = image
    self.goal = goal
    self.threat = threat
    _ = numbers(of: sent(image))
  }

  var imageShape: ImageShape { oracle.imageShape }
  var classCount: Int { oracle.classCount }

  func scores(of images: Tensor) throws(OracleError) -> Tensor {
    let scores = try oracle.scores(of: images)
    note(images) { $0.isReached(by: scores) }
    return scores
  }

  func labels(of images: Tensor) throws(OracleError) -> Tensor {
    let labels = try oracle.labels(of: images)
    note(images) { $0.isReached(byPredictions: labels) }
    return labels
  }

  private func note(_ images: Tensor, reached: (Goal) -> Tensor) {
    let pictures = sent(images)
    let numbers = numbers(of: pictures)
    if firstSuccess != nil { return }
    let all = goal.rows(Tensor([Int](repeating: 0, count: images.count)))
    for (row, isReached) in reached(all).truths().enumerated() where isReached {
      if threat.allows(pictures.rows([row]), around: image)[0] {
        firstSuccess = numbers[row]
        return
      }
    }
  }

  /// How many different pictures had been asked about up to each of some.
  private func numbers(of pictures: Tensor) -> [Int] {
    let values = pictures.floats()
    let size = values.count / pictures.count
    return (0..<pictures.count).map { row in
      seen.insert(Array(values[(row * size)..<((row + 1) * size)]).hashValue)
      return seen.count
    }
  }

  private func sent(_ images: Tensor) -> Tensor {
    threat.pixels == .eightBit ? (images * 255).rounded() / 255 : images
  }
}
