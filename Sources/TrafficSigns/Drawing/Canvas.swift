/// A square picture in linear light, being painted.
struct Canvas {
  /// Pixels along each edge.
  let side: Int
  /// Row by row from the top.
  var pixels: [Colour]

  /// A canvas covered by a scene.
  init(side: Int, showing scene: any Scene) {
    self.side = side
    pixels = []
    pixels.reserveCapacity(side * side)
    for row in 0..<side {
      for column in 0..<side {
        let place = Point(Double(column) + 0.5, Double(row) + 0.5) * (1 / Double(side))
        pixels.append(scene.colour(at: place))
      }
    }
  }

  /// Paints a shape that stands in the plane of the sign.
  mutating func paint(_ shape: Shape, _ colour: Colour, seenFrom pose: Pose, opacity: Double = 1) {
    for row in 0..<side {
      for column in 0..<side {
        let (point, pixelSize) = pose.signPoint(row: row, column: column)
        let coverage = min(max(0.5 - shape.distance(point) / pixelSize, 0), 1) * opacity
        guard coverage > 0 else { continue }
        let index = row * side + column
        pixels[index] = pixels[index].mixed(with: colour, coverage)
      }
    }
  }

  /// Replaces every pixel by `change` of its colour and its place, from (0, 0) to (1, 1).
  mutating func recolour(_ change: (Colour, Point) -> Colour) {
    for row in 0..<side {
      for column in 0..<side {
        let place = Point(Double(column) + 0.5, Double(row) + 0.5) * (1 / Double(side))
        let index = row * side + column
        pixels[index] = change(pixels[index], place)
      }
    }
  }

  /// Blurs in one direction: every pixel becomes the mean over a line through it.
  ///
  /// - Parameter step: half the line, in pixels; the ends may fall between pixels.
  mutating func smear(along step: Point) {
    let source = self
    let taps = [-1, -0.5, 0, 0.5, 1]
    for row in 0..<side {
      for column in 0..<side {
        var sum = Colour.grey(0)
        for tap in taps {
          sum = sum + source.sample(Double(column) + tap * step.x, Double(row) + tap * step.y)
        }
        pixels[row * side + column] = sum * (1 / Double(taps.count))
      }
    }
  }

  /// The colour between pixels, and at the edge beyond it.
  private func sample(_ x: Double, _ y: Double) -> Colour {
    let x = min(max(x, 0), Double(side - 1))
    let y = min(max(y, 0), Double(side - 1))
    let (column, row) = (Int(x), Int(y))
    let (right, below) = (min(column + 1, side - 1), min(row + 1, side - 1))
    let (across, down) = (x - Double(column), y - Double(row))
    let top = pixels[row * side + column].mixed(with: pixels[row * side + right], across)
    let bottom = pixels[below * side + column].mixed(with: pixels[below * side + right], across)
    return top.mixed(with: bottom, down)
  }
}
