public import Evaluation
import ThreatModels

/// The results of an evaluation in plain text for a terminal or a log, without control codes.
///
/// ```
/// attack               budget        robust   95 % interval     fooled      time
/// AutoAttack: APGD-CE  L∞ ε = 2/255  51.0 %  44.1 to 57.8 %  39 of 141  2 min 5 s
/// ```
public struct EvaluationTable: Hashable, Sendable {
  /// What was found.
  public var results: EvaluationResults
  /// Whether that was enough; nothing if nobody demanded anything.
  public var gate: GateVerdict?
  /// Columns of the terminal.
  ///
  /// Lines of tables are no longer than this where it is 80 or more.
  public var width: Int

  /// A table.
  public init(_ results: EvaluationResults, gate: GateVerdict? = nil, width: Int = 100) {
    self.results = results
    self.gate = gate
    self.width = width
  }

  /// The table of attacks, the worst cases, the findings and the verdict; no line ends in a space.
  public var lines: [String] {
    var parts = [worstCases]
    if !results.attacks.isEmpty { parts.insert(attacks, at: 0) }
    if !results.findings.isEmpty {
      parts.append(results.sortedFindings.flatMap { wrapped($0.text) })
    }
    parts.append([results.progressWarning, results.verdict].compactMap(\.self).flatMap(wrapped))
    if let gate { parts.append(["\(gate.word)."] + gate.checks.flatMap { wrapped($0.sentence) }) }
    return Array(parts.joined(separator: [""]))
  }

  private var attacks: [String] {
    // The time is not worth losing the names for.
    let showsTime = width >= 96
    return TextTable(
      headings: [
        .init(title: "attack"), .init(title: "budget"), .init(title: "robust", alignment: .right),
        .init(title: "95 % interval", alignment: .right),
        .init(title: "fooled", alignment: .right),
      ] + (showsTime ? [.init(title: "time", alignment: .right)] : []),
      rows: results.attacks.map { result in
        [
          .init(result.fullName), .init(result.threat.words),
          .init(figure: result.robustAccuracy.value.asPercentage),
          .init(figure: result.robustAccuracy.intervalWords),
          .init(figure: result.fooledWords.plainlySpaced),
        ] + (showsTime ? [.init(figure: result.seconds.asDuration)] : [])
      }, width: width
    ).lines
  }

  private var worstCases: [String] {
    TextTable(
      headings: [
        .init(title: "worst case"), .init(title: "robust", alignment: .right),
        .init(title: "95 % interval", alignment: .right),
        .init(title: "fooled", alignment: .right), .init(title: "invalid", alignment: .right),
      ],
      rows: results.worstCases.map { worst in
        let counts = worst.counts
        return [
          .init(worst.threat.words), .init(figure: worst.robustAccuracy.value.asPercentage),
          .init(figure: worst.robustAccuracy.intervalWords),
          .init(
            figure: "\(counts.newlyWrong.grouped) of \(counts.attacked.grouped)".plainlySpaced),
          .init(figure: counts.invalid.grouped.plainlySpaced),
        ]
      } + [
        [
          .init("no attack"), .init(figure: results.cleanAccuracy.value.asPercentage),
          .init(figure: results.cleanAccuracy.intervalWords), .init(figure: "–"),
          .init(figure: "–"),
        ]
      ], width: width
    ).lines
  }

  private func wrapped(_ text: String) -> [String] { text.safe.wrapped(toColumns: width) }
}

extension EvaluationTable: CustomStringConvertible {
  /// The lines, joined.
  public var description: String { lines.joined(separator: "\n") }
}

extension String {
  /// The text with ordinary spaces for narrow ones, which terminals do not have.
  fileprivate var plainlySpaced: String { replacing("\u{202F}", with: " ") }
}
