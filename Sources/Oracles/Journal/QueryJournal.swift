import Foundation
import GRDB
import ThreatModels

/// Every question that was put to a model and every answer, in an SQLite file.
///
/// A question is written down before it is sent, and its answer before it is used. So a process that is
/// killed at any moment loses no answer that it had, never forgets a query that may have to be paid for,
/// and asks nothing again that was answered. A question whose answer was lost stays where it was asked when it is
/// asked again, so that the file keeps the order of all queries. One process at a time holds the file. Not
/// Sendable: one thread uses it.
public final class QueryJournal {
  /// Whom the answers are from; fixed when the journal is made.
  public let setup: QuerySetup
  /// How many queries were asked, those without an answer among them.
  public private(set) var asked = 0
  private let database: DatabaseQueue
  private let path: String
  /// The number of the last question that is looked at.
  private var lastNumber = Int.max

  /// Opens a journal, or makes one if there is none.
  ///
  /// One in which no question stands becomes the setup's: nothing is lost, and a mistyped address can be mended.
  ///
  /// - Parameters:
  ///   - path: the file; nothing means one in memory, which ends with the process.
  ///   - setup: whom the answers are from.
  /// - Throws: ``QueryJournalError/otherSetup(_:_:)`` when the journal was made for another setup, and
  ///   other errors when it cannot be used.
  public init(continuing path: String?, with setup: QuerySetup) throws(QueryJournalError) {
    self.path = path ?? "journal in memory"
    self.setup = setup
    do {
      database = try Self.open(path)
      guard let recorded = try database.read(Self.setup) else {
        let setup = try Self.encoded(setup)
        try database.write { try Self.make($0, for: setup) }
        return
      }
      let differences = recorded.differences(from: setup)
      asked = try database.write { database in
        let holdsQuestions = try Row.fetchOne(database, sql: "SELECT 1 FROM query LIMIT 1") != nil
        guard differences.isEmpty || !holdsQuestions else {
          throw QueryJournalError.otherSetup(self.path, differences)
        }
        // The lock is taken now, and not only when something was paid for.
        let json = differences.isEmpty ? nil : try Self.encoded(setup)
        try database.execute(sql: "UPDATE setup SET json = coalesce(?, json)", arguments: [json])
        return try Int.fetchOne(database, sql: "SELECT sum(asked) FROM query") ?? 0
      }
      guard asked >= 0 else { throw QueryJournalError.malformed(self.path) }
    } catch {
      throw QueryJournalError(error, path: self.path)
    }
  }

  /// Opens a journal that is there, for whomever its answers are from.
  ///
  /// - Throws: ``QueryJournalError/malformed(_:)`` when there is no journal, and other errors when it
  ///   cannot be used.
  public convenience init(opening path: String) throws(QueryJournalError) {
    guard FileManager.default.fileExists(atPath: path) else { throw .malformed(path) }
    let recorded: QuerySetup?
    do {
      recorded = try Self.open(path).read(Self.setup)
    } catch {
      throw QueryJournalError(error, path: path)
    }
    guard let recorded else { throw .malformed(path) }
    try self.init(continuing: path, with: recorded)
  }

  /// The answer to a question, if there is one.
  ///
  /// - Throws: ``QueryJournalError/malformed(_:)`` when what is there is no answer.
  public func answer(to question: QueryDigest) throws(QueryJournalError) -> Answer? {
    do {
      return try database.read { database in
        let row = try Row.fetchOne(
          database.cachedStatement(
            sql: """
              SELECT label, scores FROM query
              WHERE digest = ? AND label IS NOT NULL AND number <= ?
              """),
          arguments: [question.bytes, lastNumber])
        return try row.map { try answer(in: $0) }
      }
    } catch {
      throw QueryJournalError(error, path: path)
    }
  }

  /// Looks at the first queries alone from now on, in the order in which they were asked.
  ///
  /// What came later has no answer and does not count. The file stays as it is. So a run can be compared with the
  /// journal as the run left it, whatever was asked since.
  ///
  /// - Returns: how many more queries the journal holds; negative if it holds fewer.
  @discardableResult
  public func restrict(toFirst queries: Int) throws(QueryJournalError) -> Int {
    let queries = max(0, queries)
    let later = asked - queries
    do {
      (lastNumber, asked) = try database.read { database in
        var (last, total) = (0, 0)
        let rows = try Row.fetchCursor(
          database, sql: "SELECT number, asked FROM query ORDER BY number")
        while let row = try rows.next() {
          guard let number = Int.fromDatabaseValue(row[0]),
            let times = Int.fromDatabaseValue(row[1]),
            times >= 0
          else { throw QueryJournalError.malformed(path) }
          if times > queries - total { break }
          (last, total) = (number, total + times)
        }
        return (last, total)
      }
    } catch {
      throw QueryJournalError(error, path: path)
    }
    return later
  }

