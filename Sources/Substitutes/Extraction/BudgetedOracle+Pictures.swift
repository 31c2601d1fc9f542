import Datasets
public import Imaging
public import Oracles
import TensorModule
import ThreatModels

extension BudgetedOracle {
  /// How many pictures are handed on at once.
  private static let chunkSize = 200

  /// The service's answers about pictures, in their order.
  ///
  /// - Parameters:
  ///   - pictures: in the service's shape.
  ///   - isPartAllowed: whether a spent budget gives the first answers instead of an error.
  ///   - report: told how many are there; whether to stop asking.
  /// - Throws: ``SubstituteError/oracle(_:)``, or what `report` throws.
  func answers(
    about pictures: [Picture], isPartAllowed: Bool,
    reporting report: (Int) throws -> Bool = { _ in false }
  ) throws -> [Int] {
    var answers: [Int] = []
    for chunk in pictures.chunks(of: Self.chunkSize) {
      let found = try payable(Array(chunk), isPartAllowed: isPartAllowed)
      answers += found
      if found.count < chunk.count { break }
      if try report(answers.count) { break }
    }
    return answers
  }

  /// The questions that are put when pictures are sent.
  ///
  /// - Parameter pictures: in the service's shape.
  func questions(about pictures: [Picture]) throws(SubstituteError) -> [QueryDigest] {
    do {
      return try questions(about: Tensor(pictures))
    } catch {
      throw .oracle(error)
    }
  }

  /// Checks that the budget reaches for all of some pictures, so that some queries are left.
  ///
  /// - Throws: ``SubstituteError/budget(needed:left:)`` when it does not.
  public func requireRoom(
    for pictures: [Picture], leaving reserve: Int
  ) throws(SubstituteError) {
    let affordable = try affordable(of: pictures, leaving: reserve)
    guard affordable.count == pictures.count else {
      throw .budget(needed: pictures.count, left: affordable.count)
    }
  }

  /// As many of the first pictures as can be paid for, so that some queries are left.
  ///
  /// Those whose answers are there already cost nothing.
  func affordable(
    of pictures: [Picture], leaving reserve: Int
  ) throws(SubstituteError) -> [Picture] {
    guard let left = queriesLeft else { return pictures }
    var allowance = max(0, left - reserve)
    var chosen: [Picture] = []
    for chunk in pictures.chunks(of: Self.chunkSize) {
      let known: [Bool]
      do {
        known = try isAnswered(Tensor(Array(chunk)))
      } catch {
        throw .oracle(error)
      }
      for (picture, isKnown) in zip(chunk, known) {
        if !isKnown {
          if allowance == 0 { return chosen }
          allowance -= 1
        }
        chosen.append(picture)
      }
    }
    return chosen
  }

  /// The answers about all pictures, or about those that could be paid for.
  private func payable(
    _ pictures: [Picture], isPartAllowed: Bool
  ) throws(SubstituteError) -> [Int] {
    if let all = try answersOrNothing(about: pictures) { return all }
    guard isPartAllowed else {
      throw .oracle(.budgetSpent(asked: statistics.asked, limit: budget.limit ?? 0))
    }
    // What could be paid for is in the journal.
    var first: [Int] = []
    for picture in pictures {
      guard let answer = try answersOrNothing(about: [picture]) else { break }
      first += answer
    }
    return first
  }

  /// All answers; nothing if the budget is spent.
  private func answersOrNothing(about pictures: [Picture]) throws(SubstituteError) -> [Int]? {
    do {
      return try labels(of: Tensor(pictures)).integers()
    } catch {
      if case .budgetSpent = error { return nil }
      throw .oracle(error)
    }
  }
}

extension Array {
  /// Parts of the array in its order, of one size but for the last.
  func chunks(of size: Int) -> [ArraySlice<Element>] {
    stride(from: 0, to: count, by: size).map { self[$0..<Swift.min($0 + size, count)] }
  }
}
