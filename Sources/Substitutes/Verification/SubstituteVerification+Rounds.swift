import Evaluation
import Imaging
import ThreatModels

extension SubstituteVerification {
  /// Checks what was asked in the rounds, and asks the finished substitute how well it agrees.
  ///
  /// - Returns: the model that was attacked; nothing if it cannot be asked, of which it has been said.
  mutating func checkRounds(
    with evidence: SubstituteEvidence
  ) throws -> (any DifferentiableClassifier)? {
    let (results, folder) = (evidence.results, evidence.folder)
    let rounds = results.rounds
    let kept = try folder.rounds()
    guard !rounds.isEmpty, Array(kept.prefix(rounds.count)) == rounds else {
      note("results.json", "the rounds are not those of rounds.json")
      return nil
    }
    let shape = evidence.imageShape
    let heldOut = try folder.pictures(.heldOut, shape: shape) ?? []
    compare(
      "results.json", "held-out seeds", said: results.setup.seeds.heldOut, found: heldOut.count)
    let expected = try evidence.answers(about: heldOut)
    guard expected.count == heldOut.count else {
      note("held-out seeds", "the journal has no answer about number \(expected.count)")
      return nil
    }
    compareShares(
      "results.json", "most frequent answer about held-out seeds", said: results.mostFrequent,
      found: Proportion(ofMostFrequentIn: expected))
    var pictures: [Picture] = []
    var known: Set<Picture> = []
    if Set(heldOut).count < heldOut.count { note("held-out seeds", "a picture comes again") }
    var labels: [Int] = []
    var questions = Set(try heldOut.map(evidence.question))
    for round in rounds {
      let asked = try folder.pictures(.round(round.round), shape: shape) ?? []
      guard round.newPictures > 0, round.newPictures <= asked.count else {
        note(round.place, "\(asked.count) pictures, and not \(round.newPictures)")
        return nil
      }
      let new = Array(asked.prefix(round.newPictures))
      let answers = try evidence.answers(about: new)
      guard answers.count == new.count else {
        note(round.place, "the journal has no answer about picture \(answers.count)")
        return nil
      }
      // Seeds may be alike; later rounds ask about nothing that is known.
      if round.round > 0, !known.isDisjoint(with: new) || Set(new).count < new.count {
        note(round.place, "a picture was asked about before")
      }
      known.formUnion(new)
      pictures += new
      labels += answers
      if round.round == 0 {
        compare("results.json", "seeds", said: results.setup.seeds.count, found: new.count)
      }
      compare(round.place, "pictures", said: round.pictures, found: pictures.count)
      compare(round.place, "classes", said: round.classes, found: Set(labels).count)
      compare(
        round.place, "held-out seeds", said: round.agreement?.total ?? 0, found: heldOut.count)
      compare(round.place, "learned from", said: round.learned.total, found: pictures.count)
      // What is sent as the same file is one question.
      questions.formUnion(try new.map(evidence.question))
      let least = max(questions.count, round.round > 0 ? rounds[round.round - 1].asked : 0)
      if round.asked < least || round.asked > results.queries {
        note(round.place, "\(round.asked) queries do not fit what was asked")
      }
      if ![round.learned, round.agreement].compactMap(\.self).allSatisfy(\.isSound) {
        note(round.place, "a share is not that of its counts")
        return nil
      }
    }
    let learnedFrom = heldOut.count(where: known.contains)
    if learnedFrom > 0 {
      note("held-out seeds", "\(learnedFrom) of \(heldOut.count) were learned from")
    }
    checkEnding(of: results)
    if kept.count > rounds.count {
      isComplete = false
      remarks.append(
        "the run went on after these results: neither the substitute nor what was found on it was checked"
      )
      return nil
    }
    let lessons = SubstituteLessons(
      pictures: pictures, labels: labels, heldOut: heldOut, expected: expected)
    let last = rounds[rounds.count - 1]
    let substitute = try keptModel(
      at: folder.path(of: .model), as: results.setup.model, called: "the substitute", evidence)
    if let substitute {
      try compareAgreement(
        of: substitute, last.place, learned: last.learned, agreement: last.agreement, on: lessons)
    }
    return try checkEnsemble(around: substitute, on: lessons, evidence)
  }

  private mutating func checkEnding(of results: SubstituteResults) {
    let found = results.setup.plan.ending(after: results.rounds)
    // Runs of before did not keep which round was cut, nor which attacks were planned.
    let isCutShort = results.rounds.last?.isCutShort ?? (results.setup.attacks == nil)
    let isPossible =
      switch results.ending {
      case .budget: results.budget != nil && (found == nil || (found == .planned && isCutShort))
      case .pictures: found == nil
      case .interrupted: false
      case .planned, .agreement, .patience: found == results.ending
      }
    if !isPossible {
      note("results.json", "that no more was asked does not follow from the rounds")
    }
    if let budget = results.budget, results.queries > budget {
      remarks.append(
        "\(results.queries) queries are more than the budget of \(budget): an earlier run must have had a "
          + "greater one")
    }
  }
}

extension SubstituteRound {
  fileprivate var place: String { "round \(round)" }
}