  /// Writes down that questions are about to be asked.
  func begin(_ questions: [QueryDigest]) throws(QueryJournalError) {
    try writing { database in
      // The row of a query without an answer keeps its place, under a name that no question has.
      let lost = try database.cachedStatement(
        sql: "UPDATE query SET digest = CAST(digest || ' ' || number AS BLOB) WHERE digest = ?")
      let begun = try database.cachedStatement(
        sql: "INSERT INTO query (digest, asked) VALUES (?, 1)")
      for question in questions {
        try lost.execute(arguments: [question.bytes])
        try begun.execute(arguments: [question.bytes])
      }
    }
    asked += questions.count
  }

  /// Keeps answers to questions that were begun, all or none.
  func record(_ answers: [(question: QueryDigest, answer: Answer)]) throws(QueryJournalError) {
    try writing { database in
      let statement = try database.cachedStatement(
        sql: "UPDATE query SET label = ?, scores = ? WHERE digest = ?")
      for (question, answer) in answers {
        try statement.execute(
          arguments: [answer.label, answer.scores.map(Self.data), question.bytes])
      }
    }
  }

  /// Takes back questions that were begun and of which it is known that they were not answered.
  func takeBack(_ questions: [QueryDigest]) throws(QueryJournalError) {
    try writing { database in
      let statement = try database.cachedStatement(sql: "DELETE FROM query WHERE digest = ?")
      for question in questions { try statement.execute(arguments: [question.bytes]) }
    }
    asked -= questions.count
  }

  private func writing(_ body: (Database) throws -> Void) throws(QueryJournalError) {
    do {
      try database.write(body)
    } catch {
      throw QueryJournalError(error, path: path)
    }
  }

  private func answer(in row: Row) throws -> Answer {
    guard let label = Int.fromDatabaseValue(row[0]) else {
      throw QueryJournalError.malformed(path)
    }
    do {
      guard let data = Data.fromDatabaseValue(row[1]) else {
        return try Answer(label: label, classCount: setup.classCount)
      }
      return try Answer(
        scores: Self.floats(data), label: label, kind: setup.scoreKind ?? .logits,
        classCount: setup.classCount)
    } catch {
      throw QueryJournalError.malformed(path)
    }
  }
}

extension QueryJournal {
  private static func open(_ path: String?) throws -> DatabaseQueue {
    guard let path else { return try DatabaseQueue() }
    var isDirectory: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory),
      isDirectory.boolValue
    {
      throw QueryJournalError.malformed(path)
    }
    var configuration = Configuration()
    configuration.busyMode = .timeout(2)
    configuration.prepareDatabase { database in
      // The first write takes the lock and keeps it, so that two processes do not spend one budget.
      try database.execute(sql: "PRAGMA locking_mode = EXCLUSIVE")
      // A transaction that is done is on the disk; with a log that takes one write and not four.
      try database.execute(sql: "PRAGMA journal_mode = WAL")
      try database.execute(sql: "PRAGMA synchronous = FULL")
      // A file from a stranger may hold anything; nothing in it may run.
      try database.execute(sql: "PRAGMA trusted_schema = OFF")
    }
    return try DatabaseQueue(path: path, configuration: configuration)
  }

  /// The setup that a database was made for; nothing if the database is empty.
  private static func setup(in database: Database) throws -> QuerySetup? {
    // Views and triggers are not ours; one may never come to an end.
    let strange = try Int.fetchOne(
      database, sql: "SELECT count(*) FROM sqlite_schema WHERE type NOT IN ('table', 'index')")
    let isEmpty = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") == 0
    if isEmpty { return nil }
    let json = try String.fetchOne(database, sql: "SELECT json FROM setup") ?? ""
    guard strange == 0 else { throw DatabaseError(resultCode: .SQLITE_CORRUPT) }
    guard let setup = try? JSONDecoder().decode(QuerySetup.self, from: Data(json.utf8)),
      setup.isSound
    else { throw DatabaseError(resultCode: .SQLITE_CORRUPT) }
    return setup
  }

  private static func make(_ database: Database, for setup: String) throws {
    try database.execute(
      sql: """
        CREATE TABLE setup (json TEXT NOT NULL);
        CREATE TABLE query (
          number INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, asked INTEGER NOT NULL,
          label INTEGER, scores BLOB);
        """)
    try database.execute(sql: "INSERT INTO setup (json) VALUES (?)", arguments: [setup])
  }

  private static func encoded(_ setup: QuerySetup) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(setup), as: UTF8.self)
  }

  private static func data(_ scores: [Float]) -> Data {
    scores.map(\.bitPattern.littleEndian).withUnsafeBytes { Data($0) }
  }

  private static func floats(_ data: Data) -> [Float] {
    let bytes = [UInt8](data)
    return stride(from: 0, to: bytes.count - bytes.count % 4, by: 4).map { start in
      let bits = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[start + $1]) << (8 * $1) }
      return Float(bitPattern: bits)
    }
  }
}
