public import Oracles

extension QueryBudget {
  /// How many queries were asked of how many, and what they cost: `350 of 400 queries, 1.75`.
  public func words(asked: Int) -> String {
    asked.queries(of: limit) + (cost(of: asked).map { ", \($0.asMoney)" } ?? "")
  }
}

extension Int {
  /// Queries that were asked, beside a limit if there is one.
  ///
  /// A journal may hold more than are allowed now: `640 queries, beyond the 500 that are allowed now`.
  func queries(of limit: Int?) -> String {
    guard let limit else { return of("query", "queries") }
    return self > limit
      ? "\(of("query", "queries")), beyond the \(limit.grouped) that are allowed now"
      : "\(grouped) of \(limit.of("query", "queries"))"
  }
}
