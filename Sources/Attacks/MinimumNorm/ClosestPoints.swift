import TensorModule
import ThreatModels

/// The nearest adversarial example seen for each picture of a batch.
///
/// Distances are measured in double precision, as the referee measures them. Until a point is seen
/// that reaches the goal, it is the picture itself, at an infinite distance.
struct ClosestPoints {
  /// [N, C, H, W]: the picture itself where no point reached the goal.
  private(set) var points: Tensor
  /// The distance of each point from its picture; infinite where no point reached the goal.
  private(set) var distances: [Double]
  private let originals: Tensor
  private let goal: Goal
  private let norm: Norm

  /// The pictures themselves, before any point is seen.
  init(of batch: AttackBatch, in norm: Norm) {
    points = batch.images
    originals = batch.images
    goal = batch.goal
    self.norm = norm
    distances = [Double](repeating: .infinity, count: batch.images.count)
  }

  /// The pictures for which no point was found that is near enough.
  ///
  /// - Parameter enough: a distance that is near enough, by the referee's allowance for rounding;
  ///   without one only the picture itself is.
  func unfinished(enough: Double?) -> [Int] {
    distances.indices.filter { !isFinished($0, enough: enough) }
  }

  /// Whether the point of a picture is near enough.
  func isFinished(_ row: Int, enough: Double?) -> Bool {
    distances[row] <= (enough ?? 0) * (1 + 1e-9)
  }

  /// Takes note of points that the model was asked about.
  ///
  /// - Parameters:
  ///   - candidates: [n, C, H, W] in [0, 1].
  ///   - logits: [n, K] at the candidates.
  ///   - rows: which pictures they belong to, each at most once.
  /// - Returns: for each candidate whether it reaches the goal.
  @discardableResult
  mutating func consider(_ candidates: Tensor, logits: Tensor, rows: [Int]) -> [Bool] {
    let reached = goal.rows(Tensor(rows)).isReached(by: logits).truths()
    let hits = reached.indices.filter { reached[$0] }
    if hits.isEmpty { return reached }
    let found = Tensor(hits)
    let (numbers, arrivals) = (hits.map { rows[$0] }, candidates.rows(found))
    let newDistances = ThreatModel.perturbation(
      from: originals.rows(numbers), to: arrivals, pixels: .float
    ).norm(order: norm.order, along: [1]).doubles()
    let nearer = hits.indices.filter { newDistances[$0] < distances[numbers[$0]] }
    if nearer.isEmpty { return reached }
    for index in nearer { distances[numbers[index]] = newDistances[index] }
    points = points.replacingRows(nearer.map { numbers[$0] }, with: arrivals.rows(nearer))
    return reached
  }
}
