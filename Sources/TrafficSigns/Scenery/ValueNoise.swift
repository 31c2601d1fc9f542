/// Smooth noise: random values on a grid, interpolated (Perlin's "value noise").
struct ValueNoise: Sendable {
  private let key: UInt64

  init(using random: inout SplitMix64) {
    key = random.next()
  }

  /// The value of one cell of the grid, 0 ..< 1.
  func cell(_ column: Int, _ row: Int) -> Double {
    var random = SplitMix64(
      seed: key ^ UInt64(bitPattern: Int64(column)) &* 0x8CB9_2BA7_2F3D_8DD7
        ^ UInt64(bitPattern: Int64(row)) &* 0xD6E8_FEB8_6659_FD93)
    return random.unit()
  }

  /// Smooth noise, 0…1, with one cell per unit.
  func smooth(_ point: Point) -> Double {
    let (left, top) = (point.x.rounded(.down), point.y.rounded(.down))
    let (across, down) = (eased(point.x - left), eased(point.y - top))
    let (column, row) = (Int(left), Int(top))
    let upper = cell(column, row) * (1 - across) + cell(column + 1, row) * across
    let lower = cell(column, row + 1) * (1 - across) + cell(column + 1, row + 1) * across
    return upper * (1 - down) + lower * down
  }

  /// Three octaves of smooth noise, 0…1: large forms with finer ones on them.
  func cloudy(_ point: Point) -> Double {
    (smooth(point) * 4 + smooth(point * 2.1) * 2 + smooth(point * 4.3)) / 7
  }

  private func eased(_ t: Double) -> Double { t * t * (3 - 2 * t) }
}
