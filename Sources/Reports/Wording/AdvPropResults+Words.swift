import Evaluation
import Reproductions

extension AdvPropResults {
  /// What the accuracies are of.
  static let headings = ["clean", "corrupted", "attacked"]
  /// What is said of auxiliary branches.
  static let auxiliaryHeadings = [
    "clean", "main branch", "shift of means", "log ratio of variances",
  ]

  /// What was done, and what the numbers do not say.
  var caveats: [String] {
    let seeds = plan.seeds.of("seed")
    var sentences = [
      "A network of \(parameterCount.grouped) parameters learned from "
        + "\(plan.trainingCount.grouped) pictures of CIFAR-10, a subset, for "
        + "\(plan.epochs.of("epoch")), with adversarial pictures of ε = "
        + "\(plan.trainingEpsilon.shortText)/255 in \(plan.attackSteps.of("step")). Every arm "
        + "sees each picture as it is equally often; adversarial ones come on top.",
      "clean: \(plan.testCount.grouped) test pictures. corrupted: the mean over 15 common "
        + "corruptions × 5 severities of \(plan.corruptedCount.grouped) of them. attacked: "
        + "\(plan.attackedCount.grouped) of them under PGD, \(plan.robustSteps.of("step")), ε = "
        + "\(plan.robustEpsilon.shortText)/255.",
      "± is Student’s 95 % interval over \(seeds); differences are between networks of one seed, "
        + "with the same initial weights and order of pictures. The intervals do not say what other "
        + "test pictures would change; Wilson’s interval of each network does.",
    ]
    if plan.isQuick {
      sentences.insert(
        "This was --quick: so few pictures and epochs that the numbers only show that everything "
          + "works.", at: 0)
    }
    return sentences
  }

  /// A row for each auxiliary branch: the means over seeds.
  var auxiliaryRows: [[String]] {
    AdvPropArm.allCases.flatMap { arm in
      let nets = nets(of: arm)
      return (nets.first?.auxiliaryDistances ?? []).indices.map { number in
        [
          "\(arm.rawValue) \(number + 1)",
          MeanInterval(of: nets.map { $0.auxiliaryClean[number].value }).asPercentages,
          MeanInterval(of: nets.map(\.clean.value)).asPercentages,
          MeanInterval(of: nets.map { $0.auxiliaryDistances[number].meanShift }).words,
          MeanInterval(of: nets.map { $0.auxiliaryDistances[number].logVarianceRatio }).words,
        ]
      }
    }
  }
}

extension AdvPropResults.Accuracies {
  private var all: [MeanInterval] { [clean, corrupted, robust] }

  /// Each as a percentage.
  var words: [String] { all.map(\.asPercentages) }

  /// Each as percentage points with a sign.
  var differenceWords: [String] { all.map(\.asPoints) }
}
