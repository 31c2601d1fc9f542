import Evaluation
import Oracles
import Substitutes
import ThreatModels

/// A page about a substitute as the template wants it.
struct SubstituteView {
  let title: String
  let style = PageStyle.source
  let progressWarning: String?
  let verdict, ending, command, attacked: String
  let clean: String?
  let tiles: [Tile]
  let charts: [LineChartView]
  let rounds: [Round]
  let ensemble: Ensemble?
  let transfers: [Transfer]
  let cards: [Card]
  let noticed: QueryPatternView
  let settings: [Setting]

  struct Tile {
    let name, value: String
  }

  struct Round {
    let round, new, pictures, asked, classes, agreement, interval, learned: String
  }

  struct Ensemble {
    let rows: [Member]
  }

  struct Member {
    let name, agreement, interval, learned: String
  }

  struct Transfer {
    let title, budget, share, interval, count, substitute: String
  }

  struct Card {
    let name, label, answer, attack, norm, distance: String
    let triptych: Triptych?
  }

  struct Setting {
    let name, value: String
  }

  init(_ page: SubstitutePage) {
    let results = page.results
    title = "A substitute for \(results.setup.service.identity.title)".typeset
    progressWarning = results.progressWarning?.typeset
    verdict = results.verdict.typeset
    ending = results.endingWords
    command = page.command.safe
    clean = Self.clean(results)?.typeset
    tiles = Self.tiles(of: results)
    charts = results.rounds.isEmpty ? [] : [LineChartView(results.chart)]
    rounds = results.rounds.map(Self.round)
    attacked = results.attackedModel
    let members = results.ensembleRows.map { row in
      Member(
        name: row.name.typeset, agreement: (row.agreement?.value.asPercentage ?? "–").typeset,
        interval: (row.agreement?.intervalWords ?? "–").typeset,
        learned: row.learned.value.asPercentage.typeset)
    }
    ensemble = members.isEmpty ? nil : Ensemble(rows: members)
    transfers = results.attackRows.map(Self.transfer)
    cards = page.successes.map { Self.card($0, of: results) }
    noticed = QueryPatternView(results.pattern)
    settings = results.setup.rows.map { Setting(name: $0.name.typeset, value: $0.value.typeset) }
  }

  /// What the service says of the pictures as they are; nothing if none were to be attacked.
  private static func clean(_ results: SubstituteResults) -> String? {
    guard let pictures = results.pictures else {
      return results.unshown.isEmpty
        ? nil : "The budget was spent before the service was asked about any of the pictures."
    }
    return pictures.areUnlabelled
      ? "The pictures have no labels: the service’s own answer counts as the truth."
      : "The service gets \(pictures.right.words) of the pictures right as they are; the others "
        + "are not attacked."
  }

  private static func tiles(of results: SubstituteResults) -> [Tile] {
    let last = results.rounds.last
    return [
      Tile(name: "queries", value: results.queries.grouped),
      Tile(name: "learned from", value: (last?.pictures ?? 0).grouped),
      Tile(name: "agreement", value: (last?.agreement?.value.asPercentage ?? "–").typeset),
      results.mostFrequent.map {
        Tile(name: "one class for all", value: $0.value.asPercentage.typeset)
      },
      results.cost.map { Tile(name: "cost", value: $0.asMoney) },
    ].compactMap(\.self)
  }

  private static func round(_ round: SubstituteRound) -> Round {
    Round(
      round: "\(round.round)", new: round.newPictures.grouped, pictures: round.pictures.grouped,
      asked: round.asked.grouped, classes: "\(round.classes)",
      agreement: (round.agreement?.value.asPercentage ?? "–").typeset,
      interval: (round.agreement?.intervalWords ?? "–").typeset,
      learned: round.learned.value.asPercentage.typeset)
  }

  private static func transfer(_ row: SubstituteResults.AttackRow) -> Transfer {
    Transfer(
      title: row.title.typeset, budget: row.budget.typeset, share: row.share.typeset,
      interval: row.interval.typeset, count: row.count.typeset,
      substitute: row.substitute.typeset)
  }

  private static func card(
    _ success: SubstitutePage.Success, of results: SubstituteResults
  ) -> Card {
    let transfer = results.transfers[success.transfer]
    let norm = transfer.threat.budget.norm
    return Card(
      name: success.name.typeset, label: success.label.typeset, answer: success.answer.typeset,
      attack: "\(transfer.title), \(transfer.threat.words)".typeset, norm: norm.description,
      distance: success.distances.words(in: norm),
      triptych: Triptych(
        original: success.original, adversarial: success.adversarial, threat: transfer.threat))
  }
}
