import Evaluation
import Foundation
import Imaging
import Oracles
import ProgramFormats
import TestKit
import Testing

@testable import Substitutes

extension EngineTests {
  /// What makes two runs the same, and two pictures one question.
  @Suite struct SubstituteSetupTests {
    /// Options about a file change what the substitute is; where the file lies does not.
    @Test func optionsOfAFileAreAnotherBeginning() throws {
      let before = SubstituteSetup.Model(source: "/a/model.onnx", sha256: "00")
      var now = before
      now.source = "/b/model.onnx"
      #expect(before.isSame(as: now))
      now.options = ["outputs": "logits"]
      #expect(!before.isSame(as: now))
      var setup = try Scene().setup(SubstitutePlan())
      setup.model = before
      var later = setup
      later.model = now
      #expect(setup.differences(from: later).contains { $0.contains("outputs") })
    }

    /// A seed that is there twice costs one query, and its run is as it says.
    @Test func likeSeedsAreOneQuestion() throws {
      let folder = SubstituteFolder(
        FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path)
      defer { try? FileManager.default.removeItem(atPath: folder.path) }
      let pictures = Scene.pictures(10)
      let seeds = Array(pictures.prefix(6))
      let results = try Self.run(
        from: seeds + seeds.prefix(3), heldOut: Array(pictures.suffix(4)), in: folder)
      #expect(results.rounds[0].asked == 10 && results.rounds[0].pictures == 9)
      let found = try SubstituteVerification(
        of: folder, answeredBy: QueryJournal(opening: folder.path(of: .journal)))
      #expect(found.discrepancies == [])
    }

    /// A run that is done and has let go of its journal.
    private static func run(
      from seeds: [Picture], heldOut: [Picture], in folder: SubstituteFolder
    ) throws -> SubstituteResults {
      let plan = SubstitutePlan(rounds: 1, epochs: 2, batchSize: 8, rate: 0.05, seed: 3)
      var setup = try Scene().setup(plan)
      (setup.seeds.count, setup.seeds.heldOut) = (seeds.count, heldOut.count)
      let lock = try folder.prepare(for: setup, replacing: false)
      withExtendedLifetime(lock) {}
      let asked = try Scene(journal: folder.path(of: .journal))
      let extraction = try SubstituteExtraction(
        by: plan, growing: JacobianAugmentation(steps: 40), from: seeds, heldOut: heldOut,
        beginningAs: Scene.program(), in: folder)
      let ending = try extraction.run(asking: asked.oracle)
      let results = SubstituteResults(
        setup: setup, ending: ending, rounds: extraction.rounds,
        mostFrequent: extraction.mostFrequent, pictures: nil, transfers: [],
        queries: asked.oracle.statistics.asked, budget: nil, cost: nil,
        pattern: asked.oracle.pattern)
      try folder.write(
        String(decoding: JSONEncoder().encode(results), as: UTF8.self), as: .results)
      return results
    }
  }
}
