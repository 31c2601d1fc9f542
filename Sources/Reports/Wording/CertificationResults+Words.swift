public import Evaluation
import Foundation

extension CertificationResults {
  /// The outcome in one sentence.
  public var verdict: String {
    let head =
      "\(accuracy.value.asPercentage) of \(accuracy.total.of("picture")) get their true "
      + "class under noise of σ = \(setup.sigma.shortText) (95 % interval \(accuracy.intervalWords))"
    // The second row is half a σ away.
    let row = certifiedAccuracies.dropFirst().first
    let certified = row.map {
      "; \($0.accuracy.value.asPercentage) provably keep it within an L2 distance of "
        + $0.radius.radiusText
    }
    return head + (certified ?? "") + "; the average certified radius is "
      + "\(averageRadius.radiusText) and \(abstained.value.asPercentage) abstain."
  }

  /// That numbers are missing, if they are.
  public var progressWarning: String? {
    progress.isComplete
      ? nil
      : "Not finished: \(progress.done.grouped) of \(progress.total.of("picture")) are done. "
        + "All numbers are about these and may still change."
  }

  /// Pictures that are given their true class.
  private var accuracy: Proportion { certifiedAccuracies[0].accuracy }

  /// Certified accuracy over the radius: a staircase, drawn in steps finer than the eye sees.
  var chart: LineChart {
    let end = max(certifiedAccuracies.last?.radius ?? 0, setup.sigma / 2)
    let steps = 240
    return LineChart(
      title: "Certified accuracy against L2 radius",
      summary: "Pictures whose true class provably stays within the radius, with 95 % intervals as "
        + "a band. Each certificate is wrong with a chance of at most \(setup.alpha.shortChance).",
      horizontalAxis: .init("L2 radius, pixels from 0 to 1", range: 0...end),
      verticalAxis: .init("certified accuracy", notation: .percentage, range: 0...1),
      series: [
        .init(
          "σ = \(setup.sigma.shortText)",
          points: (0...steps).map { step in
            let row = certifiedAccuracy(within: end * Double(step) / Double(steps))
            return row.accuracy.point(at: row.radius)
          }, hasMarkers: false)
      ])
  }
}

extension CertificationSetup {
  /// All that was chosen, as names with values.
  var rows: [(name: String, value: String)] {
    [
      ("Adversary", version), ("libtorch", engineVersion), ("Model", model.path),
      ("Model, SHA-256", model.sha256),
    ] + model.options.sorted { $0.key < $1.key }.map { ("Model, \($0.key)", $0.value) }
      + [
        ("Pictures", "\(data.path), \(data.split), the first \(data.count.grouped)"),
        ("Noise, σ", "\(sigma)"), ("Samples that choose, n₀", selectionSamples.grouped),
        ("Samples that estimate, n", samples.grouped), ("α", alpha.shortChance),
        ("Seed", String(seed)),
      ]
  }
}

extension Double {
  /// A radius for people: three decimals.
  var radiusText: String { isFinite ? String(format: "%.3f", self) : "–" }

  /// A probability that somebody chose: as short as it can be written.
  var shortChance: String { "\(self)" }
}
