import Adversary
import ArgumentParser
import Foundation

/// `adversary demo linear`.
struct DemoLinear: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "linear",
    abstract:
      "Why even linear models fall: the logit moves by ε‖w‖₁, which grows with the picture.",
    discussion: """
      Example:
        adversary demo linear --epsilon 1/255 -o linear
      """)

  @Option(help: "The L∞ budget; what exceeds whole steps of 1/255 is not used.")
  var epsilon: String = "1/255"

  @Option(help: "Where all randomness comes from.")
  var seed: UInt64 = 0

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("A folder for the plot and the page.", valueName: "folder"))
  var output: String?

  private static let sides = [4, 8, 16, 32, 64, 128, 224]

  func run() throws {
    let budget = try PerturbationBudget(.linf, epsilon: epsilon)
    let progress = ProgressLine("logistic regression", total: Self.sides.count)
    var experiments: [LinearExperiment] = []
    for side in Self.sides {
      progress.show(done: experiments.count)
      experiments.append(try LinearExperiment(side: side, within: budget, seed: seed))
    }
    progress.finish()
    print(Self.table(experiments, budget))
    if let output { try write(experiments, budget, to: output) }
  }

  private static func table(
    _ experiments: [LinearExperiment], _ budget: PerturbationBudget
  ) -> String {
    func cell(_ text: String, _ width: Int) -> String {
      String(repeating: " ", count: max(0, width - text.count)) + text
    }
    let header = [
      cell("side", 5), cell("inputs", 8), cell("ε‖w‖₁", 9), cell("off by at most", 16),
      cell("logits ±", 10), cell("FGSM fools", 12), cell("noise fools", 13),
    ].joined()
    let rows = experiments.map { experiment in
      [
        cell("\(experiment.side)", 5), cell("\(experiment.side * experiment.side)", 8),
        cell(String(format: "%.4f", experiment.predictedChange), 9),
        cell(String(format: "%.1e", experiment.deviation), 16),
        cell(String(format: "%.3f", experiment.spread), 10),
        cell(String(format: "%.1f %%", 100 * experiment.error), 12),
        cell(String(format: "%.1f %%", 100 * experiment.noiseError), 13),
      ].joined()
    }
    return """
      Logistic regression under \(budget): FGSM moves every logit by ε‖w‖₁.

      \(([header] + rows).joined(separator: "\n"))

      ε‖w‖₁ grows with the number of inputs, the spread of the logits only with its square root:
      the larger the picture, the smaller the change that is enough. Random signs of the same size
      do next to nothing.
      """
  }

  private func write(
    _ experiments: [LinearExperiment], _ budget: PerturbationBudget, to folder: String
  ) throws {
    func series(_ name: String, _ error: (LinearExperiment) -> Double) -> LineChart.Series {
      LineChart.Series(
        name, points: experiments.map { .init(x: Double($0.side * $0.side), y: error($0)) })
    }
    let chart = LineChart(
      title: "Error rate of logistic regression under \(budget)",
      summary: "The error rate under FGSM climbs to 100 % as pictures grow; under random noise of "
        + "the same size it stays low.",
      horizontalAxis: .init("number of inputs", scale: .logarithmic),
      verticalAxis: .init("error rate", notation: .percentage, range: 0...1),
      series: [series("FGSM", \.error), series("random signs", \.noiseError)])
    let explanation =
      "For a linear model the best change of size ε is ε·sign(w), and it moves the logit by ε‖w‖₁. "
      + "With weights of one size that grows like the number of inputs n, while the logits of the "
      + "pictures themselves spread like √n."
    let page = Gallery(
      title: "Even linear models fall", introduction: [explanation],
      sections: [.init(title: "Error rate against size", counts: nil, charts: [chart])])
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true)
      try Data(chart.svg.utf8).write(to: URL(filePath: "\(folder)/linear.svg"), options: .atomic)
    } catch {
      throw RunFolderError.unwritable(folder, because: error)
    }
    try RunPage.write(page, to: folder)
    remark("plot: \(folder)/linear.svg, page: \(folder)/index.html")
  }
}
