import Adversary
import Foundation

/// What came of a training run, for people and programs.
struct TrainingReport: Encodable {
  let folder: String
  let ending: TrainingRun.Ending
  let setup: TrainingSetup
  let before: EpochRecord?
  let best: EpochRecord?
  let last: EpochRecord?
  let warnings: [TrainingWarning]

  init(of run: TrainingRun, ending: TrainingRun.Ending) {
    folder = run.folder.path
    self.ending = ending
    setup = run.setup
    before = run.records.first { $0.epoch == 0 }
    best = run.best
    last = run.records.last { $0.epoch > 0 }
    warnings = run.warnings
  }

  /// A short table.
  var lines: [String] {
    var lines = ["\(setup.method), \(setup.optimizer)", Self.row("", "loss", "clean", "robust")]
    func add(_ name: String, _ record: EpochRecord?) {
      guard let record else { return }
      lines.append(
        Self.row(
          name, record.loss.map { String(format: "%.4f", $0) } ?? "–",
          record.cleanAccuracy?.asPercentage ?? "–", record.robustAccuracy?.asPercentage ?? "–"))
    }
    add("before", before)
    add("last: epoch \(last?.epoch ?? 0)", last)
    if let best { add("best: epoch \(best.epoch)", best) }
    if let count = last?.validationCount, let attack = setup.validation?.attack {
      lines.append("on \(count) validation pictures; robust: \(attack), \(setup.threat.budget)")
    }
    return lines
  }

  private static func row(_ columns: String...) -> String {
    let widths = [18, 8, 9, 9]
    return zip(columns, widths).enumerated().map { index, cell in
      let space = String(repeating: " ", count: max(0, cell.1 - cell.0.count))
      return index == 0 ? cell.0 + space : space + cell.0
    }.joined()
  }
}
