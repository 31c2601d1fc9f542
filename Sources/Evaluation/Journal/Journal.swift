import Foundation
import GRDB

/// What an evaluation has found so far, in an SQLite file that is written as results come.
///
/// Every unit of work is one transaction, so a process that is killed at any moment loses the unit in
/// flight and nothing else. One process at a time holds the file. Not Sendable: one thread uses it.
public final class Journal {
  /// What is evaluated; fixed when the journal is made.
  public let setup: EvaluationSetup
  let database: DatabaseQueue
  let path: String

  /// Opens a journal, or makes one if there is none.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - setup: what is to be evaluated.
  /// - Throws: ``JournalError/otherSetup(_:_:)`` when the journal was made for another setup, and
  ///   other errors when it cannot be used.
  public convenience init(continuing path: String, with setup: EvaluationSetup) throws(JournalError)
  {
    let database = try Self.open(path)
    // A process that is killed while it makes a journal leaves a file with nothing in it.
    if let recorded = try Self.setup(in: database, path: path) {
      let differences = recorded.differences(from: setup)
      if !differences.isEmpty { throw .otherSetup(path, differences) }
      self.init(path, setup: recorded, database: database)
    } else {
      self.init(path, setup: setup, database: database)
      try writing { database in
        try Self.migrate(database)
        try database.execute(
          sql: "INSERT INTO setup (json) VALUES (?)", arguments: [try Self.encoded(setup)])
      }
    }
  }

  /// Opens a journal to look at it.
  ///
  /// - Throws: ``JournalError/missing(_:)``, ``JournalError/inUse(_:)`` or
  ///   ``JournalError/malformed(_:)``.
  public convenience init(opening path: String) throws(JournalError) {
    guard FileManager.default.fileExists(atPath: path) else { throw .missing(path) }
    let database = try Self.open(path)
    guard let setup = try Self.setup(in: database, path: path) else { throw .missing(path) }
    self.init(path, setup: setup, database: database)
  }

  private init(_ path: String, setup: EvaluationSetup, database: DatabaseQueue) {
    self.path = path
    self.setup = setup
    self.database = database
  }

  /// The setup that a database was made for; nothing if the database is empty.
  private static func setup(
    in database: DatabaseQueue, path: String
  ) throws(JournalError) -> EvaluationSetup? {
    guard let setup: EvaluationSetup = try setup(in: database, table: "setup", path: path) else {
      return nil
    }
    guard setup.isSound else { throw .malformed(path) }
    return setup
  }

  /// What a table of one row with JSON holds; nothing if the database is empty.
  static func setup<Setup: Decodable>(
    in database: DatabaseQueue, table: String, path: String
  ) throws(JournalError) -> Setup? {
    let json: String?
    do {
      json = try database.read { database in
        // Views and triggers are not ours; one may never come to an end.
        let strange = try Int.fetchOne(
          database, sql: "SELECT count(*) FROM sqlite_schema WHERE type NOT IN ('table', 'index')")
        guard strange == 0 else { return "" }
        let isEmpty = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") == 0
        return isEmpty ? nil : try String.fetchOne(database, sql: "SELECT json FROM \(table)") ?? ""
      }
    } catch {
      throw JournalError(error, path: path)
    }
    return try json.map { json throws(JournalError) in
      guard let setup = try? JSONDecoder().decode(Setup.self, from: Data(json.utf8)) else {
        throw .malformed(path)
      }
      return setup
    }
  }

  static func open(_ path: String) throws(JournalError) -> DatabaseQueue {
    var isDirectory: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory),
      isDirectory.boolValue
    {
      throw .malformed(path)
    }
    var configuration = Configuration()
    configuration.busyMode = .timeout(2)
    configuration.prepareDatabase { database in
      // The first write takes the lock and keeps it, so that two processes do not work on one run.
      try database.execute(sql: "PRAGMA locking_mode = EXCLUSIVE")
      // A file from a stranger may hold anything; nothing in it may run.
      try database.execute(sql: "PRAGMA trusted_schema = OFF")
    }
    do {
      return try DatabaseQueue(path: path, configuration: configuration)
    } catch {
      throw JournalError(error, path: path)
    }
  }

  /// Carries out one transaction.
  func writing<R>(_ body: (Database) throws -> R) throws(JournalError) -> R {
    do {
      return try database.write(body)
    } catch {
      throw JournalError(error, path: path)
    }
  }

  /// Looks something up.
  func reading<R>(_ body: (Database) throws -> R) throws(JournalError) -> R {
    do {
      return try database.read(body)
    } catch {
      throw JournalError(error, path: path)
    }
  }

  static func encoded(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  private static func migrate(_ database: Database) throws {
    try database.execute(
      sql: """
        CREATE TABLE setup (json TEXT NOT NULL);
        CREATE TABLE sample (
          number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, label INTEGER NOT NULL,
          target INTEGER, class INTEGER NOT NULL, confidence REAL NOT NULL,
          isFinite BOOLEAN NOT NULL, picture BLOB NOT NULL);
        CREATE TABLE point (id INTEGER PRIMARY KEY, data BLOB NOT NULL);
        CREATE TABLE result (
          attack INTEGER NOT NULL, threat INTEGER NOT NULL,
          sample INTEGER NOT NULL REFERENCES sample, outcome TEXT NOT NULL,
          class INTEGER NOT NULL, confidence REAL NOT NULL, maximumInPixels REAL NOT NULL,
          l2 REAL NOT NULL, l1 REAL NOT NULL, l0 REAL NOT NULL, point INTEGER REFERENCES point,
          PRIMARY KEY (attack, threat, sample)) WITHOUT ROWID;
        CREATE TABLE work (
          attack INTEGER NOT NULL, threat INTEGER NOT NULL, first INTEGER NOT NULL,
          forward INTEGER NOT NULL, backward INTEGER NOT NULL, seconds REAL NOT NULL,
          PRIMARY KEY (attack, threat, first)) WITHOUT ROWID;
        CREATE TABLE finding (check_ TEXT PRIMARY KEY, json TEXT NOT NULL);
        """)
  }
}
