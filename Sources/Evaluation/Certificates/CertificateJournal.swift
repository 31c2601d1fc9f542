import Foundation
import GRDB

/// The certificates found so far, in an SQLite file that is written picture by picture.
///
/// A process that is killed at any moment loses the picture in flight and nothing else. Not Sendable:
/// one thread uses it.
public final class CertificateJournal {
  /// What is certified; fixed when the journal is made.
  public let setup: CertificationSetup
  private let database: DatabaseQueue
  private let path: String

  /// Opens a journal, or makes one if there is none.
  ///
  /// - Throws: ``JournalError/otherSetup(_:_:)`` when it was made for another setup, and other errors
  ///   when it cannot be used.
  public init(continuing path: String, with setup: CertificationSetup) throws(JournalError) {
    self.path = path
    database = try Journal.open(path)
    let recorded = try Self.setup(in: database, path: path)
    self.setup = recorded ?? setup
    if let recorded {
      let differences = recorded.differences(from: setup)
      if !differences.isEmpty { throw .otherSetup(path, differences) }
      return
    }
    do {
      try database.write { database in
        try database.execute(
          sql: """
            CREATE TABLE certification (json TEXT NOT NULL);
            CREATE TABLE certificate (
              number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, label INTEGER NOT NULL,
              candidate INTEGER NOT NULL, votes INTEGER NOT NULL, lowerBound REAL NOT NULL,
              radius REAL);
            """)
        try database.execute(
          sql: "INSERT INTO certification (json) VALUES (?)",
          arguments: [try Journal.encoded(setup)])
      }
    } catch {
      throw JournalError(error, path: path)
    }
  }

  /// Opens a journal to look at it.
  ///
  /// - Throws: ``JournalError/missing(_:)``, ``JournalError/inUse(_:)`` or
  ///   ``JournalError/malformed(_:)``.
  public init(opening path: String) throws(JournalError) {
    guard FileManager.default.fileExists(atPath: path) else { throw .missing(path) }
    self.path = path
    database = try Journal.open(path)
    guard let setup = try Self.setup(in: database, path: path) else { throw .missing(path) }
    self.setup = setup
  }

  private static func setup(
    in database: DatabaseQueue, path: String
  ) throws(JournalError) -> CertificationSetup? {
    guard
      let setup: CertificationSetup = try Journal.setup(
        in: database, table: "certification", path: path)
    else { return nil }
    guard setup.isSound else { throw .malformed(path) }
    return setup
  }

  /// All certificates so far, by their numbers.
  public func certificates() throws(JournalError) -> [CertifiedSample] {
    let found: [CertifiedSample]
    do {
      found = try database.read {
        try CertificateRow.order(Column("number")).fetchAll($0).map(\.sample)
      }
    } catch {
      throw JournalError(error, path: path)
    }
    guard
      found.allSatisfy({
        (0..<setup.data.count).contains($0.number) && (0...setup.samples).contains($0.votes)
          && (0...1).contains($0.lowerBound) && ($0.radius ?? 0).isFinite && ($0.radius ?? 0) >= 0
      })
    else { throw .malformed(path) }
    return found
  }

  /// Keeps a certificate.
  public func record(_ certificate: CertifiedSample) throws(JournalError) {
    do {
      try database.write { try CertificateRow(sample: certificate).insert($0) }
    } catch {
      throw JournalError(error, path: path)
    }
  }
}

/// A certificate as a row of the journal.
private struct CertificateRow: Codable, FetchableRecord, PersistableRecord {
  static let databaseTableName = "certificate"

  let sample: CertifiedSample

  init(sample: CertifiedSample) {
    self.sample = sample
  }

  init(from decoder: any Decoder) throws {
    sample = try CertifiedSample(from: decoder)
  }

  func encode(to encoder: any Encoder) throws {
    try sample.encode(to: encoder)
  }
}
