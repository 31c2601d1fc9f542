import Foundation
import GRDB
import Testing

@testable import Evaluation

/// What certificates say together, and how they are kept.
@Suite final class CertificationTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
  private var journalPath: String { CertificateFolder(folder.path).journalPath }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private static func setup(count: Int = 8) -> CertificationSetup {
    CertificationSetup(
      version: "test", engineVersion: "2", model: .init(path: "model.pt2", sha256: "0"),
      classNames: nil, data: .init(path: "data", split: "test", count: count, sha256: "0"),
      sigma: 0.5, selectionSamples: 100, samples: 1000, alpha: 0.001, seed: 0)
  }

  /// Radii of the true class; then one of another class, and two without a class, one of them with the
  /// true class as its candidate.
  private static let samples: [CertifiedSample] =
    [0.1, 0.25, 0.26, 0.5, 1.3].enumerated().map { sample($0.offset, 1, $0.element) }
    + [sample(5, 0, 0.9), sample(6, 1, nil), sample(7, 0, nil)]

  private static func sample(_ number: Int, _ candidate: Int, _ radius: Double?) -> CertifiedSample
  {
    CertifiedSample(
      number: number, name: "picture \(number)", label: 1, candidate: candidate, votes: 900,
      lowerBound: 0.8, radius: radius)
  }

  @Test func onlyTheTrueClassCounts() throws {
    let results = try #require(CertificationResults(Self.samples, of: Self.setup()))
    // Rows are σ/2 = 0.25 apart and end with the first that has nothing left.
    #expect(results.certifiedAccuracies.map(\.radius) == [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5])
    #expect(results.certifiedAccuracies.map(\.accuracy.count) == [5, 4, 2, 1, 1, 1, 0])
    #expect(results.certifiedAccuracies.allSatisfy { $0.accuracy.total == 8 })
    #expect(results.abstained.count == 2 && results.wrong.count == 1)
    #expect(abs(results.averageRadius - 2.41 / 8) < 1e-12)
    #expect(results.progress.isComplete)
    #expect(CertificationResults([], of: Self.setup()) == nil)
    let data = try JSONEncoder().encode(results)
    #expect(try JSONDecoder().decode(CertificationResults.self, from: data) == results)
  }

  @Test func aJournalGoesOnWithTheSameSetupOnly() throws {
    try CertificateFolder(folder.path).prepare()
    for sample in Self.samples.shuffled() {
      // Opened anew for every picture.
      try CertificateJournal(continuing: journalPath, with: Self.setup()).record(sample)
    }
    let read = try CertificateJournal(opening: journalPath)
    #expect(try read.certificates() == Self.samples && read.setup == Self.setup())
    for (change, words) in Self.changes {
      var other = Self.setup()
      change(&other)
      let error = #expect(throws: JournalError.self) {
        _ = try CertificateJournal(continuing: self.journalPath, with: other)
      }
      guard case .otherSetup(_, let differences) = error else {
        Issue.record("\(words): \(String(describing: error))")
        continue
      }
      #expect(differences.count == 1 && differences[0].contains(words), "\(differences)")
    }
  }

  private static let changes: [(@Sendable (inout CertificationSetup) -> Void, String)] = [
    ({ $0.version = "2" }, "version of Adversary"), ({ $0.engineVersion = "3" }, "libtorch"),
    ({ $0.model.sha256 = "1" }, "another model"),
    ({ $0.model.options = ["mean": "0.5"] }, "pixels first"),
    ({ $0.data.sha256 = "1" }, "pictures"), ({ $0.sigma = 0.25 }, "sigma: 0.5 then, 0.25 now"),
    ({ $0.selectionSamples = 10 }, "choose"), ({ $0.samples = 10 }, "samples: 1000 then, 10 now"),
    ({ $0.alpha = 0.01 }, "alpha"), ({ $0.seed = 1 }, "seed: 0 then, 1 now"),
    ({ $0.classNames = ["a"] }, "names of classes"),
  ]

  @Test(arguments: [
    "UPDATE certificate SET radius = -1 WHERE number = 0",
    "UPDATE certificate SET radius = 9e999 WHERE number = 0",
    "UPDATE certificate SET lowerBound = 1.5 WHERE number = 0",
    "UPDATE certificate SET votes = 1001 WHERE number = 0",
    "UPDATE certificate SET number = 8 WHERE number = 0",
    "UPDATE certification SET json = replace(json, '0.001', '2')",
    "UPDATE certification SET json = '{}'",
    "CREATE VIEW more AS SELECT * FROM certificate",
  ])
  func aJournalThatWasChangedByForceIsRefused(tampering: String) throws {
    try CertificateFolder(folder.path).prepare()
    do {
      let journal = try CertificateJournal(continuing: journalPath, with: Self.setup())
      for sample in Self.samples { try journal.record(sample) }
    }
    try DatabaseQueue(path: journalPath).write { try $0.execute(sql: tampering) }
    #expect(throws: JournalError.malformed(journalPath)) {
      _ = try CertificateJournal(opening: self.journalPath).certificates()
    }
  }

  @Test func aFolderDeletesOnlyWhatIsItsOwn() throws {
    let certificate = CertificateFolder(folder.path)
    try certificate.prepare()
    #expect(throws: JournalError.missing(journalPath)) {
      _ = try CertificateJournal(opening: self.journalPath)
    }
    _ = try CertificateJournal(continuing: journalPath, with: Self.setup())
    for product in CertificateFolder.Product.allCases { try certificate.write("x", as: product) }
    let mine = folder.appending(path: "mine.txt")
    try Data("keep".utf8).write(to: mine)
    try certificate.prepare()
    try certificate.removeCertification()
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["mine.txt"])
    #expect(throws: RunFolderError.occupied(folder.path)) { try certificate.prepare() }
  }
}
