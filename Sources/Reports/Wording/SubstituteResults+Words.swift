public import Substitutes
import Evaluation
import Oracles
import ThreatModels

extension SubstituteResults {
  /// The outcome in a few sentences.
  public var verdict: String {
    let learned =
      rounds.last.map { "learned from \($0.pictures.grouped) answers" } ?? "learned nothing"
    let head = "The substitute \(learned)\(agreementWords ?? "").\(ensembleWords ?? "")"
    let informed = transfers.filter { !$0.isControl }
    let compared = Self.complete(informed)
    guard let best = compared.max(by: { $0.fooled.value < $1.fooled.value }) else {
      return (controlsAlone ?? "") + head
    }
    let means =
      ensemble.map { "an ensemble of \($0.members.count + 1) substitutes" } ?? "a substitute"
    let others =
      compared.count < informed.count ? "Attacks that were cut short are not compared. " : ""
    return "Through \(means) \(words(ofBest: best, among: compared.count))"
      + "\(others)\(controlWords(beside: best) ?? "")" + head
  }

  /// Those that the budget did not cut short; all if it cut every one.
  private static func complete(_ transfers: [Transfer]) -> [Transfer] {
    let complete = transfers.filter { !$0.isCutShort }
    return complete.isEmpty ? transfers : complete
  }

  /// What the best of some attacks comes to.
  private func words(ofBest best: Transfer, among count: Int) -> String {
    let goal = best.target.map { "takes for \(best.targetName ?? "class \($0)")" } ?? "gets wrong"
    let all = attackableCount(toward: best.target)
    return "the service \(goal) \(best.fooled.value.asPercentage) of "
      + "\(best.fooled.total.of("picture")) that it got right (95 % interval "
      + best.fooled.intervalWords(asOneOf: count)
      + (count > 1 ? ", widened because it is the best of \(count)" : "")
      + "): \(best.words) within \(best.threat.words). "
      + (best.isCutShort
        ? "The budget was spent before it had been tried on all \(all.of("picture")). " : "")
  }

  /// What controls come to where no attack on the substitute was shown; nothing if none was to be.
  private var controlsAlone: String? {
    if transfers.isEmpty, unshown.isEmpty { return nil }
    let controls = Self.complete(transfers)
    let best = controls.max { $0.fooled.value < $1.fooled.value }
    return "No attack on the \(attackedModel) was shown to the service. "
      + (best.map {
        "Under a control, which does not look at it, \(words(ofBest: $0, among: controls.count))"
      } ?? "")
  }

  /// Which attacks the budget did not reach for; nothing if it reached for all.
  var progressWarning: String? {
    let cut = transfers.filter(\.isCutShort).map {
      "\($0.title) within \($0.threat.words) was tried on \($0.attempts.count.grouped) of "
        + attackableCount(toward: $0.target).of("picture")
    }
    let missing = unshown.filter(isBeyondBudget).map {
      "\($0.title) within \($0.threat.words) was not asked"
    }
    if cut.isEmpty, missing.isEmpty { return nil }
    return "The budget of queries was spent before all attacks were done: "
      + (cut + missing).joined(separator: "; ") + "."
  }

  /// One attack as tables show it.
  struct AttackRow {
    let title, budget, share, interval, count, substitute: String
  }

  /// All attacks that were planned, first those that the service was shown something of.
  var attackRows: [AttackRow] {
    transfers.map {
      AttackRow(
        title: $0.words, budget: $0.threat.words, share: $0.fooled.value.asPercentage,
        interval: $0.fooled.intervalWords,
        count: "\($0.fooled.count.grouped) of \($0.fooled.total.grouped)",
        substitute: $0.fooledSubstitute.value.asPercentage)
    }
      + unshown.map {
        let why =
          isBeyondBudget($0) ? "not asked: the budget was spent" : "there was no picture for it"
        return AttackRow(
          title: "\($0.title) (\(why))", budget: $0.threat.words, share: "–", interval: "–",
          count: "0 of 0", substitute: "–")
      }
  }

  /// What the control within the same budget comes to, and whether an attack does better.
  private func controlWords(beside attack: Transfer) -> String? {
    let controls = Self.complete(
      transfers.filter {
        $0.isControl && $0.threat == attack.threat && $0.target == attack.target
      })
    guard !attack.isControl,
      let control = controls.max(by: { $0.fooled.value < $1.fooled.value })
    else { return nil }
    let comparison =
      if attack.attempts.count != control.attempts.count {
        "they were not tried on the same pictures, so that neither can be called better"
      } else if attack.fooled.value <= control.fooled.value {
        "the attack does no better, so that the substitute has not helped"
      } else if attack.fooled.low <= control.fooled.high {
        "the attack does better, but the intervals overlap"
      } else {
        "the attack does better"
      }
    return "\(control.title), which does not look at it, comes to "
      + "\(control.fooled.words): \(comparison). "
  }

