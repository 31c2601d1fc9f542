import Attacks
import Evaluation
import ThreatModels

extension SubstituteVerification {
  /// Asks the models that learned beside the substitute again how well they agree, each and all as one.
  ///
  /// - Parameter substitute: nothing if it cannot be asked.
  /// - Returns: what was attacked: all as one, or the substitute if nothing learned beside it; nothing if not all of
  ///   them can be asked, of which it has been said.
  mutating func checkEnsemble(
    around substitute: (any DifferentiableClassifier)?, on lessons: SubstituteLessons,
    _ evidence: SubstituteEvidence
  ) throws -> (any DifferentiableClassifier)? {
    let (results, folder) = (evidence.results, evidence.folder)
    guard let setup = results.setup.ensemble, let ensemble = results.ensemble else {
      guard results.setup.ensemble == nil, results.ensemble == nil else {
        note("results.json", "what learned beside the substitute is not what was to learn")
        return nil
      }
      return substitute
    }
    let members = ensemble.members
    guard !members.isEmpty, setup.hasMembers(members.map(\.model)) else {
      note("results.json", "what learned beside the substitute is not what was to learn")
      return nil
    }
    let kept = try members.indices.map { try folder.member($0) }
    guard kept == members else {
      if try hasGoneOn(since: results, in: folder) {
        isComplete = false
        remarks.append(
          "the run went on after these results: neither the ensemble nor what was found on it was checked"
        )
      } else {
        note("results.json", "the ensemble is not the one that is kept")
      }
      return nil
    }
    var models = [substitute].compactMap(\.self)
    for (place, member) in members.enumerated() {
      let name = "ensemble/\(place + 1)"
      compare(name, "pictures", said: member.pictures, found: lessons.pictures.count)
      guard areSound(member.learned, member.agreement, on: lessons) else {
        note(name, "a share is not that of its counts")
        return nil
      }
      let model = try keptModel(
        at: folder.weightsPath(ofMember: place), as: member.model, called: name, evidence)
      guard let model else { continue }
      models.append(model)
      try compareAgreement(
        of: model, name, learned: member.learned, agreement: member.agreement, on: lessons)
    }
    guard areSound(ensemble.learned, ensemble.agreement, on: lessons) else {
      note("the ensemble", "a share is not that of its counts")
      return nil
    }
    // Of those that are missing it has been said.
    guard models.count == members.count + 1 else { return nil }
    let all = try ClassifierEnsemble(of: models, averaging: setup.fusion)
    try compareAgreement(
      of: all, "the ensemble", learned: ensemble.learned, agreement: ensemble.agreement,
      on: lessons)
    return all
  }

  /// Whether shares are those of counts, of as many pictures as there are.
  private func areSound(
    _ learned: Proportion, _ agreement: Proportion?, on lessons: SubstituteLessons
  ) -> Bool {
    [learned, agreement].compactMap(\.self).allSatisfy(\.isSound)
      && learned.total == lessons.pictures.count
      && agreement?.total ?? 0 == lessons.heldOut.count
  }

  /// Whether more was asked, or another ensemble taught, after some results.
  private func hasGoneOn(
    since results: SubstituteResults, in folder: SubstituteFolder
  ) throws -> Bool {
    let rounds = try folder.rounds()
    guard rounds.count == results.rounds.count else { return true }
    guard let now = try folder.recordedSetup()?.ensemble, let then = results.setup.ensemble else {
      return false
    }
    return !now.hasMembers(then.members)
  }
}
