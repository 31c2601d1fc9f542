/// How many queries may be asked, and what one costs.
public struct QueryBudget: Hashable, Sendable {
  /// The most queries of all runs together that use a journal; nothing means any number.
  public var limit: Int?
  /// The price of one query, in whatever money; nothing if it is not known.
  public var price: Double?

  /// A budget.
  ///
  /// - Precondition: neither number is negative.
  public init(limit: Int? = nil, price: Double? = nil) {
    precondition((limit ?? 0) >= 0 && (price ?? 0) >= 0, "a negative budget or price")
    self.limit = limit
    self.price = price
  }

  /// What a number of queries costs.
  public func cost(of queries: Int) -> Double? { price.map { $0 * Double(queries) } }
}

/// How often a model was asked.
public struct QueryStatistics: Hashable, Sendable {
  /// Queries that were asked and may have to be paid for, of all runs that used the journal.
  public var asked = 0
  /// Pictures that this run wanted to know about.
  public var wanted = 0
  /// Those of them whose answers were there already, or that came twice in a batch: free of charge.
  public var known = 0
  /// Different pictures that this run wanted to know about, and that were rounded to 8 bits to be sent.
  public var rounded = 0
}
