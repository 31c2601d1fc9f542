import Foundation
import GRDB

extension Journal {
  /// The samples of a range that have been recorded, in order.
  func samples(in range: Range<Int>) throws(JournalError) -> [JournalSample] {
    try reading { database in
      try JournalSample
        .filter(Column("number") >= range.lowerBound && Column("number") < range.upperBound)
        .order(Column("number")).fetchAll(database)
    }
  }

  /// Keeps what the model says of originals.
  func record(_ samples: [JournalSample]) throws(JournalError) {
    try writing { database in
      for sample in samples { try sample.insert(database) }
    }
  }

  /// Whether a unit of work is done.
  func isDone(attack: Int, threat: Int, first: Int) throws(JournalError) -> Bool {
    try reading { database in
      try JournalWork
        .filter(
          Column("attack") == attack && Column("threat") == threat && Column("first") == first
        )
        .fetchCount(database) > 0
    }
  }

  /// Keeps the results of one unit of work, all or none.
  ///
  /// - Parameters:
  ///   - results: without points.
  ///   - points: the adversarial points by sample; each is kept once, whatever budgets it serves.
  ///   - work: the unit.
  func record(
    _ results: [JournalResult], points: [Int: Data], of work: JournalWork
  ) throws(JournalError) {
    try writing { try Self.insert(results, points: points, of: work, into: $0) }
  }

  private static func insert(
    _ results: [JournalResult], points: [Int: Data], of work: JournalWork, into database: Database
  ) throws {
    var identifiers: [Int: Int64] = [:]
    for (sample, data) in points.sorted(by: { $0.key < $1.key }) {
      try database.execute(sql: "INSERT INTO point (data) VALUES (?)", arguments: [data])
      identifiers[sample] = database.lastInsertedRowID
    }
    for var result in results {
      if result.outcome == .newlyWrong { result.point = identifiers[result.sample] }
      // What a journal holds of work that it does not record as done is nothing to rely on.
      try result.insert(database, onConflict: .replace)
    }
    try work.insert(database)
  }

  /// The samples that some attacks under a budget fooled.
  func fooled(by attacks: Range<Int>, threat: Int) throws(JournalError) -> Set<Int> {
    try reading { database in
      try Set(
        Int.fetchAll(
          database,
          sql: """
            SELECT sample FROM result
            WHERE threat = ? AND attack >= ? AND attack < ? AND outcome = ?
            """,
          arguments: [threat, attacks.lowerBound, attacks.upperBound, Outcome.newlyWrong.rawValue]))
    }
  }

  /// The samples that an attack under a budget has an answer for, whatever it is.
  func answered(by attack: Int, threat: Int) throws(JournalError) -> Set<Int> {
    try reading { database in
      try Set(
        Int.fetchAll(
          database, sql: "SELECT sample FROM result WHERE threat = ? AND attack = ?",
          arguments: [threat, attack]))
    }
  }

  /// What a sanity check found, if it was made; an empty list if it found nothing.
  func findings(of check: String) throws(JournalError) -> [Finding]? {
    let json = try reading { database in
      try String.fetchOne(
        database, sql: "SELECT json FROM finding WHERE check_ = ?", arguments: [check])
    }
    return try json.map { json throws(JournalError) in
      guard let found = try? JSONDecoder().decode([Finding].self, from: Data(json.utf8)) else {
        throw .malformed(path)
      }
      return found
    }
  }

  /// Keeps what a sanity check found.
  func record(_ findings: [Finding], of check: String) throws(JournalError) {
    try writing { try Self.insert(findings, of: check, into: $0) }
  }

  /// Keeps what a sanity check found with the points that show it, all or nothing.
  func record(
    _ findings: [Finding], of check: String, results: [JournalResult], points: [Int: Data],
    work: JournalWork
  ) throws(JournalError) {
    try writing { database in
      try Self.insert(findings, of: check, into: database)
      try Self.insert(results, points: points, of: work, into: database)
    }
  }

  private static func insert(
    _ findings: [Finding], of check: String, into database: Database
  ) throws {
    try database.execute(
      sql: "INSERT OR REPLACE INTO finding (check_, json) VALUES (?, ?)",
      arguments: [check, try encoded(findings)])
  }
}