  /// How well the substitute agrees, beside what saying one class for all would come to.
  private var agreementWords: String? {
    guard let agreement = rounds.last?.agreement else { return nil }
    let constant = mostFrequent.map {
      $0.count == $0.total
        ? "; the service named one class for all of them, so that this says nothing"
        : ", where one class for all of them would agree on \($0.value.asPercentage)"
    }
    return " and agrees with the service on \(agreement.value.asPercentage) of "
      + "\(agreement.total.of("held-out seed")) (95 % interval \(agreement.intervalWords))"
      + (constant ?? "")
      + ([.agreement, .patience].contains(ending)
        ? "; they also decided when to stop, which flatters the figure" : "")
  }

  /// What all of it took.
  public var effort: String {
    queries.queries(of: budget)
      + (cost.map { ", which cost \($0.asMoney)" } ?? "")
  }

  /// Why no more was asked, in words.
  var endingWords: String {
    switch ending {
    case .planned: "all rounds were done"
    case .budget:
      rounds.last.flatMap { $0.isCutShort == true ? $0.round : nil }
        .map { "the budget that round \($0) had left no room for more" }
        ?? "the budget had no room for more"
    case .agreement: "the substitute agreed as well as was wanted"
    case .patience: "agreement had not grown for some rounds"
    case .pictures: "there were no more pictures"
    case .interrupted: "it was stopped"
    }
  }

  /// Agreement over the number of queries.
  var chart: LineChart {
    func series(_ name: String, _ share: (SubstituteRound) -> Proportion?) -> LineChart.Series? {
      let points = rounds.compactMap { round in
        share(round).map {
          LineChart.Point(x: Double(round.asked), y: $0.value, range: $0.low...$0.high)
        }
      }
      return points.isEmpty ? nil : LineChart.Series(name, points: points)
    }
    return LineChart(
      title: "Agreement with the service",
      summary: "How often the substitute says what the service says, after each round, with 95 % "
        + "intervals as bands.",
      horizontalAxis: .init("queries"),
      verticalAxis: .init("agreement", notation: .percentage, range: 0...1),
      series: [series("held-out seeds", \.agreement), series("learned from", \.learned)]
        .compactMap(\.self))
  }
}

extension SubstituteResults.Transfer {
  /// The attack's title; a control, or what the budget cut short, is said to be that.
  var words: String {
    let marks = (isControl ? ["control"] : []) + (isCutShort ? ["cut short"] : [])
    return marks.isEmpty ? title : "\(title) (\(marks.joined(separator: ", ")))"
  }
}

extension SubstituteRound {
  /// One round for people who watch: what was asked, and what came of it.
  public var words: String {
    let shares = Proportion.words(ofAgreement: agreement, learned: learned)
    let named = "\(classes) class\(classes == 1 ? "" : "es")"
    return "round \(round): \(newPictures.of("new picture")), \(asked.grouped) queries, \(named); "
      + shares
  }
}

extension SubstituteSetup {
  /// All that was chosen, as names with values.
  var rows: [(name: String, value: String)] {
    [
      ("Adversary", version), ("libtorch", engineVersion),
      ("Service", "\(service.identity.interface), \(service.identity.address)"),
      ("Pictures sent as", "\(service.encoding)"), ("Pictures", "\(service.imageShape)"),
      ("Classes", "\(service.classCount)"), ("Substitute", model.source),
      ("Beside it", ensemble?.members.map(\.source).joined(separator: ", ") ?? "nothing"),
      ("Attacks see", ensemble?.average ?? "the substitute"),
      ("Seeds", "\(seeds.count.grouped) of \(seeds.path), \(seeds.split)"),
      ("Held out", seeds.heldOut.grouped), ("Further questions", growth),
      ("Rounds", "\(plan.rounds)"),
      ("Stops at an agreement of", plan.enoughAgreement.map { $0.asPercentage } ?? "none"),
      (
        "Stops without more agreement after",
        plan.patience.map { $0.of("round") } ?? "no number of rounds"
      ),
      (
        "Reservoir",
        plan.reservoir.map { "\($0.size.grouped) pictures after round \($0.firstRound)" } ?? "none"
      ),
      ("Epochs a round", "\(plan.epochs)"), ("Batch size", "\(plan.batchSize)"),
      ("Learning rate", "\(plan.rate)"), ("Weight decay", "\(plan.weightDecay)"),
      ("Each round begins with", plan.isWarm ? "the weights of the last" : "new weights"),
      ("Seed", String(plan.seed)),
    ]
  }
}
