import Foundation
import TensorModule

/// Frost on glass: branched needles that grow from nuclei, mostly at the edges, over an uneven haze.
struct IceCrystals {
  /// A bluish white.
  struct Colour {
    var red: Float
    var green: Float
    var blue: Float

    var luma: Float { 0.299 * red + 0.587 * green + 0.114 * blue }

    /// Red, green or blue by its number.
    subscript(channel: Int) -> Float { channel == 0 ? red : channel == 1 ? green : blue }
  }

  private let width: Int
  private let height: Int
  /// How much haze and how much ice lies on each pixel, 0…1.
  private var haze: [Float]
  private var ice: [Float]

  /// Crystals whose lengths grow with the shorter side.
  init(width: Int, height: Int, using random: inout RandomNumbers) {
    self.width = width
    self.height = height
    let clouds = PlasmaFractal(covering: max(width, height), decay: 1.6, using: &random)
    haze = (0..<height).flatMap { row in (0..<width).map { clouds[$0, row] } }
    ice = [Float](repeating: 0, count: width * height)
    for _ in 0..<random.whole(9...14) { growCrystal(using: &random) }
  }

  /// The colour of the frost on a pixel, by its number.
  func colour(of pixel: Int) -> Colour {
    let (haze, ice) = (haze[pixel], ice[pixel])
    let light = 0.18 + 0.42 * haze
    func mixed(_ tint: Float) -> Float { light * tint * (1 - ice) + (0.92 + 0.08 * tint) * ice }
    return Colour(red: mixed(0.82), green: mixed(0.94), blue: mixed(1.08))
  }

  /// A stem from an edge inwards with branches at 60° on both sides, shorter towards the tip.
  private mutating func growCrystal(using random: inout RandomNumbers) {
    let side = Float(min(width, height))
    let (columns, rows) = (Float(width), Float(height))
    let along = Float(random.unit())
    let depth = random.uniform(-0.05...0.3) * side
    let start: (x: Float, y: Float)
    let inwards: Float
    switch random.whole(0...3) {
    case 0: (start, inwards) = ((along * columns, depth), .pi / 2)
    case 1: (start, inwards) = ((along * columns, rows - depth), -.pi / 2)
    case 2: (start, inwards) = ((depth, along * rows), 0)
    default: (start, inwards) = ((columns - depth, along * rows), .pi)
    }
    let angle = inwards + random.uniform(-1...1)
    let length = random.uniform(0.35...0.8) * side
    let thickness = max(0.45, 0.008 * side)
    draw(from: start, angle: angle, length: length, thickness: thickness, brightness: 0.9)
    var position = 0.08 * length
    while position < length {
      let reach = (1 - position / length) * random.uniform(0.2...0.4) * length
      let node = (x: start.x + position * cos(angle), y: start.y + position * sin(angle))
      for turn in [Float.pi / 3, -Float.pi / 3] {
        draw(
          from: node, angle: angle + turn, length: reach * random.uniform(0.6...1),
          thickness: thickness * 0.75, brightness: random.uniform(0.5...0.85))
      }
      position += max(1.6, random.uniform(0.03...0.06) * side)
    }
  }

  /// A needle with soft sides that fades to its tip.
  private mutating func draw(
    from start: (x: Float, y: Float), angle: Float, length: Float, thickness: Float,
    brightness: Float
  ) {
    let direction = (x: cos(angle), y: sin(angle))
    let end = (x: start.x + length * direction.x, y: start.y + length * direction.y)
    let margin = 3 * thickness
    let left = max(0, Int(min(start.x, end.x) - margin))
    let right = min(width - 1, Int(max(start.x, end.x) + margin))
    let top = max(0, Int(min(start.y, end.y) - margin))
    let bottom = min(height - 1, Int(max(start.y, end.y) + margin))
    guard left <= right, top <= bottom, length > 0 else { return }
    for row in top...bottom {
      for column in left...right {
        let (x, y) = (Float(column) - start.x, Float(row) - start.y)
        let along = max(0, min(length, x * direction.x + y * direction.y))
        let (dx, dy) = (x - along * direction.x, y - along * direction.y)
        let square = (dx * dx + dy * dy) / (2 * thickness * thickness)
        guard square < 4.5 else { continue }
        let value = brightness * (1 - 0.6 * along / length) * exp(-square)
        let index = row * width + column
        ice[index] = max(ice[index], value)
      }
    }
  }
}
