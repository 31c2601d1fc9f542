import Evaluation
import Imaging

/// Records made for tests: short to write, complete enough for every report.
enum Samples {
  static func record(
    _ name: String = "0007-stop", label: String = "stop", after: String = "speed limit 80",
    confidence: Double = 0.998, outcome: Outcome = .newlyWrong
  ) -> SampleRecord {
    let wasAttacked = outcome != .initiallyWrong
    return SampleRecord(
      name: name, label: 14, labelName: label,
      clean: Prediction(classIndex: 14, className: label, confidence: confidence),
      adversarial: wasAttacked
        ? Prediction(classIndex: 5, className: after, confidence: 0.971) : nil,
      outcome: outcome,
      distances: wasAttacked ? Distances(maximumInPixels: 8, l2: 1.236, l1: 40, l0: 1280) : nil)
  }

  /// Nine fooled, two held, one invalid, three wrong before.
  static let mixedOutcomes: [Outcome] =
    Array(repeating: .newlyWrong, count: 9) + [.robust, .robust, .invalid]
    + Array(repeating: .initiallyWrong, count: 3)

  static func grey(_ width: Int, _ height: Int, _ value: UInt8) -> Picture {
    Picture(width: width, height: height, filledWith: [value])
  }

  static func colour(_ width: Int, _ height: Int, _ value: UInt8) -> Picture {
    Picture(width: width, height: height, filledWith: [value, value, value])
  }
}

extension Picture {
  func pixel(_ column: Int, _ row: Int) -> [UInt8] {
    let start = (row * width + column) * channels
    return Array(samples[start..<start + channels])
  }

  /// The smallest rectangle around all pixels that differ from the corner's, as its far edges.
  var inkExtent: (columns: Range<Int>, rows: Range<Int>)? {
    let background = pixel(0, 0)
    let inked = (0..<width * height).filter { pixel($0 % width, $0 / width) != background }
    guard let left = inked.map({ $0 % width }).min(), let right = inked.map({ $0 % width }).max(),
      let top = inked.map({ $0 / width }).min(), let bottom = inked.map({ $0 / width }).max()
    else { return nil }
    return (left..<right + 1, top..<bottom + 1)
  }
}
