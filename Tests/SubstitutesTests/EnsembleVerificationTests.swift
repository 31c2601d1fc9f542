import Attacks
import Evaluation
import Foundation
import Oracles
import ProgramFormats
import TestKit
import Testing

@testable import Substitutes

extension EngineTests {
  /// A finished run with an ensemble, and what is found when it is changed in one place.
  @Suite final class EnsembleVerificationTests {
    let folder = SubstituteFolder(
      FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path)
    private let results: SubstituteResults
    private let members: [SubstituteMember]

    init() throws {
      let plan = SubstituteEnsembleTests.plan
      let starts = try SubstituteEnsembleTests.starts()
      var setup = try Scene().setup(plan)
      setup.seeds.count = 20
      setup.seeds.heldOut = 40
      setup.ensemble = .init(starts.map(\.recorded), averaging: .probabilities)
      let lock = try folder.prepare(for: setup, replacing: false)
      withExtendedLifetime(lock) {}
      let asked = try Scene(journal: folder.path(of: .journal))
      let extraction = try Scene.extraction(plan, seeds: 20, heldOut: 40, in: folder)
      let ending = try extraction.run(asking: asked.oracle)
      let ensemble = try #require(
        try extraction.ensemble(with: starts, averaging: .probabilities))
      members = ensemble.results.members
      results = SubstituteResults(
        setup: setup, ending: ending, rounds: extraction.rounds, ensemble: ensemble.results,
        mostFrequent: extraction.mostFrequent, pictures: nil, transfers: [],
        queries: asked.oracle.statistics.asked, budget: nil, cost: nil,
        pattern: asked.oracle.pattern)
      try write(results)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder.path) }

    private func write(_ results: SubstituteResults) throws {
      try folder.write(
        String(decoding: JSONEncoder().encode(results), as: UTF8.self), as: .results)
    }

    private func verification() throws -> SubstituteVerification {
      try SubstituteVerification(
        of: folder, answeredBy: QueryJournal(opening: folder.path(of: .journal)))
    }

    private func expect(
      _ words: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      let found = try verification().discrepancies
      #expect(found.contains { $0.contains(words) }, "\(found)", sourceLocation: sourceLocation)
    }

    /// Says something else of the first member, in its record as well as in the results.
    private func forge(_ change: (inout SubstituteMember) -> Void) throws {
      var member = members[0]
      change(&member)
      try JSONEncoder().encode(member).write(to: URL(filePath: folder.path + "/ensemble/1.json"))
      var forged = results
      forged.ensemble?.members[0] = member
      try write(forged)
    }

    private static func other(_ share: Proportion?) throws -> Proportion {
      let share = try #require(share)
      return Proportion(share.count > 0 ? share.count - 1 : 1, of: share.total)
    }

    @Test func whatIsAsItWasHolds() throws {
      let verification = try verification()
      #expect(verification.discrepancies.isEmpty && verification.remarks.isEmpty)
    }

    @Test func everyClaimIsChecked() throws {
      let wrong = "what learned beside the substitute is not what was to learn"
      let agreement = try Self.other(results.ensemble?.agreement)
      let learned = try Self.other(results.ensemble?.learned)
      let member = try Self.other(members[1].agreement)
      let changes: [(String, (inout SubstituteResults) -> Void)] = [
        (wrong, { $0.ensemble = nil }),
        (wrong, { $0.setup.ensemble = nil }),
        (wrong, { $0.ensemble?.members.removeLast() }),
        (wrong, { $0.ensemble?.members.swapAt(0, 1) }),
        (
          "the ensemble is not the one that is kept",
          { $0.ensemble?.members[1].agreement = member }
        ),
        (
          "the ensemble: agreement: \(agreement.count + 1) of 40, and not \(agreement.count)",
          { $0.ensemble?.agreement = agreement }
        ),
        (
          "the ensemble: agreement on what it learned from: \(learned.count + 1) of",
          { $0.ensemble?.learned = learned }
        ),
        ("the ensemble: a share is not that", { $0.ensemble?.learned = Proportion(1, of: 3) }),
        ("the ensemble: a share is not that", { $0.ensemble?.agreement = nil }),
      ]
      for (words, change) in changes {
        var changed = results
        change(&changed)
        try write(changed)
        try expect(words)
      }
    }

    /// Whoever changes the records too is found out by the weights.
    @Test func recordsFollowFromTheWeights() throws {
      let agreement = try Self.other(members[0].agreement)
      try forge { $0.agreement = agreement }
      try expect("ensemble/1: agreement: \(agreement.count + 1) of 40, and not \(agreement.count)")
      try forge { $0.pictures += 1 }
      try expect("ensemble/1: pictures: \(members[0].pictures)")
      try forge { $0.learned = Proportion(1, of: 2) }
      try expect("ensemble/1: a share is not that of its counts")
    }

    @Test func otherWeightsAreFound() throws {
      let kept = folder.weightsPath(ofMember: 0)
      try Scene.program(seed: 99).write(to: kept)
      try expect("ensemble/1: agreement on what it learned from")
      try expect("the ensemble: agreement")
      try Data("x".utf8).write(to: URL(filePath: kept))
      #expect(throws: SubstituteError.self) { try verification() }
      try FileManager.default.removeItem(atPath: folder.path + "/ensemble/1.json")
      try expect("the ensemble is not the one that is kept")
    }

    /// Results that are older than what the folder holds are not called wrong.
    @Test func anotherEnsembleSinceThenIsSaidSo() throws {
      var setup = results.setup
      setup.ensemble = .init([.init(source: "lenet")], averaging: .logits)
      try folder.prepare(for: setup, replacing: false)
      #expect(try verification().discrepancies.isEmpty && verification().remarks.isEmpty)
      try FileManager.default.removeItem(atPath: folder.path + "/ensemble")
      let later = try verification()
      #expect(later.discrepancies.isEmpty)
      #expect(
        later.remarks == [
          "the run went on after these results: neither the ensemble nor what was found on it was checked"
        ])
    }
  }
}
