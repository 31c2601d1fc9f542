import Evaluation
public import Substitutes

/// What a substitute bought, in plain text for a terminal or a log, without control codes.
public struct SubstituteTable: Hashable, Sendable {
  /// What was found.
  public var results: SubstituteResults
  /// Columns of the terminal.
  public var width: Int

  /// A table.
  public init(_ results: SubstituteResults, width: Int = 100) {
    self.results = results
    self.width = width
  }

  /// Rounds, attacks, and the verdict; no line ends in a space.
  public var lines: [String] {
    let tables = [rounds.lines, ensemble?.lines, transfers?.lines].compactMap(\.self)
    let paragraphs = [
      results.progressWarning.map { "Incomplete. \($0)" },
      "\(results.verdict) \(results.effort).", "What the service could have noticed:",
      results.pattern.sentences.joined(separator: " "),
    ].compactMap(\.self)
    return tables.flatMap { $0 + [""] }
      + paragraphs.flatMap { $0.safe.wrapped(toColumns: width) }
  }

  private var rounds: TextTable {
    TextTable(
      headings: [
        .init(title: "round"), .init(title: "pictures", alignment: .right),
        .init(title: "queries", alignment: .right), .init(title: "classes", alignment: .right),
        .init(title: "agreement", alignment: .right),
        .init(title: "95 % interval", alignment: .right),
        .init(title: "learned", alignment: .right),
      ],
      rows: results.rounds.map { round in
        [
          .init("\(round.round)"), .init(figure: round.pictures.grouped),
          .init(figure: round.asked.grouped), .init(figure: "\(round.classes)"),
          .init(figure: round.agreement?.value.asPercentage ?? "–"),
          .init(figure: round.agreement?.intervalWords ?? "–"),
          .init(figure: round.learned.value.asPercentage),
        ]
      }, width: width)
  }

  private var ensemble: TextTable? {
    let members = results.ensembleRows
    if members.isEmpty { return nil }
    return TextTable(
      headings: [
        .init(title: "ensemble"), .init(title: "agreement", alignment: .right),
        .init(title: "95 % interval", alignment: .right),
        .init(title: "learned", alignment: .right),
      ],
      rows: members.map { member in
        [
          .init(member.name), .init(figure: member.agreement?.value.asPercentage ?? "–"),
          .init(figure: member.agreement?.intervalWords ?? "–"),
          .init(figure: member.learned.value.asPercentage),
        ]
      }, width: width)
  }

  private var transfers: TextTable? {
    let rows = results.attackRows
    if rows.isEmpty { return nil }
    return TextTable(
      headings: [
        .init(title: "attack on the \(results.attackedModel)"), .init(title: "budget"),
        .init(title: "fools the service", alignment: .right),
        .init(title: "95 % interval", alignment: .right),
        .init(title: "pictures", alignment: .right),
        .init(title: "\(results.attackedModel) is wrong", alignment: .right),
      ],
      rows: rows.map { row in
        [
          .init(row.title), .init(row.budget), .init(figure: row.share),
          .init(figure: row.interval), .init(figure: row.count), .init(figure: row.substitute),
        ]
      }, width: width)
  }
}

extension SubstituteTable: CustomStringConvertible {
  /// The lines, joined.
  public var description: String { lines.joined(separator: "\n") }
}
