public import Evaluation
import ThreatModels

extension TransferMatrix {
  /// The outcome in one sentence.
  public var verdict: String {
    guard let best = strongestTransfer else {
      return "There is no pair of different models, so nothing was transferred."
    }
    return "\(attack) under \(threat.words): examples made on \(sources[best.source]) fool "
      + "\(targets[best.target].name) on \(best.rate.value.asPercentage) of the "
      + "\(best.rate.total.of("picture")) that both get right (95 % interval "
      + "\(best.rate.intervalWords)), the most between different models."
  }

  /// The pair of different models with the highest rate.
  private var strongestTransfer: (source: Int, target: Int, rate: Proportion)? {
    let pairs = sources.indices.flatMap { source in
      targets.indices.compactMap { target in
        isWhiteBox(from: source, on: target)
          ? nil : fooledRate(from: source, on: target).map { (source, target, $0) }
      }
    }
    return pairs.max { $0.2.value < $1.2.value }
  }

  /// A rate for people, marked where source and target are one model.
  func words(from source: Int, on target: Int) -> String {
    let rate = fooledRate(from: source, on: target)?.value.asPercentage ?? "–"
    return isWhiteBox(from: source, on: target) ? "*\(rate)" : rate
  }

  /// What the rates are shares of.
  var rateExplanation: String {
    "Rates are shares of the pictures that both models get right without an attack; of others no example "
      + "was made."
  }

  /// What the mark means, if there is one.
  var markExplanation: String? {
    let isMarked = sources.indices.contains { source in
      targets.indices.contains { isWhiteBox(from: source, on: $0) }
    }
    return isMarked ? "* made on the model itself" : nil
  }

  /// The rates as a grid of shades.
  public var heatMap: HeatMap {
    HeatMap(
      title: "Fooled pictures", summary: verdict, rowsLabel: "made on", columnsLabel: "tried on",
      rows: sources, columns: targets.map(\.name),
      shares: sources.indices.map { source in
        targets.indices.map { fooledRate(from: source, on: $0)?.value }
      })
  }
}
