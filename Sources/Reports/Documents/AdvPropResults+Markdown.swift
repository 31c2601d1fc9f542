import Evaluation
public import Reproductions

extension AdvPropResults {
  /// The comparison in Markdown: accuracies, differences beside the paper's, every network.
  public var markdown: String {
    let arms = arms
    let accuracies = MarkdownTable(
      headings: ["Main branch"] + Self.headings,
      rows: arms.map { [$0.arm.rawValue] + $0.accuracies.words })
    let gains = MarkdownTable(
      headings: ["Minus vanilla"] + Self.headings + ["the paper, ImageNet"],
      rows: arms.map { arm in
        [arm.arm.rawValue] + (arm.gains?.differenceWords ?? ["–", "–", "–"])
          + [AdvPropPaper.finding(of: arm.arm)]
      })
    let auxiliary = MarkdownTable(
      headings: ["Auxiliary branch"] + Self.auxiliaryHeadings, rows: auxiliaryRows)
    let networks = MarkdownTable(
      headings: ["Network", "clean", "corrupted", "attacked", "training"],
      rows: nets.map { net in
        [
          "\(net.arm.rawValue), seed \(net.seed)", net.clean.words,
          net.corruptions.mean.asPercentages, net.robust.words, net.trainingSeconds.asDuration,
        ]
      })
    let parts =
      ["# AdvProp on a part of CIFAR-10"] + caveats.map(\.escapedForMarkdown)
      + [accuracies, gains, auxiliary, networks].map { $0.lines.joined(separator: "\n") }
      + [
        "Intervals of single networks are over test pictures: Wilson’s, and Student’s over pictures "
          + "for the mean over corruptions.",
        "Xie, Tan, Gong, Wang, Yuille and Le 2020, “Adversarial examples improve image recognition”.",
      ]
    return parts.joined(separator: "\n\n") + "\n"
  }
}
