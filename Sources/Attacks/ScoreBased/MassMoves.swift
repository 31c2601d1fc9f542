import TensorModule
import ThreatModels

/// The moves of the square attack for L2: the perturbation of one window goes into another.
///
/// The squared length of the perturbation stays ε²: what the two windows hold, and what clipping to
/// [0, 1] has left unused, goes into the first of them, and the second is emptied.
struct MassMoves: SquareMoves {
  private let channels: Int
  private let height: Int
  private let width: Int
  private let epsilon: Float
  private let originals: [Float]
  private var side = 0
  private var bumps: [Float] = []

  /// The moves around the pictures of a batch.
  init(around images: Tensor, epsilon: Double) {
    let shape = images.shape
    (channels, height, width) = (shape[1], shape[2], shape[3])
    self.epsilon = Float(epsilon)
    originals = images.floats()
  }

  /// Windows of an odd side of at least 3 whose area is near a share of the picture.
  mutating func cover(_ share: Double) {
    let wanted = max(Int((share * Double(height * width)).squareRoot().rounded()), 3)
    let odd = min(wanted + (wanted % 2 == 0 ? 1 : 0), height, width)
    if odd == side { return }
    side = odd
    bumps = Self.bumps(side: side)
  }

  /// A grid of five by five tiles, each two bumps of random sign, of length ε together.
  func start(
    _ points: inout [Float], at offset: Int, row: Int, using numbers: inout RandomNumbers
  ) {
    let tile = max(min(height, width) / 5, 1)
    let shape = Self.bumps(side: tile)
    var change = [Float](repeating: 0, count: channels * height * width)
    for top in stride(from: height % tile / 2, through: height - tile, by: tile) {
      for left in stride(from: width % tile / 2, through: width - tile, by: tile) {
        let window = Window(top: top, left: left, side: tile)
        let turned = Bool.random(using: &numbers)
        for channel in 0..<channels {
          let sign: Float = Bool.random(using: &numbers) ? 1 : -1
          for (index, cell) in zip(indices(of: window, in: channel), 0...) {
            change[index] = sign * shape[turned ? window.transposed(cell) : cell]
          }
        }
      }
    }
    let factor = epsilon / max(Self.length(of: change), 1e-12)
    let origin = row * change.count
    for index in change.indices {
      points[offset + index] = clipped(originals[origin + index] + change[index] * factor)
    }
  }

  /// The perturbation of two windows, and what is unused, into the first of them.
  func move(
    _ points: inout [Float], at offset: Int, row: Int, using numbers: inout RandomNumbers
  ) {
    let size = channels * height * width
    points.withUnsafeMutableBufferPointer { all in
      originals.withUnsafeBufferPointer { pictures in
        let point = UnsafeMutableBufferPointer(rebasing: all[offset..<(offset + size)])
        let original = UnsafeBufferPointer(
          rebasing: pictures[(row * size)..<((row + 1) * size)])
        move(point, around: original, using: &numbers)
      }
    }
  }

  private func move(
    _ point: UnsafeMutableBufferPointer<Float>, around original: UnsafeBufferPointer<Float>,
    using numbers: inout RandomNumbers
  ) {
    let (filled, emptied) = (randomWindow(using: &numbers), randomWindow(using: &numbers))
    let turned = Bool.random(using: &numbers)
    var spent: Float = 0
    for index in point.indices {
      let change = point[index] - original[index]
      spent += change * change
    }
    let unused = max(epsilon * epsilon - spent, 0) / Float(channels)
    var change = [Float](repeating: 0, count: side * side)
    for channel in 0..<channels {
      let sign: Float = Bool.random(using: &numbers) ? 1 : -1
      let inside = indices(of: filled, in: channel)
      for (cell, index) in inside.enumerated() { change[cell] = point[index] - original[index] }
      let held = Self.length(of: change)
      var available = held * held + unused
      for index in indices(of: emptied, in: channel) {
        let lost = point[index] - original[index]
        point[index] = original[index]
        if !filled.contains(line: index / width % height, column: index % width) {
          available += lost * lost
        }
      }
      for cell in change.indices {
        let bump = bumps[turned ? filled.transposed(cell) : cell]
        change[cell] = sign * bump + change[cell] / (held + 1e-12)
      }
      let factor = available.squareRoot() / (Self.length(of: change) + 1e-12)
      for (cell, index) in inside.enumerated() {
        point[index] = clipped(original[index] + change[cell] * factor)
      }
    }
  }
}

extension MassMoves {
  /// A square part of the picture.
  private struct Window {
    let top: Int
    let left: Int
    let side: Int

    func contains(line: Int, column: Int) -> Bool {
      line >= top && line < top + side && column >= left && column < left + side
    }

    /// The cell, counted row by row, that a cell becomes when rows and columns are exchanged.
    func transposed(_ cell: Int) -> Int { cell % side * side + cell / side }
  }

  private func randomWindow(using numbers: inout RandomNumbers) -> Window {
    Window(
      top: Int.random(in: 0...(height - side), using: &numbers),
      left: Int.random(in: 0...(width - side), using: &numbers), side: side)
  }

  /// Where the cells of a window are in a picture, row by row.
  private func indices(of window: Window, in channel: Int) -> [Int] {
    (window.top..<(window.top + window.side)).flatMap { line in
      let first = (channel * height + line) * width + window.left
      return first..<(first + window.side)
    }
  }

  private func clipped(_ value: Float) -> Float { min(max(value, 0), 1) }

  private static func length(of values: [Float]) -> Float {
    values.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }

  /// Two bumps of opposite signs, one above the other, of length 1 together; row by row.
  private static func bumps(side: Int) -> [Float] {
    let upper = bump(height: side / 2, width: side)
    let lower = bump(height: side - side / 2, width: side)
    let both = upper + lower.map { -$0 }
    let total = length(of: both)
    return both.map { $0 / total }
  }

  /// A bump of length 1 that falls off from the centre: Σ 1/(k + 1)² over the rings k from a cell's own
  /// to the outermost.
  private static func bump(height: Int, width: Int) -> [Float] {
    let rings = max(height, width) / 2 + 1
    let values = (0..<(height * width)).map { cell -> Float in
      let ring = max(abs(cell / width - height / 2), abs(cell % width - width / 2))
      return (ring..<rings).reduce(0) { $0 + 1 / Float(($1 + 1) * ($1 + 1)) }
    }
    let total = length(of: values)
    return values.map { $0 / max(total, 1e-12) }
  }
}
