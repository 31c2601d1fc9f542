/// How one axis of a picture is resized: which of its elements each new element is made of.
struct ResizedAxis {
  /// Where a new element lies among the old ones.
  enum Coordinates: String {
    case halfPixel = "half_pixel"
    case halfPixelSymmetric = "half_pixel_symmetric"
    case pytorchHalfPixel = "pytorch_half_pixel"
    case alignCorners = "align_corners"
    case asymmetric
    case cropAndResize = "tf_crop_and_resize"
  }

  /// How a new element follows from old ones.
  enum Interpolation: Hashable {
    case nearest(Rounding)
    case linear
    /// With the coefficient that most call a.
    case cubic(Double)
  }

  /// Which of two neighbours is the nearest.
  enum Rounding: String {
    case preferFloor = "round_prefer_floor"
    case preferCeiling = "round_prefer_ceil"
    case floor
    case ceil
    /// The one before where the axis grows, the one behind where it shrinks.
    case simple
  }

  /// The axis.
  var axis: Int
  /// How many elements there are.
  var size: Int
  /// How many there shall be.
  var newSize: Int
  /// The factor, which need not be the quotient of the sizes.
  var scale: Double
  var coordinates: Coordinates
  var interpolation: Interpolation
  /// Whether filters are stretched where the axis shrinks.
  var isAntialiased = false
  /// Whether elements beyond the ends count for nothing; else the last ones are continued.
  var excludesOutside = false
  /// The part of the axis that is resized, as fractions.
  var region: (start: Double, end: Double) = (0, 1)

  /// Whether nothing changes.
  var isIdentity: Bool {
    size == newSize && scale == 1 && (coordinates != .cropAndResize || region == (0, 1))
  }

  /// Where a new element lies among the old ones, in single precision.
  ///
  /// Which of two neighbours is the nearest is often decided by rounding, and runtimes round to single
  /// precision: 21 of 24 elements that become 56 lies at 9, and in double precision just before it.
  func position(of index: Int) -> Float {
    let (x, last, count) = (Float(index), Float(size - 1), Float(newSize))
    let scale = Float(scale)
    switch coordinates {
    case .halfPixel: return (x + 0.5) / scale - 0.5
    case .pytorchHalfPixel: return newSize > 1 ? (x + 0.5) / scale - 0.5 : 0
    case .asymmetric: return x / scale
    case .alignCorners: return newSize > 1 ? x * last / (count - 1) : 0
    case .halfPixelSymmetric:
      let adjustment = count / (scale * Float(size))
      return Float(size) / 2 * (1 - adjustment) + (x + 0.5) / scale - 0.5
    case .cropAndResize:
      let (start, end) = (Float(region.start), Float(region.end))
      return newSize > 1
        ? start * last + x * (end - start) * last / (count - 1) : 0.5 * (start + end) * last
    }
  }

  /// Whether a new element lies where there are no old ones, which only cropping allows.
  func isOutside(_ index: Int) -> Bool {
    guard coordinates == .cropAndResize else { return false }
    return !(0...Float(size - 1)).contains(position(of: index))
  }

  /// The nearest old element.
  func nearest(to index: Int, _ rounding: Rounding) -> Int {
    let position = position(of: index)
    let whole =
      switch rounding {
      case .preferFloor: (position - 0.5).rounded(.up)
      case .preferCeiling: (position + 0.5).rounded(.down)
      case .floor: position.rounded(.down)
      case .ceil: position.rounded(.up)
      case .simple: position.rounded(scale < 1 ? .up : .down)
      }
    return Int(min(max(whole, 0), Float(size - 1)))
  }

  /// By how much filters are stretched, as the factor of distances.
  private var stretch: Double { isAntialiased ? min(scale, 1) : 1 }

  /// How far away elements count.
  var reach: Double { (interpolation == .linear ? 1 : 2) / stretch }

  /// What each old element counts for a new one.
  func weights(of index: Int) -> [Double] {
    var weights = [Double](repeating: 0, count: size)
    if case .nearest(let rounding) = interpolation {
      weights[nearest(to: index, rounding)] = 1
      return weights
    }
    // What lies far beyond the ends is the same as what lies just beyond them.
    let position = min(
      max(Double(position(of: index)), -2 * Double(size) - 4), 3 * Double(size) + 4)
    var sum = 0.0
    for neighbour in Int((position - reach).rounded(.up))...Int((position + reach).rounded(.down)) {
      let weight = filter(abs(Double(neighbour) - position) * stretch)
      let isOutside = !(0..<size).contains(neighbour)
      if isOutside && excludesOutside { continue }
      sum += weight
      weights[min(max(neighbour, 0), size - 1)] += weight
    }
    return sum == 0 ? weights : weights.map { $0 / sum }
  }

  /// What an element at a distance counts.
  private func filter(_ distance: Double) -> Double {
    guard case .cubic(let a) = interpolation else { return max(0, 1 - distance) }
    // Keys 1981, “Cubic convolution interpolation for digital image processing”, equation 4.
    if distance <= 1 { return ((a + 2) * distance - (a + 3)) * distance * distance + 1 }
    guard distance < 2 else { return 0 }
    return ((distance - 5) * distance + 8) * distance * a - 4 * a
  }
}
