import Foundation
import TensorModule
import ThreatModels

/// Orthonormal directions in which ``SimBA`` steps, by number.
struct WalkBasis {
  /// How many directions there are.
  let count: Int
  private let shape: ImageShape
  /// The cosines of the frequencies along the rows and along the columns; nothing for single values.
  private let cosines: (vertical: [[Float]], horizontal: [[Float]])?

  /// The directions for pictures of a shape.
  init(_ settings: SimBA, shape: ImageShape) {
    self.shape = shape
    guard settings.basis == .dct else {
      cosines = nil
      count = shape.channels * shape.height * shape.width
      return
    }
    func lowest(_ size: Int) -> [[Float]] {
      let kept = max(1, Int((settings.frequencies * Double(size)).rounded()))
      return (0..<kept).map { Self.cosine(frequency: $0, size: size) }
    }
    let (vertical, horizontal) = (lowest(shape.height), lowest(shape.width))
    cosines = (vertical, horizontal)
    count = shape.channels * vertical.count * horizontal.count
  }

  /// Adds a multiple of a direction to a picture that begins at an offset of an array.
  ///
  /// - Parameter scale: from the largest value of the direction to the factor.
  func add(
    _ number: Int, to values: inout [Float], at offset: Int, scale: (_ peak: Double) -> Double
  ) {
    guard let cosines else {
      values[offset + number] += Float(scale(1))
      return
    }
    let (vertical, horizontal) = cosines
    let perChannel = vertical.count * horizontal.count
    let rows = vertical[number % perChannel / horizontal.count]
    let columns = horizontal[number % horizontal.count]
    func peak(_ values: [Float]) -> Float { values.reduce(0) { max($0, abs($1)) } }
    let factor = Float(scale(Double(peak(rows) * peak(columns))))
    let first = offset + number / perChannel * shape.height * shape.width
    for (row, vertical) in rows.enumerated() {
      for (column, horizontal) in columns.enumerated() {
        values[first + row * shape.width + column] += factor * vertical * horizontal
      }
    }
  }

  /// One function of the orthonormal discrete cosine transform (DCT-II).
  private static func cosine(frequency: Int, size: Int) -> [Float] {
    let length = (Double(frequency == 0 ? 1 : 2) / Double(size)).squareRoot()
    return (0..<size).map { place in
      Float(length * cos(.pi * Double(2 * place + 1) * Double(frequency) / Double(2 * size)))
    }
  }
}

/// The order in which one picture tries its directions, and where it is in it.
struct BasisWalk {
  private var numbers: RandomNumbers
  private var order: [Int]
  private var position = 0
  /// Directions in a row that changed nothing.
  private var fruitless = 0
  /// Whether the step against the direction is next.
  private(set) var isBackwards = false

  /// A walk through some number of directions.
  init(count: Int, numbers: RandomNumbers) {
    self.numbers = numbers
    order = Array(0..<count)
    draw()
  }

  /// The direction that is tried next.
  var direction: Int { order[position] }

  /// Whether a whole round has changed nothing.
  var isExhausted: Bool { fruitless >= order.count }

  /// Takes note of whether the step helped, and goes on to the next.
  mutating func note(helped: Bool) {
    if !helped, !isBackwards {
      isBackwards = true
      return
    }
    isBackwards = false
    fruitless = helped ? 0 : fruitless + 1
    position = (position + 1) % order.count
    draw()
  }

  /// Chooses one of the directions that the round has left: a shuffle, as far as it is needed.
  private mutating func draw() {
    order.swapAt(position, Int.random(in: position..<order.count, using: &numbers))
  }
}
