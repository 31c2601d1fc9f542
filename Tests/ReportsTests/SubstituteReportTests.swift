import Attacks
import Datasets
import Evaluation
import Foundation
import Imaging
import Testing
import ThreatModels

@testable import Oracles
@testable import Reports
@testable import Substitutes

@Suite struct SubstituteReportTests {
  private func results(
    transfers: Bool = true, target: Int? = nil, targetName: String? = nil
  ) throws -> SubstituteResults {
    let service = QuerySetup(
      of: StandIn(
        identity: OracleIdentity(interface: "test", address: "http://host/<v>?")))
    let threat = ThreatModel(try PerturbationBudget(.linf, epsilon: "0.3"))
    let trial = try TransferTrial(FGSM(), within: threat, target: target)
    let picture = Picture(width: 2, height: 2, filledWith: [9])
    let originals = (0..<11).map { number in
      TransferStage.Original(
        sample: LabelledPicture(picture: picture, label: 0, name: "\(number)"), label: 0,
        answer: number / 10, question: question(number, service))
    }
    let outcomes = (0..<10).map { number in
      TransferOutcome(
        picture: number, substitute: number < 9 ? 1 : 0, answer: number < 8 ? 1 : 0,
        question: question(number, service),
        outcome: number < 8 ? .newlyWrong : .robust,
        distances: Distances(maximumInPixels: 76, l2: 1, l1: 2, l0: 4), point: picture)
    }
    let transfer = try #require(
      SubstituteResults.Transfer(
        outcomes, of: trial, labels: Array(repeating: 0, count: 10),
        targetName: targetName, isCutShort: false))
    func round(_ number: Int, _ agreeing: Int) -> SubstituteRound {
      SubstituteRound(
        round: number, newPictures: 150, pictures: 150 * (number + 1),
        asked: 200 + 150 * number, classes: 1 + 9 * number, learned: Proportion(100, of: 150),
        agreement: Proportion(agreeing, of: 50), seconds: 1)
    }
    var pattern = QueryPattern()
    pattern.queries = 100
    pattern.close = 30
    return SubstituteResults(
      setup: SubstituteSetup(
        version: "1", engineVersion: "2", service: service, model: .init(source: "lenet"),
        seeds: .init(path: "seeds & more", split: "test", count: 150, heldOut: 50, sha256: "0"),
        growth: "jacobian, step 26/255", plan: SubstitutePlan()),
      ending: .budget, rounds: [round(0, 20), round(1, 45)],
      mostFrequent: Proportion(11, of: 50),
      pictures: transfers ? .init(from: "mnist", originals) : nil,
      transfers: transfers ? [transfer] : [], queries: 350, budget: 400, cost: 1.75,
      pattern: pattern)
  }

  private func question(_ number: Int, _ service: QuerySetup) -> QueryDigest {
    QueryDigest(
      of: EncodedPicture(bytes: [UInt8(number)], isRounded: false), to: service.identity)
  }

  private struct StandIn: QueriedModel {
    let identity: OracleIdentity
    let imageShape = ImageShape(channels: 1, height: 28, width: 28)
    let classCount = 10
    let encoding = PictureEncoding.png
    let scoreKind: ScoreKind? = nil
    let retryCount = 0

    func ask(
      about pictures: [EncodedPicture], send: QuestionSender, receive: AnswerReceiver
    ) throws(OracleError) {}
  }

  @Test func theVerdictNamesTheBestAttackAndTheAgreement() throws {
    let verdict = try results().verdict
    #expect(
      verdict.hasPrefix(
        "Through a substitute the service gets wrong 80.0 % of 10 pictures that it got right"))
    #expect(verdict.contains("FGSM within L∞ ε = 0.3"))
    #expect(verdict.contains("learned from 300 answers"))
    #expect(verdict.contains("on 90.0 % of 50 held-out seeds"))
    #expect(verdict.contains("where one class for all of them would agree on 22.0 %"))
    #expect(try results(target: 1).verdict.contains("takes for class 1 "))
    #expect(try results(target: 1, targetName: "stop").verdict.contains("takes for stop 80.0 %"))
    #expect(try results(transfers: false).verdict.hasPrefix("The substitute learned from 300"))
  }

  /// What was chosen because it is the best, and what decided when to stop, is said to be so.
  @Test func flatteringChoicesAreSaid() throws {
    var several = try results()
    #expect(!several.verdict.contains("widened") && !several.verdict.contains("flatters"))
    var worse = several.transfers[0]
    worse.fooled = Proportion(2, of: 10)
    several.transfers = [worse, several.transfers[0], worse]
    #expect(
      several.verdict.contains(
        "(95 % interval 42.6 to 95.6 %, widened because it is the best of 3): FGSM"),
      "\(several.verdict)")
    several.ending = .patience
    #expect(several.verdict.contains("they also decided when to stop, which flatters the figure"))
    several.mostFrequent = Proportion(50, of: 50)
    #expect(several.verdict.contains("one class for all of them, so that this says nothing"))
  }

  /// What does not look at the substitute is a measure, and no achievement.
  @Test func theControlIsNotTheVerdict() throws {
    var results = try results()
    var control = results.transfers[0]
    control.attack = .init(of: RandomSignNoise())
    control.title = "RandomSignNoise"
    for (count, words) in [
      (0, "comes to 0 % (0 to 27.8 %): the attack does better. "),
      (7, "the attack does better, but the intervals overlap. "),
      (9, "the attack does no better, so that the substitute has not helped. "),
    ] {
      control.fooled = Proportion(count, of: 10)
      results.transfers = [control, try self.results().transfers[0]]
      let verdict = results.verdict
      #expect(verdict.contains("gets wrong 80.0 %") && verdict.contains("): FGSM within"))
      #expect(verdict.contains("RandomSignNoise, which does not look at it, comes to"))
      #expect(verdict.contains(words) && !verdict.contains("widened"), "\(verdict)")
    }
    let text = SubstituteTable(results, width: 120).description
    #expect(text.contains("RandomSignNoise (control)") && !text.contains("FGSM (control)"))
    let html = SubstitutePage(results, successes: [], command: "x").html
    #expect(html.contains("RandomSignNoise (control)"))
    results.transfers = [control]
    #expect(
      results.verdict.hasPrefix(
        "No attack on the substitute was shown to the service. Under a control, which does not look at it, "
          + "the service gets wrong 90.0 %"), "\(results.verdict)")
    #expect(results.verdict.contains("): RandomSignNoise (control) within"))
  }

  /// Attacks that the budget did not reach for are missed, and those that it cut short not compared.
  @Test func whatTheBudgetDidNotReachForIsSaid() throws {
    var results = try results()
    #expect(results.progressWarning == nil)
    let threat = results.transfers[0].threat
    let whole = results.transfers[0]
    let attacks: [any Attack] = [FGSM(), MIFGSM()]
    results.setup.attacks = try attacks.map {
      SubstituteSetup.PlannedAttack(try TransferTrial($0, within: threat))
    }
    var cut = whole
    (cut.title, cut.fooled, cut.isCutShort) = ("PGD", Proportion(2, of: 2), true)
    cut.attempts = Array(cut.attempts.prefix(2))
    results.transfers.append(cut)
    let warning =
      "The budget of queries was spent before all attacks were done: PGD within L∞ ε = 0.3 "
      + "was tried on 2 of 10 pictures; MI-FGSM within L∞ ε = 0.3 was not asked."
    #expect(results.progressWarning == warning)
    #expect(results.verdict.contains("gets wrong 80.0 % of 10 pictures"), "\(results.verdict)")
    #expect(results.verdict.contains("Attacks that were cut short are not compared. "))
    let text = SubstituteTable(results, width: 400).description
    #expect(text.contains("\nIncomplete. \(warning)\n") && text.contains("PGD (cut short)"))
    #expect(text.contains("MI-FGSM (not asked: the budget was spent)") && text.contains("0 of 0"))
    let html = SubstitutePage(results, successes: [], command: "x").html
    #expect(XMLElements(of: html).problem == nil && html.contains("<b>Incomplete.</b>"))
    #expect(html.contains("MI-FGSM (not asked: the budget was spent)"))
    #expect(html.contains("PGD (cut short)"))
    results.transfers = [cut]
    #expect(
      results.verdict.contains(
        "PGD (cut short) within L∞ ε = 0.3. The budget was spent before it had been tried on all 10 pictures."
      ),
      "\(results.verdict)")
    var control = whole
    control.attack = .init(of: RandomSignNoise())
    results.transfers = [cut, control]
    #expect(results.verdict.contains("so that neither can be called better"))
    (results.transfers, results.pictures) = ([], nil)
    #expect(results.verdict.hasPrefix("No attack on the substitute was shown to the service. The"))
    let none = SubstitutePage(results, successes: [], command: "x").html
    #expect(none.contains("FGSM (not asked: the budget was spent)"))
  }

  /// A smaller budget than what was asked under a greater one.
  @Test func moreThanIsAllowedNowIsSaidSo() throws {
    var results = try results()
    results.budget = 300
    #expect(
      results.effort == "350 queries, beyond the 300 that are allowed now, which cost 1.75")
    #expect(QueryBudget(limit: 500, price: 0.01).words(asked: 350) == "350 of 500 queries, 3.50")
    #expect(QueryBudget().words(asked: 1) == "1 query")
  }

  @Test func theTableHasAllRoundsAndAttacks() throws {
    let lines = SubstituteTable(try results(), width: 90).lines
    #expect(lines.allSatisfy { $0.count <= 110 && !$0.hasSuffix(" ") })
    let text = lines.joined(separator: " ")
    for words in ["90.0 %", "8 of 10", "350 of 400 queries, which cost 1.75", "could have noticed"]
    {
      #expect(text.contains(words), "\(words)")
    }
    #expect(try results().rounds[1].words.contains("10 classes; agrees on 90.0 %"))
    #expect(try results().rounds[0].words.contains("1 class;"))
  }

  /// What attacks worked on is said wherever the substitute would be.
  @Test func anEnsembleIsShown() throws {
    var results = try results()
    #expect(!SubstituteTable(results, width: 90).lines.joined().contains("ensemble"))
    let member = SubstituteMember(
      model: .init(source: "mlp-<9>"), pictures: 300, learned: Proportion(270, of: 300),
      agreement: Proportion(30, of: 50), seconds: 1)
    results.setup.ensemble = .init([member.model], averaging: .losses)
    results.ensemble = .init(
      members: [member], learned: Proportion(280, of: 300), agreement: Proportion(48, of: 50))
    #expect(results.verdict.hasPrefix("Through an ensemble of 2 substitutes the service gets"))
    #expect(
      results.verdict.hasSuffix(
        "With 1 other model that learned from the same answers it agrees on 96.0 % of them."))
    #expect(
      member.words == "mlp-<9>: agrees on 60.0 % of held-out seeds, 90.0 % of what it learned from")
    let lines = SubstituteTable(results, width: 90).lines
    #expect(lines.allSatisfy { $0.count <= 110 && !$0.hasSuffix(" ") })
    func figures(_ name: String) -> [Substring] {
      lines.first { $0.hasPrefix(name) }?.dropFirst(name.count).split(separator: " ") ?? []
    }
    #expect(figures("all of them, mean losses").first == "96.0")
    #expect(figures("lenet").first == "90.0" && figures("mlp-<9>").first == "60.0")
    #expect(lines.contains { $0.hasSuffix("ensemble is wrong") })
    let html = SubstitutePage(results, successes: [], command: "x").html
    #expect(XMLElements(of: html).problem == nil)
    for words in [
      "Attacks through the ensemble", "The ensemble is wrong", "mlp-&lt;9&gt;", "96.0\u{A0}%",
      "What learned from the same answers", "mean losses",
    ] {
      #expect(html.contains(words), "\(words)")
    }
  }

  @Test func thePageIsSoundAndLoadsNothing() throws {
    let picture = Picture(width: 4, height: 4, filledWith: [9])
    let success = SubstitutePage.Success(
      name: "a<b>", label: "zero", answer: "one & two", transfer: 0,
      distances: Distances(maximumInPixels: 76, l2: 1, l1: 2, l0: 4), original: picture,
      adversarial: picture)
    let html = SubstitutePage(
      try results(), successes: [success], command: "adversary substitute <x>"
    ).html
    #expect(XMLElements(of: html).problem == nil)
    for words in [
      "A substitute for http://host/&lt;v&gt;?", "a&lt;b&gt;", "one &amp; two", "seeds &amp; more",
      "the budget had no room for more", "adversary substitute &lt;x&gt;", "8 of 10",
      "What the service could have noticed", "<dt>one class for all</dt><dd>22.0",
    ] {
      #expect(html.contains(words), "\(words)")
    }
    #expect(!html.contains("src=\"http") && !html.contains("<script"))
    let empty = SubstitutePage(try results(transfers: false), successes: [], command: "x").html
    #expect(XMLElements(of: empty).problem == nil && empty.contains("None of the pictures"))
  }
}
