import Datasets
import Evaluation
import Foundation
import Imaging
import Oracles
import TensorModule
import ThreatModels

extension SubstituteVerification {
  /// Checks what the service said of pictures as they are, and of what the attacks made of them.
  ///
  /// - Parameter model: what was attacked; nothing if it cannot be asked.
  mutating func checkTransfers(
    through model: (any DifferentiableClassifier)?, with evidence: SubstituteEvidence
  ) throws {
    let results = evidence.results
    checkPlan(of: results)
    guard let pictures = results.pictures else {
      if !results.transfers.isEmpty { note("results.json", "attacks on no pictures") }
      return
    }
    let looks = pictures.looks
    let classes = 0..<evidence.classCount
    guard !looks.isEmpty, Set(looks.map(\.name)).count == looks.count,
      looks.allSatisfy({ classes.contains($0.label) && RunFolder.isSafe($0.name) })
    else { return note("results.json", "the pictures have no proper names and classes") }
    if pictures.areUnlabelled, looks.contains(where: { $0.label != $0.answer }) {
      note("results.json", "pictures without labels are of other classes than the service says")
    }
    for look in looks {
      try compareAnswer(look.answer, to: look.question, about: look.name, evidence)
    }
    compareShares(
      "results.json", "pictures that the service got right", said: pictures.right,
      found: SubstituteResults.Pictures.right(of: looks))
    for (number, transfer) in results.transfers.enumerated() {
      try check(transfer, at: number, looks, through: model, evidence)
    }
    for name in evidence.folder.namesOfAttacks(besides: results.transfers.count) {
      note("fooled/\(name)", "the results have no such attack")
    }
  }

  /// Checks that what was planned was done, as far as the budget reached, and nothing else.
  private mutating func checkPlan(of results: SubstituteResults) {
    guard var planned = results.setup.attacks else { return }
    for (number, transfer) in results.transfers.enumerated() {
      guard let place = planned.firstIndex(where: transfer.isOf) else {
        note("attack \(number + 1)", "it was not planned, or it is said twice")
        continue
      }
      planned.remove(at: place)
    }
    if results.queries >= results.budget ?? .max { return }
    for attack in planned where results.isBeyondBudget(attack) {
      note(
        "results.json",
        "\(attack.title) was planned and is missing, though the budget was not spent")
    }
  }

  private mutating func check(
    _ transfer: SubstituteResults.Transfer, at number: Int, _ looks: [SubstituteResults.Look],
    through model: (any DifferentiableClassifier)?, _ evidence: SubstituteEvidence
  ) throws {
    let place = "attack \(number + 1)"
    let (attempts, target) = (transfer.attempts, transfer.target)
    guard transfer.threat.pixels == .eightBit, transfer.threat.budget.isSound else {
      return note(place, "the budget is none of pictures")
    }
    if let target, !(0..<evidence.classCount).contains(target) {
      return note(place, "the service has no class \(target)")
    }
    let rows = looks.indices.filter { looks[$0].canBeAttacked(toward: target) }
    guard !attempts.isEmpty, attempts.map(\.picture) == Array(rows.prefix(attempts.count)),
      transfer.isCutShort == (attempts.count < rows.count)
    else {
      return note(place, "other pictures were attacked than those that the service got right")
    }
    if transfer.isCutShort, evidence.results.queries < evidence.results.budget ?? .max {
      note(place, "it was cut short, though the budget was not spent")
    }
    let trial = trial(of: transfer, place, seed: evidence.results.setup.plan.seed)
    var copies = CopiedSuccesses()
    var successes: [RemadeSuccess] = []
    for attempt in attempts {
      let look = looks[attempt.picture]
      let name = "\(place), \(look.name)"
      try compareAnswer(attempt.answer, to: attempt.question, about: name, evidence)
      let isReached = target.map { attempt.answer == $0 } ?? (attempt.answer != look.label)
      let isSuccess = attempt.outcome == .newlyWrong
      let isWithin = attempt.distances.isWithin(transfer.threat.budget)
      if isSuccess != (isReached && isWithin) || (attempt.outcome == .invalid && isWithin)
        || attempt.outcome == .initiallyWrong
      {
        note(name, "the outcome does not follow from the answer")
      }
      if isSuccess {
        claimed += 1
        let before = discrepancies.count
        let pictures = try checkPictures(
          of: attempt, look, within: transfer.threat, number, name, evidence)
        let isCopy = pictures.map { copies.note(look.name, $0.original) } ?? false
        let isConfirmed = discrepancies.count == before && !isCopy
        if isConfirmed { confirmed += 1 }
        if let pictures {
          successes.append(
            RemadeSuccess(
              name: name, row: attempt.picture, label: look.label, original: pictures.original,
              point: pictures.adversarial, isConfirmed: isConfirmed))
        }
      }
    }
    if let trial, let model { try remake(successes, by: trial, on: model, place) }
    remarks += copies.remarks.map { "\(place): \($0)" }
    let counts = SubstituteResults.Counts(
      of: attempts, labels: attempts.map { looks[$0.picture].label }, target: target)
    compareShares(place, "fools the service", said: transfer.fooled, found: counts.fooled)
    compareShares(
      place, "fools the substitute", said: transfer.fooledSubstitute,
      found: counts.fooledSubstitute)
    compare(place, "invalid", said: transfer.invalid, found: counts.invalid)
    let kept = evidence.folder.namesOfFooled(byAttack: number)
    let named = Set(attempts.filter { $0.outcome == .newlyWrong }.map { looks[$0.picture].name })
    for name in kept.subtracting(named).sorted() {
      note("\(place), \(name)", "nothing says that this picture fools the service")
    }
  }

  private mutating func compareAnswer(
    _ said: Int, to question: QueryDigest, about name: String, _ evidence: SubstituteEvidence
  ) throws {
    guard let answer = try evidence.answer(to: question) else {
      return note(name, "the journal has no such question")
    }
    if answer != said { note(name, "the service's answer is class \(answer), and not \(said)") }
  }

  /// Checks a success by its two files.
  ///
  /// - Returns: the picture as it was and as it is; nothing if they cannot be told.
  private mutating func checkPictures(
    of attempt: SubstituteResults.Attempt, _ look: SubstituteResults.Look,
    within threat: ThreatModel, _ number: Int, _ name: String, _ evidence: SubstituteEvidence
  ) throws -> (original: Picture, adversarial: Picture)? {
    let paths = evidence.folder.pathsOfFooled(look.name, byAttack: number)
    guard let original = try? Picture(contentsOf: paths.original),
      let adversarial = try? Picture(contentsOf: paths.adversarial)
    else {
      note(name, "its pictures cannot be read")
      return nil
    }
    let sizes = evidence.imageShape.sizes
    guard [original, adversarial].allSatisfy({ [$0.channels, $0.height, $0.width] == sizes }) else {
      note(name, "its pictures are not of the service's size")
      return nil
    }
    if try evidence.question(about: original) != look.question {
      note(name, "the original is not the picture that was asked about")
    }
    if try evidence.question(about: adversarial) != attempt.question {
      note(name, "the picture is not the one that was asked about")
    }
    let (image, point) = (Tensor([original]), Tensor([adversarial]))
    if !Distances.between(image, and: point, on: .eightBit)[0].agree(with: attempt.distances) {
      note(name, "the distances are not those of the pictures")
    }
    if !threat.allows(point, around: image)[0] { note(name, "the picture is outside the budget") }
    return (original, adversarial)
  }
}
