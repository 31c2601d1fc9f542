import Datasets
import Evaluation
import Foundation
import Imaging
import TestKit
import Testing

extension EngineTests {
  /// A journal that was changed by force does not pass for an evaluation.
  @Suite struct ForgedJournalTests {
    /// What is not in the plan counts for nothing, and is reported.
    @Test(arguments: [
      """
      INSERT INTO result SELECT 99, threat, sample, 'newlyWrong', class, confidence,
      maximumInPixels, l2, l1, l0, point FROM result WHERE attack = 0
      """,
      """
      INSERT INTO result SELECT -1, threat, sample, 'newlyWrong', class, confidence,
      maximumInPixels, l2, l1, l0, point FROM result WHERE attack = 1
      """,
      "INSERT INTO work VALUES (99, 0, 0, 0, 0, 0)",
      "INSERT INTO work VALUES (0, 0, 3, 0, 0, 0)",
      """
      INSERT INTO sample SELECT 77, 'more', label, target, class, confidence, isFinite, picture
      FROM sample WHERE number = 0
      """,
    ])
    func whatIsNotInThePlanIsReportedAndDoesNotCount(tampering: String) throws {
      let small = try SmallEvaluation()
      let setup = try small.setup()
      try small.run(setup, in: "run")
      #expect(try small.verification(of: setup, in: "run").holds)
      let before = try small.results(setup, in: "run")
      try small.tamper(with: "run", tampering)
      #expect(try small.results(setup, in: "run") == before)
      let found = try small.verification(of: setup, in: "run").discrepancies
      #expect(
        found.contains { $0.reason.contains("not in the plan") || $0.reason.contains("not among") })
    }

    @Test func aResultsFileNeedsACompleteBatchBehindIt() throws {
      let small = try SmallEvaluation()
      let setup = try small.setup()
      try small.run(setup, in: "run")
      let folder = EvaluationFolder(small.folder.path)
      let results = try #require(try small.results(setup, in: "run"))
      var without = try small.verification(of: setup, in: "run")
      without.compare(results, withFileIn: folder)
      #expect(without.holds && without.remarks.contains { $0.contains("no results.json") })
      try folder.write(
        String(decoding: try JSONEncoder().encode(results), as: UTF8.self), as: .results)
      try small.tamper(
        with: "run", "DELETE FROM work WHERE attack = 1; DELETE FROM result WHERE attack = 1")
      #expect(try small.results(setup, in: "run") == nil)
      var forged = try small.verification(of: setup, in: "run")
      forged.compare(try small.results(setup, in: "run"), withFileIn: folder)
      #expect(forged.discrepancies.map(\.sample) == ["results.json"])
    }

    /// Work that is said not to be done, and rows that cannot be as they say.
    @Test(arguments: [
      ("DELETE FROM work WHERE attack = 1 AND first = 8", "not recorded as done"),
      ("UPDATE result SET outcome = 'initiallyWrong' WHERE attack = 0", "contradict"),
      (
        "UPDATE result SET outcome = 'robust', point = NULL WHERE outcome = 'newlyWrong'",
        "contradict"
      ),
      (
        """
        INSERT INTO result SELECT attack, threat, 4, outcome, class, confidence, maximumInPixels,
        l2, l1, l0, point FROM result WHERE sample = 0
        """, "contradict"
      ),
      ("INSERT INTO finding VALUES ('zzz', '[]')", "checks that there are not"),
      ("INSERT INTO setup SELECT json FROM setup", "setups"),
      ("UPDATE sample SET target = 2 WHERE number = 1", "target that the objective does not set"),
    ])
    func whatCannotBeIsReported(tampering: String, complaint: String) throws {
      let small = try SmallEvaluation()
      let setup = try small.setup()
      try small.run(setup, in: "run")
      #expect(try small.verification(of: setup, in: "run").holds)
      try small.tamper(with: "run", tampering)
      let found = try small.verification(of: setup, in: "run").discrepancies
      #expect(found.contains { $0.reason.contains(complaint) }, "\(found)")
    }

    /// A run goes on from what its journal says is done, whatever else lies there.
    @Test func workThatIsNotRecordedIsDoneAgain() throws {
      let small = try SmallEvaluation()
      let setup = try small.setup()
      try small.run(setup, in: "run")
      let before = try small.results(setup, in: "run")
      try small.tamper(with: "run", "DELETE FROM work WHERE attack = 1 AND first = 8")
      try small.run(setup, in: "run")
      #expect(try small.results(setup, in: "run") == before)
      #expect(try small.verification(of: setup, in: "run").holds)
    }

    @Test func answersOfSanityChecksAreMissed() throws {
      let small = try SmallEvaluation()
      let setup = try small.setup(attacks: ["fgsm"], checksSanity: true)
      try small.run(setup, in: "run")
      #expect(try small.verification(of: setup, in: "run").holds)
      #expect(try small.results(setup, in: "run")?.findings == [])
      try small.tamper(with: "run", "DELETE FROM finding")
      let found = try small.verification(of: setup, in: "run").discrepancies
      #expect(found.count == 4 && found.allSatisfy { $0.reason.contains("sanity check") })
      let findings = try small.results(setup, in: "run")?.findings ?? []
      #expect(findings.map(\.kind) == [.sanityChecksMissing])
      #expect(findings.allSatisfy { $0.severity == .warning })
    }

    /// Anything that tells pictures apart does for a digest here.
    private static func digest(_ pictures: [LabelledPicture]) -> String {
      pictures.map { "\($0.name) \($0.label ?? -1) \($0.picture.samples)" }.joined()
    }

    /// - Parameter hasLabels: whether the data set has labels, or the prediction stands for them.
    private func identified(
      hasLabels: Bool, after tampering: String? = nil
    ) throws -> Verification {
      let small = try SmallEvaluation()
      var setup = try small.setup(attacks: ["fgsm"])
      let pictures = try (0..<SmallEvaluation.count).map { number in
        var picture = try small.sample(number)
        if !hasLabels { picture.label = nil }
        return picture
      }
      setup.data.sha256 = Self.digest(pictures)
      let plan = try EvaluationPlan(for: setup)
      try EvaluationRun(plan, recordingTo: try small.journal("run", setup), on: small.model)
        .run(loading: { pictures[$0] }) { _ in }
      if let tampering { try small.tamper(with: "run", tampering) }
      var verification = try small.verification(of: setup, in: "run")
      try verification.checkPictures(
        of: try small.journal("run", setup), digest: Self.digest)
      return verification
    }

    @Test(arguments: [true, false])
    func picturesAreThoseOfTheDigest(hasLabels: Bool) throws {
      #expect(try identified(hasLabels: hasLabels).holds)
      let renamed = "UPDATE sample SET name = 'other' WHERE number = 2"
      #expect(try !identified(hasLabels: hasLabels, after: renamed).holds)
    }

    /// A label that is changed so that the model is wrong, with its results deleted, hides a defeat.
    @Test(arguments: [
      """
      UPDATE sample SET label = (label + 1) % 3 WHERE number = 1;
      DELETE FROM result WHERE sample = 1
      """,
      "DELETE FROM result WHERE sample = 22; DELETE FROM sample WHERE number = 22",
      """
      UPDATE sample SET picture = (SELECT picture FROM sample WHERE number = 0),
      class = (SELECT class FROM sample WHERE number = 0) WHERE number = 4
      """,
    ])
    func changedOrDeletedPicturesAreNoticed(tampering: String) throws {
      #expect(try !identified(hasLabels: true, after: tampering).holds)
    }
  }
}
