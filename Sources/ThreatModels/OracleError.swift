public import TensorModule

/// Why an oracle gives no answer.
public enum OracleError: Error, Hashable, Sendable {
  /// The engine refused or ran out of memory.
  case engine(EngineError)
  /// The service cannot be reached, or gives no answer however often it is asked; what happened.
  case unavailable(String)
  /// The service refuses the question; what it says.
  case refused(String)
  /// What the service was to be asked with makes no sense, such as an address or a header; what is wrong.
  case unusable(String)
  /// The service does not tell what has to be known of it; what can be said instead, and the sentence.
  case untold([Detail], String)
  /// What came back is no answer to the question; what is wrong with it.
  case malformed(String)
  /// One more query than may be asked would be needed.
  case budgetSpent(asked: Int, limit: Int)
  /// An answer cannot be kept, so no more are asked for; why.
  case unrecorded(String)

  /// What a service may leave open.
  public enum Detail: Hashable, Sendable, CaseIterable {
    /// The shape of pictures.
    case imageShape
    /// The number of classes.
    case classCount
    /// How numbers of a picture stand in the input.
    case layout
    /// Which output holds scores or classes.
    case output
  }
}

extension OracleError: CustomStringConvertible {
  /// One sentence for the user.
  public var description: String {
    switch self {
    case .engine(let error): "\(error)"
    case .unavailable(let sentence), .refused(let sentence), .unusable(let sentence),
      .untold(_, let sentence), .malformed(let sentence), .unrecorded(let sentence):
      sentence
    case .budgetSpent(let asked, let limit):
      "the budget is spent: \(asked) of \(limit) queries have been asked"
    }
  }
}

extension OracleError {
  /// Carries out a search that is over when it ends or when the budget is spent.
  ///
  /// What the search has found until then stays with whoever holds it.
  ///
  /// - Throws: every other error of the search.
  public static func endingWithBudget(
    _ search: () throws(OracleError) -> Void
  ) throws(OracleError) {
    do {
      try search()
    } catch .budgetSpent {
    }
  }
}
