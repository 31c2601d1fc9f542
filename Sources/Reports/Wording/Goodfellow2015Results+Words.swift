import Foundation
import Reproductions

extension Goodfellow2015Results {
  /// What the columns of the table are.
  static let headings = ["network", "measure", "paper", "ours", "ours, unclipped"]

  /// The table's cells.
  var cells: [[String]] {
    rows.map { row in
      let shares = [row.published, row.found, row.foundUnclipped]
      return [row.subject, row.measure.rawValue]
        + shares.map { $0.map(Self.percentage) ?? "–" }
    }
  }

  /// The paper gives hundredths of a percent.
  private static func percentage(_ share: Double) -> String {
    String(format: "%.2f %%", share * 100)
  }

  /// What was done, and where it differs from the paper.
  var remarks: [String] {
    var remarks = [
      "\(testCount.grouped) test pictures; networks learned from \(trainingCount.grouped) others, and "
        + "the epoch counts that did best on \(heldOutCount.grouped) that were held out: by error, "
        + "for adversarial-maxout by error under attack. One network of each kind, seed "
        + "\(plan.seed); the paper’s clean error of adversarial-maxout is a mean of five.",
      "FGSM: ε = \(plan.epsilon.shortText) in L∞ with pixels in [0, 1], error over all test pictures, "
        + "confidence: the mean probability of the predicted class over the wrong ones. The paper does "
        + "not say whether pixels stay within [0, 1]; “ours” brings them back, “unclipped” does not.",
      "Maxout: two layers of \(plan.units) units (\(plan.adversarialUnits) for adversarial-maxout), "
        + "\(plan.pieces) pieces each; dropout of inputs 0.2 and of hidden units 0.5; weights within "
        + "±\(plan.bound) at first; weights that lead into a piece no longer than \(plan.largestNorm); "
        + "batches of \(plan.batchSize), rate \(plan.rate), momentum \(plan.firstMomentum) to "
        + "\(plan.lastMomentum).",
      "Unlike the paper: \(plan.adversarialUnits) units of adversarial-maxout instead of 1600; "
        + "\(plan.linearEpochs.of("epoch")) for linear models, \(plan.maxoutEpochs) for "
        + "maxout, \(plan.adversarialEpochs) for adversarial-maxout, with a rate that falls to 0 "
        + "along a cosine and a momentum that grows over the whole run, where the paper trains for "
        + "hundreds of epochs; no further training on the pictures that were held out.",
      "What the paper leaves open: dropout scales up what is kept and is off while adversarial pictures "
        + "are made; neither these nor the noisy pictures of the controls are brought back into "
        + "[0, 1] before they are learned from; the controls learn from noisy pictures alone, and have "
        + "\(plan.units) units.",
    ]
    remarks.append(
      "Pictures: \(sourceDescription).")
    if !isLikeMNIST {
      remarks.insert(
        "The paper’s figures are about MNIST, and these pictures are others: nothing here can be "
          + "compared with them.", at: 0)
    }
    if plan.isQuick {
      remarks.insert(
        "This was --quick: the paper’s maxout networks have two layers of 240 and 1600 units, and "
          + "these are smaller and learned for few epochs, so that only the pattern can be compared.",
        at: 0)
    }
    return remarks
  }
}
