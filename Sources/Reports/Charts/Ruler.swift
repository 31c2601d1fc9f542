import Foundation

/// An axis fitted to data: where a value lies between its ends, and which values get a tick.
struct Ruler {
  let range: ClosedRange<Double>
  let ticks: [Double]
  private let scale: LineChart.Scale

  /// - Parameter values: What the axis has to hold; all of them pass `canShow`.
  init(_ axis: LineChart.Axis, holding values: [Double]) {
    scale = axis.scale
    switch axis.scale {
    case .linear: (range, ticks) = Self.linear(axis.range, values)
    case .logarithmic: (range, ticks) = Self.logarithmic(axis.range, values)
    }
  }

  /// Whether a value has a place on an axis of this scale.
  static func canShow(_ value: Double, on scale: LineChart.Scale) -> Bool {
    // Beyond this the arithmetic of ticks would leave the finite numbers.
    guard value.isFinite, value.magnitude < 1e100 else { return false }
    return scale == .linear || value > 1e-100
  }

  /// The place of a value: 0 at the lower end, 1 at the upper one.
  func position(of value: Double) -> Double {
    switch scale {
    case .linear: (value - range.lowerBound) / (range.upperBound - range.lowerBound)
    case .logarithmic:
      log(value / range.lowerBound) / log(range.upperBound / range.lowerBound)
    }
  }

  private static func linear(
    _ fixed: ClosedRange<Double>?, _ values: [Double]
  ) -> (ClosedRange<Double>, [Double]) {
    let wanted = usable(fixed, on: .linear) ?? span(of: values, orElse: 0...1)
    let step = roundStep(atLeast: (wanted.upperBound - wanted.lowerBound) / 6)
    let first = (wanted.lowerBound / step).rounded(.down)
    let last = (wanted.upperBound / step).rounded(.up)
    let ticks = stride(from: first, through: last, by: 1).map { $0 * step }
    if fixed == wanted { return (wanted, ticks.filter(wanted.contains)) }
    return (first * step...last * step, ticks)
  }

  private static func logarithmic(
    _ fixed: ClosedRange<Double>?, _ values: [Double]
  ) -> (ClosedRange<Double>, [Double]) {
    let wanted = usable(fixed, on: .logarithmic) ?? span(of: values, orElse: 1...10)
    let decades =
      Int(log10(wanted.lowerBound).rounded(.down))...Int(log10(wanted.upperBound).rounded(.up))
    let fine = decades.flatMap { decade in [1, 2, 5].map { $0 * pow(10, Double(decade)) } }
    let every = max(1, decades.count / 8)
    let coarse = stride(from: decades.lowerBound, through: decades.upperBound, by: every)
      .map { pow(10, Double($0)) }
    let ticks = wanted.upperBound / wanted.lowerBound > 1000 ? coarse : fine
    return (wanted, ticks.filter(wanted.contains))
  }

  /// A range that an axis can have: two different ends that it can show.
  private static func usable(
    _ range: ClosedRange<Double>?, on scale: LineChart.Scale
  ) -> ClosedRange<Double>? {
    guard let range, range.lowerBound < range.upperBound, canShow(range.lowerBound, on: scale),
      canShow(range.upperBound, on: scale)
    else { return nil }
    return range
  }

  /// The values' range; a single value gets room on both sides.
  private static func span(
    of values: [Double], orElse empty: ClosedRange<Double>
  ) -> ClosedRange<Double> {
    guard let lowest = values.min(), let highest = values.max() else { return empty }
    if highest - lowest > lowest.magnitude * 1e-9 { return lowest...highest }
    let room = lowest == 0 ? 1 : lowest.magnitude / 2
    return lowest - room...highest + room
  }

  /// The smallest of 1, 2 and 5 times a power of ten that is no smaller than a bound.
  private static func roundStep(atLeast bound: Double) -> Double {
    let power = pow(10, log10(bound).rounded(.down))
    return [1, 2, 5, 10].map { $0 * power }.first { $0 >= bound * (1 - 1e-9) } ?? 10 * power
  }
}

extension LineChart.Notation {
  /// A value as a tick shows it.
  func text(of value: Double) -> String {
    switch self {
    case .number: String(format: "%g", value)
    case .percentage: "\((value * 100).shortText) %"
    }
  }
}
