public import Reproductions

extension Papernot2017Results {
  /// The results in Markdown: ways, attacks, rounds, and the paper's figures.
  public var markdown: String {
    func table(
      _ title: String, _ headings: [String], _ rows: [(name: String, figures: [String])]
    ) -> String {
      MarkdownTable(headings: [title] + headings, rows: rows.map { [$0.name] + $0.figures })
        .lines.joined(separator: "\n")
    }
    let parts =
      ["# Practical black-box attacks against machine learning, repeated"]
      + [
        table("Substitute", Self.armHeadings, armRows),
        "Pictures that fool the model in production, of those that it gets right:",
        table("Attack", epsilonHeadings, attackRows),
        "What the paper and its companion report:",
        table("Whom", ["queries", "misclassified"], paperRows),
        "By round, FGSM at ε = \(plan.mainEpsilon.shortText):",
        table("Round", ["queries", "agreement", "accuracy", "fooled"], roundRows),
      ]
      + [remarks.map { "- \($0.escapedForMarkdown)" }.joined(separator: "\n")]
      + [
        "Papernot, McDaniel, Goodfellow, Jha, Celik and Swami 2017, “Practical black-box attacks against "
          + "machine learning”."
      ]
    return parts.joined(separator: "\n\n") + "\n"
  }
}
