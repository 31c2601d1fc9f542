/// How many of the attacked pictures had been fooled after how many queries about each.
public struct SuccessCurve: Hashable, Codable, Sendable {
  /// One step of the curve.
  public struct Step: Hashable, Codable, Sendable {
    /// Queries about one picture, the one about the original among them.
    public let queries: Int
    /// Pictures that were fooled with no more queries than these.
    public let fooled: Int
  }

  /// How many pictures were attacked.
  public let attacked: Int
  /// Where the curve rises, from few queries to many.
  public let steps: [Step]

  /// The curve of an attack.
  ///
  /// - Parameters:
  ///   - attacked: how many pictures were attacked.
  ///   - queries: how many queries each success took.
  /// - Precondition: no more successes than pictures.
  public init(attacked: Int, queriesToSuccess queries: [Int]) {
    precondition(queries.count <= attacked, "\(queries.count) of \(attacked) fooled")
    self.attacked = attacked
    let sorted = queries.sorted()
    steps = sorted.indices.filter { $0 == sorted.count - 1 || sorted[$0] < sorted[$0 + 1] }
      .map { Step(queries: sorted[$0], fooled: $0 + 1) }
  }

  /// How many pictures were fooled.
  public var fooled: Int { steps.last?.fooled ?? 0 }

  /// The least number of queries within which at least half of the fooled pictures were fooled; nothing if
  /// none was.
  public var medianQueries: Int? { steps.first { 2 * $0.fooled >= fooled }?.queries }
}
