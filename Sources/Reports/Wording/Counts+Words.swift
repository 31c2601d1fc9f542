public import Evaluation

extension Counts {
  /// Attacked pictures on which the model stayed right.
  public var held: Int { attacked - newlyWrong - invalid }

  /// What the counts mean, in one sentence.
  public var verdict: String {
    verdictClause.prefix(1).uppercased() + verdictClause.dropFirst() + "."
  }

  /// The verdict without a capital and a full stop, to follow other words.
  var verdictClause: String {
    guard let cleanAccuracy, let robustAccuracy else { return "there were no pictures to attack" }
    guard attacked > 0 else {
      return "the model was wrong on \(total == 1 ? "the one picture" : "all \(total) pictures") "
        + "before any attack, so none was attacked"
    }
    let accuracy =
      newlyWrong == 0
      ? "stayed at \(cleanAccuracy.asPercentage)"
      : "fell from \(cleanAccuracy.asPercentage) to \(robustAccuracy.asPercentage)"
    return "the model was \(share) that it had right; its accuracy \(accuracy)"
  }

  /// The counts and the robust accuracy, one a line, in two aligned columns.
  public var summaryLines: [String] {
    let rows = [
      ("pictures", String(total)),
      ("already wrong", String(initiallyWrong)),
      ("attacked", String(attacked)),
      ("fooled", String(newlyWrong)),
      ("held", String(held)),
      ("invalid", String(invalid)),
      ("robust accuracy", robustAccuracyText),
    ]
    let labelWidth = rows.map(\.0.count).max() ?? 0
    let valueWidth = rows.map(\.1.count).max() ?? 0
    return rows.map { label, value in
      label.padded(to: labelWidth) + "  " + value.padded(to: valueWidth, alignment: .right)
    }
  }

  /// The robust accuracy as a percentage, or a dash for no pictures.
  var robustAccuracyText: String { robustAccuracy?.asPercentage ?? "–" }

  /// Fooled of attacked, in words: `fooled on 9 of the 12 pictures`.
  private var share: String {
    switch (newlyWrong, attacked) {
    case (0, 1): "not fooled on the one picture"
    case (1, 1): "fooled on the one picture"
    case (0, _): "fooled on none of the \(attacked) pictures"
    case (attacked, _): "fooled on all \(attacked) pictures"
    default: "fooled on \(newlyWrong) of the \(attacked) pictures"
    }
  }
}
