import Attacks
import ThreatModels

extension EvaluationTally {
  /// What the results themselves say against their trustworthiness.
  var findings: [Finding] {
    setup.threats.indices.flatMap { threat in
      [blackBoxFinding(threat), oneStepFinding(threat), invalidFinding(threat)].compactMap(\.self)
    } + [fewClassesFinding, leftOutFinding].compactMap(\.self)
  }

  /// A finding with the weight that it has beside the results.
  ///
  /// That more steps, one step or a search without gradients help makes a number doubtful only if the
  /// attacks that were asked for do not find as much.
  func weighed(_ finding: Finding) -> Finding {
    let kinds: [Finding.Kind] = [.moreStepsHelp, .oneStepBeatsMany, .blackBoxBeatsWhiteBox]
    guard kinds.contains(finding.kind), let unit = plan.sanityUnit else { return finding }
    let threat = setup.threats[unit.threat]
    let shown = fooled(within: threat, by: [unit.line])
    let own = Set(plan.lines.indices).subtracting([unit.line])
    guard !shown.isEmpty, shown.isSubset(of: fooled(within: threat, by: own)) else {
      return finding
    }
    return Finding(
      finding.kind, .note,
      observation: finding.observation
        + " The attacks of the evaluation fool all pictures that this check did.",
      advice: "nothing more than was done: the attacks that were asked for find these")
  }

  private var hasAutoAttack: Bool { plan.lines.contains { $0.ensemble == AutoAttack.name } }

  /// How many samples mean something: three, or two in a hundred.
  private var telling: Int { max(3, samples.count / 50) }

  private func blackBoxFinding(_ threat: Int) -> Finding? {
    let blind = lines(under: threat).filter { isBlackBox(plan.lines[$0].attack) }
    let seeing = lines(under: threat).filter { !isBlackBox(plan.lines[$0].attack) }
    if seeing.isEmpty { return nil }
    let found = fooled(by: blind, under: threat).subtracting(fooled(by: seeing, under: threat))
      .count
    guard found >= telling else { return nil }
    return Finding(
      .blackBoxBeatsWhiteBox, .warning,
      observation: "under \(setup.threats[threat].budget) attacks without gradients fool \(found) "
        + "pictures that attacks with gradients do not",
      advice: "the model hides its gradients, or the attacks with gradients are too weak: add "
        + (hasAutoAttack ? "" : "autoattack, ")
        + "more steps and restarts, and count on the worst case only")
  }

  private func invalidFinding(_ threat: Int) -> Finding? {
    let invalid = Set(
      results.filter { $0.threat == threat && $0.outcome == .invalid }.map(\.sample)
    ).subtracting(fooled(within: setup.threats[threat]))
    guard invalid.count >= telling else { return nil }
    return Finding(
      .notFinite, .warning,
      observation: "under \(setup.threats[threat].budget) attacks ended at points of "
        + "\(invalid.count) pictures that are not valid: the model's answer is not finite, or they "
        + "leave the budget",
      advice: "such points count as held here and hide what would be found: mend the model before "
        + "its robustness is measured")
  }

  private func oneStepFinding(_ threat: Int) -> Finding? {
    let single = lines(under: threat).filter { plan.lines[$0].attack is FGSM }
    let iterated = lines(under: threat).filter {
      !(plan.lines[$0].attack is FGSM) && !isBlackBox(plan.lines[$0].attack)
    }
    if iterated.isEmpty { return nil }
    let found = fooled(by: single, under: threat).subtracting(fooled(by: iterated, under: threat))
      .count
    guard found >= telling else { return nil }
    return Finding(
      .oneStepBeatsMany, .warning,
      observation: "under \(setup.threats[threat].budget) one step fools \(found) pictures that "
        + "attacks with many steps do not",
      advice: "the model's gradients mislead: count on the worst case of several attacks only")
  }

  private var fewClassesFinding: Finding? {
    let concerned = plan.lines.filter { line in
      (line.attack as? APGD).map { $0.loss.classesNeeded > setup.classCount } ?? false
    }
    if concerned.isEmpty { return nil }
    var names: [String] = []
    for line in concerned where !names.contains(line.name) { names.append(line.name) }
    return Finding(
      .marginForFewClasses, .note,
      observation:
        "the model has \(setup.classCount) classes, too few for the difference of logits "
        + "ratio of \(names.joined(separator: " and ")), so the plain margin between two logits stood "
        + "for it",
      advice:
        "this is not what AutoAttack's authors run, so say so where the number is compared with "
        + "published ones")
  }

  private var leftOutFinding: Finding? {
    let taken = Set(samples.map(\.label)).count
    guard let all = setup.data.classCount, taken < all, samples.count == setup.data.count else {
      return nil
    }
    return Finding(
      .classesLeftOut, .note,
      observation: "the \(samples.count) pictures that were taken are of \(taken) of the \(all) "
        + "classes of the data set",
      advice: "the numbers are about these classes: take more pictures"
        + (setup.data.isSpread == true
          ? "" : ", or as many evenly from the whole data set (--sample \(samples.count))"))
  }

  private func lines(under threat: Int) -> [Int] {
    plan.lines.indices.filter {
      plan.lines[$0].threats.contains(threat) && !plan.lines[$0].isSanityCheck
    }
  }

  private func isBlackBox(_ attack: any Attack) -> Bool {
    attack is any ScoreBasedAttack || attack is any DecisionBasedAttack
  }

  private func fooled(by lines: [Int], under threat: Int) -> Set<Int> {
    let lines = Set(lines)
    return Set(
      results.filter {
        $0.threat == threat && lines.contains($0.attack) && $0.outcome == .newlyWrong
      }.map(\.sample))
  }
}
