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
  /// [1, C, H, W]: the first success, if the attack was not shown its answer because the budget cut the batch.
  private(set) var unseenSuccess: Tensor?
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
    try watched(images) { (images) throws(OracleError) in
      let scores = try oracle.scores(of: images)
      return (scores, { $0.isReached(by: scores) })
    }
  }

  func labels(of images: Tensor) throws(OracleError) -> Tensor {
    try watched(images) { (images) throws(OracleError) in
      let labels = try oracle.labels(of: images)
      return (labels, { $0.isReached(byPredictions: labels) })
    }
  }

  /// Answers, and which of them reach a goal.
  private typealias Answers = (given: Tensor, reach: (Goal) -> Tensor)

  private func watched(
    _ images: Tensor, _ ask: (Tensor) throws(OracleError) -> Answers
  ) throws(OracleError) -> Tensor {
    do {
      let answers = try ask(images)
      _ = note(images, answers.reach)
      return answers.given
    } catch .budgetSpent(let asked, let limit) {
      // The budget cut the batch. What it allowed was asked and is answered now, free of charge; the rest cannot
      // be asked any more.
      for row in 0..<images.count {
        let picture = images.rows([row])
        guard let answers = try? ask(picture) else { continue }
        if note(picture, answers.reach) { unseenSuccess = sent(picture) }
      }
      throw .budgetSpent(asked: asked, limit: limit)
    }
  }

  /// Counts pictures.
  ///
  /// - Returns: whether the first success is among them.
  private func note(_ images: Tensor, _ reached: (Goal) -> Tensor) -> Bool {
    let pictures = sent(images)
    let numbers = numbers(of: pictures)
    if firstSuccess != nil { return false }
    let all = goal.rows(Tensor([Int](repeating: 0, count: images.count)))
    for (row, isReached) in reached(all).truths().enumerated() where isReached {
      if threat.allows(pictures.rows([row]), around: image)[0] {
        firstSuccess = numbers[row]
        return true
      }
    }
    return false
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
