import Evaluation
import Foundation
import Reproductions

extension Papernot2017Results {
  /// The headings of the table of ways, after the way itself.
  static let armHeadings = ["queries", "agreement", "accuracy"]

  /// The headings of attacks, one for each ε.
  var epsilonHeadings: [String] { plan.epsilons.map { "ε = \($0.shortText)" } }

  /// Ways to build a substitute: queries, agreement, accuracy.
  var armRows: [(name: String, figures: [String])] {
    arms.map { arm in
      (
        arm.arm.rawValue,
        [arm.queries.grouped, arm.agreement.asPercentages, arm.accuracy.asPercentages]
      )
    }
  }

  /// Attacks through each substitute, and what bounds them.
  var attackRows: [(name: String, figures: [String])] {
    arms.flatMap { arm in
      [
        ("\(arm.arm.rawValue), FGSM", arm.fgsm.map(\.asPercentages)),
        ("\(arm.arm.rawValue), MI-FGSM", arm.miFGSM.map(\.asPercentages)),
      ]
    } + [
      ("control: random signs", noise.map(\.value.asPercentage)),
      ("FGSM on the model itself", whiteBox.map(\.value.asPercentage)),
    ]
  }

  /// Agreement and transfer by round, means over the seeds.
  var roundRows: [(name: String, figures: [String])] {
    arms.flatMap { arm in
      let own = substitutes.filter { $0.arm == arm.arm }
      let last = own.map(\.rounds.count).min() ?? 0
      return (0..<last).map { number in
        let rounds = own.map { $0.rounds[number] }
        func mean(_ share: (Round) -> Proportion) -> String {
          MeanInterval(of: rounds.map { share($0).value }).asPercentages
        }
        return (
          "\(arm.arm.rawValue) \(number)",
          [
            (rounds.map(\.asked).max() ?? 0).grouped, mean(\.agreement), mean(\.accuracy),
            mean(\.fooled),
          ]
        )
      }
    }
  }

  /// What the paper reports.
  var paperRows: [(name: String, figures: [String])] {
    Papernot2017Paper.figures.map { figure in
      (figure.subject, [figure.queries?.grouped ?? "–", figure.misclassified.asPercentage])
    }
  }

  /// What makes the figures say little.
  private var doubts: [String] {
    oracleAccuracy.value >= 0.5
      ? []
      : [
        "The model in production is wrong more often than right, so these figures say little: train "
          + "it for longer with --production-epochs."
      ]
  }

  /// What was done, and where it differs from the paper.
  var remarks: [String] {
    let first = substitutes.first
    let count = first?.rounds.first?.agreement.total ?? plan.measuredCount
    return [
      "Model in production: \(plan.oracle), \(plan.oracleEpochs.of("epoch")), right on "
        + "\(oracleAccuracy.words) of test pictures, behind HTTP on this machine; it answers with "
        + "labels alone. Substitutes: \(plan.substitute), and softmax regression for “linear”; "
        + "\(plan.seeds) of each, from other pictures and weights.",
      "Attackers have \(plan.seedCount) test pictures (\(plan.linearSeedCount) for “linear”) and "
        + "ask up to \(plan.budget.grouped) queries (\(plan.linearBudget.grouped)). λ = "
        + "\(plan.steps)/255, turning every \(plan.period) rounds but for “jacobian”; “reservoir” "
        + "asks \(plan.reservoirSize) a round after \(plan.reservoirAfter).",
      "Agreement, accuracy and attacks are measured on \(count.grouped) other test pictures that no "
        + "substitute has seen, asked of the model directly and counted as no query. An attack counts "
        + "over the pictures that the model gets right (\(whiteBox.first?.total.grouped ?? "0") with the "
        + "first seed), on the 8-bit grid, in L∞. Means with "
        + "Student’s 95 % intervals over the seeds; the control, FGSM on the model itself and its "
        + "accuracy, which no substitute takes part in, on the pictures of the first seed alone.",
      "The paper attacks commercial services whose models are unknown, and counts all pictures. "
        + "Which model is in production decides much: compare patterns, not decimals.",
      "Pictures: \(sourceDescription).",
    ] + doubts + (plan.isQuick ? ["A glimpse: few queries, one substitute of each kind."] : [])
  }
}
