import TensorModule
import ThreatModels

/// One random search of the square attack on all pictures of a batch.
///
/// Pictures are rows of a Swift array, because a move changes few of many pixels at a place of its own
/// in each picture; every query makes one tensor of those that are still at work.
struct SquareSearch {
  /// The least loss of each picture.
  private(set) var losses: [Float]
  /// The pictures that have not reached their goal, in order.
  private(set) var unfinished: [Int]

  private let model: ImageShape
  private let whole: FeasibleSet
  private let isLinf: Bool
  private var moves: any SquareMoves
  private var numbers: [RandomNumbers]
  /// The iterate of every picture, row by row.
  private var iterates: [Float]
  /// Goals and allowed points of the unfinished.
  private var goal: Goal
  private var feasible: FeasibleSet
  /// The points where the search begins, row by row; those of the moves if there are none.
  private let starts: [Float]?

  /// A search that has asked nothing yet.
  ///
  /// - Parameters:
  ///   - batch: the pictures.
  ///   - numbers: a source of randomness for each picture.
  ///   - threat: the budget, of norm L∞ or L2, and the grid.
  ///   - usesStarts: whether it begins at the batch's starts, if it has any.
  init(
    _ batch: AttackBatch, numbers: [RandomNumbers], within threat: ThreatModel, usesStarts: Bool
  ) {
    let shape = batch.images.shape
    model = ImageShape(channels: shape[1], height: shape[2], width: shape[3])
    whole = threat.feasibleSet(around: batch.images)
    isLinf = threat.budget.norm == .linf
    moves =
      isLinf
      ? CornerMoves(around: batch.images, in: whole)
      : MassMoves(around: batch.images, epsilon: threat.budget.epsilon)
    self.numbers = numbers
    iterates = []
    losses = [Float](repeating: .infinity, count: numbers.count)
    unfinished = Array(numbers.indices)
    goal = batch.goal
    feasible = whole
    starts = usesStarts ? batch.starts.map { [whole] in whole.realized($0).floats() } : nil
  }

  /// Whether every picture has reached its goal.
  var isFinished: Bool { unfinished.isEmpty }

  /// Whether a picture has reached its goal.
  func hasReached(_ row: Int) -> Bool { !unfinished.contains(row) }

  /// The allowed point of the least loss of every picture.
  func bestPoints() -> Tensor {
    allowed(Tensor(iterates, shape: [losses.count] + model.sizes), in: whole)
  }

  /// Asks about one new point for each unfinished picture: about the start if nothing was asked yet.
  mutating func ask(
    _ oracle: any ScoreOracle, coveredShare share: Double
  ) throws(OracleError) {
    let candidates = proposals(coveredShare: share)
    let points = allowed(Tensor(candidates, shape: [unfinished.count] + model.sizes), in: feasible)
    let scores = try oracle.scores(of: points)
    let margins = goal.margin(of: scores).floats()
    let newLosses =
      goal.targets == nil ? margins : (-goal.crossEntropy(of: scores)).floats()
    accept(candidates, losses: newLosses, margins: margins)
    // Only where the margin is not positive can the goal be reached.
    guard margins.contains(where: { $0 <= 0 }) else { return }
    let reached = goal.isReached(by: scores).truths()
    guard reached.contains(true) else { return }
    let open = reached.indices.filter { !reached[$0] }
    unfinished = open.map { unfinished[$0] }
    goal = goal.rows(Tensor(open))
    feasible = feasible.rows(Tensor(open))
  }

  /// Corners of the L∞ ball are allowed as they are.
  private func allowed(_ points: Tensor, in feasible: FeasibleSet) -> Tensor {
    isLinf ? points : feasible.realized(points)
  }

  /// A new point for each unfinished picture, row by row.
  private mutating func proposals(coveredShare share: Double) -> [Float] {
    let size = model.sizes.reduce(1, *)
    guard !iterates.isEmpty else {
      if let starts {
        iterates = starts
        return iterates
      }
      iterates = [Float](repeating: 0, count: unfinished.count * size)
      for row in unfinished {
        moves.start(&iterates, at: row * size, row: row, using: &numbers[row])
      }
      return iterates
    }
    moves.cover(share)
    var candidates: [Float] = []
    candidates.reserveCapacity(unfinished.count * size)
    for row in unfinished {
      candidates.append(contentsOf: iterates[(row * size)..<((row + 1) * size)])
      moves.move(&candidates, at: candidates.count - size, row: row, using: &numbers[row])
    }
    return candidates
  }

  private mutating func accept(_ candidates: [Float], losses newLosses: [Float], margins: [Float]) {
    let size = model.sizes.reduce(1, *)
    for (index, row) in unfinished.enumerated()
    where newLosses[index] < losses[row] || margins[index] <= 0 {
      losses[row] = newLosses[index]
      iterates.replaceSubrange(
        (row * size)..<((row + 1) * size),
        with: candidates[(index * size)..<((index + 1) * size)])
    }
  }
}

/// How the square attack starts and moves under one norm.
///
/// Points are rows of an array; a row begins at an offset and belongs to a picture by number.
protocol SquareMoves {
  /// Sets how much of a picture the next moves change.
  mutating func cover(_ share: Double)
  /// Writes the point where the search for a picture begins.
  func start(
    _ points: inout [Float], at offset: Int, row: Int, using numbers: inout RandomNumbers)
  /// Changes one window of a point.
  func move(
    _ points: inout [Float], at offset: Int, row: Int, using numbers: inout RandomNumbers)
}
