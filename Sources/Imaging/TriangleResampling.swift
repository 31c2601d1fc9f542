/// Resampling along one axis with a triangle filter: every target step is a weighted sum of
/// neighbouring source steps.
struct TriangleResampling {
  /// The source steps that the kept target steps depend on.
  let sourceRange: Range<Int>

  private struct Window {
    /// The first source step, counted from the start of `sourceRange`.
    var start: Int
    /// Fixed-point weights that sum to one.
    var weights: [Int32]
  }
  private let windows: [Window]

  /// How many target steps are kept.
  var targetCount: Int { windows.count }

  /// As many bits as fit: eight for the sample, one for the sign, one to spare in the sum.
  private static let fractionBits: Int32 = 22

  /// The weights that take `sourceCount` steps to `targetCount`, for some of the target steps.
  init(from sourceCount: Int, to targetCount: Int, keeping kept: Range<Int>) {
    precondition(sourceCount > 0 && targetCount > 0, "cannot resample to \(targetCount) pixels")
    let scale = Double(sourceCount) / Double(targetCount)
    // Half the filter's width in source steps: one when enlarging, wider when shrinking.
    let reach = max(scale, 1)
    let absolute = kept.map { target in
      let centre = (Double(target) + 0.5) * scale
      let start = max(Int(centre - reach + 0.5), 0)
      let end = min(Int(centre + reach + 0.5), sourceCount)
      let weights = (start..<end).map { source in
        max(0, 1 - abs(Double(source) + 0.5 - centre) / reach)
      }
      let unit = Double(1 << Self.fractionBits) / weights.reduce(0, +)
      return Window(start: start, weights: weights.map { Int32(($0 * unit + 0.5).rounded(.down)) })
    }
    let lowest = absolute.map(\.start).min() ?? 0
    let highest = absolute.map { $0.start + $0.weights.count }.max() ?? 0
    sourceRange = lowest..<highest
    windows = absolute.map { Window(start: $0.start - lowest, weights: $0.weights) }
  }

  /// Resamples the middle axis of an `outer × sourceRange.count × inner` block of samples.
  func resampled(_ samples: [UInt8], outer: Int, inner: Int) -> [UInt8] {
    let extent = sourceRange.count
    return [UInt8](unsafeUninitializedCapacity: outer * targetCount * inner) { target, count in
      samples.withUnsafeBufferPointer { source in
        for block in 0..<outer {
          for window in windows {
            let first = (block * extent + window.start) * inner
            window.weights.withUnsafeBufferPointer { weights in
              for offset in 0..<inner {
                var sum: Int32 = 1 << (Self.fractionBits - 1)
                var position = first + offset
                for weight in weights {
                  sum &+= weight &* Int32(source[position])
                  position &+= inner
                }
                target.initializeElement(
                  at: count, to: UInt8(clamping: sum >> Self.fractionBits))
                count += 1
              }
            }
          }
        }
      }
    }
  }
}
