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
    [rounds.lines, ensemble?.lines, transfers?.lines].compactMap(\.self).flatMap { $0 + [""] }
      + "\(results.verdict) \(results.effort).".safe.wrapped(toColumns: width)
      + ["What the service could have noticed:"]
      + results.pattern.sentences.joined(separator: " ").safe.wrapped(toColumns: width)
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
    if results.transfers.isEmpty { return nil }
    return TextTable(
      headings: [
        .init(title: "attack on the \(results.attackedModel)"), .init(title: "budget"),
        .init(title: "fools the service", alignment: .right),
        .init(title: "95 % interval", alignment: .right),
        .init(title: "pictures", alignment: .right),
        .init(title: "\(results.attackedModel) is wrong", alignment: .right),
      ],
      rows: results.transfers.map { transfer in
        [
          .init(transfer.words), .init(transfer.threat.words),
          .init(figure: transfer.fooled.value.asPercentage),
          .init(figure: transfer.fooled.intervalWords),
          .init(figure: "\(transfer.fooled.count) of \(transfer.fooled.total)"),
          .init(figure: transfer.fooledSubstitute.value.asPercentage),
        ]
      }, width: width)
  }
}

extension SubstituteTable: CustomStringConvertible {
  /// The lines, joined.
  public var description: String { lines.joined(separator: "\n") }
}
