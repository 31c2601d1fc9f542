public import TensorModule
public import ThreatModels

/// Random search that changes one square window of the picture at a time and keeps what helps.
///
/// L∞: from vertical stripes of ±ε, each query sets a random window to +ε or −ε, one sign for each
/// channel; a window that would change nothing is drawn anew. L2: from a grid of tiles, each query
/// moves the perturbation of one window into another one, shaped as two bumps of opposite signs. A
/// query is kept if it lowers the margin between the label and the best other class, or the
/// cross-entropy of the target if there is one. The share of the picture that a window covers is
/// halved after 10, 50, 200, 1000, 2000, 4000, 6000 and 8000 queries.
///
/// The defaults are those of AutoAttack, whose fourth attack this is.
///
/// Andriushchenko, Croce, Flammarion and Hein 2020, “Square Attack: a query-efficient black-box
/// adversarial attack via random search”.
public struct SquareAttack: ScoreBasedAttack {
  /// Square.
  public static let name = "Square"
  /// L∞ and L2.
  public static let norms: Set<Norm> = [.linf, .l2]
  /// It begins at the starts, or tries them.
  public static let usesStarts = true

  /// How often each restart may ask about a picture.
  public var queries: Int
  /// The share p of the picture that the first windows cover.
  public var initialShare: Double
  /// Whether the schedule of 10,000 queries is squeezed into the number of queries.
  public var rescalesSchedule: Bool
  /// How often the attack starts anew.
  public var restarts: Int

  /// A share of the picture in 0…1, without 0.
  public var hasUsableSettings: Bool {
    initialShare > 0 && initialShare <= 1
  }

  /// The attack.
  ///
  /// - Precondition: at least one query and one restart, and a share above 0 and up to 1.
  public init(
    queries: Int = 5000, initialShare: Double = 0.8, rescalesSchedule: Bool = false,
    restarts: Int = 1
  ) {
    precondition(queries > 0 && restarts > 0, "\(queries) queries, \(restarts) restarts")
    precondition(initialShare > 0 && initialShare <= 1, "a share of \(initialShare)")
    self.queries = queries
    self.initialShare = initialShare
    self.rescalesSchedule = rescalesSchedule
    self.restarts = restarts
  }

  /// Searches on what is left, each restart with randomness of its own; the first from the pictures' starts,
  /// if they have any.
  public func perturbed(
    _ batch: AttackBatch, on model: any ScoreOracle, within threat: ThreatModel
  ) throws(OracleError) -> Tensor {
    var points = batch.images
    var losses = [Float](repeating: .infinity, count: batch.images.count)
    var open = Array(losses.indices)
    for restart in 0..<restarts where !open.isEmpty {
      let part = batch.rows(open)
      let numbers = part.keys.map { $0.part(Self.name).part(restart).makeNumbers() }
      var search = SquareSearch(part, numbers: numbers, within: threat, usesStarts: restart == 0)
      try OracleError.endingWithBudget { () throws(OracleError) in
        for query in 0..<queries where !search.isFinished {
          try search.ask(model, coveredShare: share(atQuery: query))
        }
      }
      let better = open.indices.filter {
        search.hasReached($0) || search.losses[$0] < losses[open[$0]]
      }
      for index in better { losses[open[index]] = search.losses[index] }
      points = points.replacingRows(
        better.map { open[$0] }, with: search.bestPoints().rows(better))
      open = search.unfinished.map { open[$0] }
    }
    return points
  }

  /// The share of the picture that a window covers; the start is query 0.
  private func share(atQuery query: Int) -> Double {
    let moves = query - 1
    let position = rescalesSchedule ? moves * 10_000 / queries : moves
    let halvings = [10, 50, 200, 1000, 2000, 4000, 6000, 8000].count { $0 < position }
    return initialShare / Double(1 << halvings)
  }
}
