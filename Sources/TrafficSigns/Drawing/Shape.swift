/// A region of the plane, given by its signed distance: negative inside, zero on the edge.
struct Shape: Sendable {
  /// The distance from a point to the edge, or a lower bound of it where shapes were combined.
  let distance: @Sendable (Point) -> Double

  init(distance: @escaping @Sendable (Point) -> Double) {
    self.distance = distance
  }
}

/// The basic shapes.
extension Shape {
  static func disc(radius: Double, at centre: Point = Point(0, 0)) -> Shape {
    Shape { ($0 - centre).length - radius }
  }

  static func rectangle(
    width: Double, height: Double, rounding: Double = 0, at centre: Point = Point(0, 0)
  ) -> Shape {
    Shape { point in
      let x = abs(point.x - centre.x) - width / 2 + rounding
      let y = abs(point.y - centre.y) - height / 2 + rounding
      return Point(max(x, 0), max(y, 0)).length + min(max(x, y), 0) - rounding
    }
  }

  /// All points on the side of the origin that `direction`, of length one, does not point to.
  static func halfPlane(against direction: Point) -> Shape {
    Shape { $0.dot(direction) }
  }

  /// The inside of a closed path.
  static func filled(_ path: Path) -> Shape {
    let corners = path.points
    return Shape { point in
      var nearest = Double.infinity
      var isInside = false
      var previous = corners[corners.count - 1]
      for corner in corners {
        nearest = min(nearest, point.distance(toSegmentFrom: previous, to: corner))
        if (corner.y > point.y) != (previous.y > point.y) {
          let slope = (previous.x - corner.x) / (previous.y - corner.y)
          if point.x < corner.x + slope * (point.y - corner.y) { isInside.toggle() }
        }
        previous = corner
      }
      return isInside ? -nearest : nearest
    }
  }

  /// The path drawn with a round pen.
  static func stroke(_ path: Path, width: Double) -> Shape {
    let points = path.points
    return Shape { point in
      var nearest = Double.infinity
      for index in points.indices.dropLast() {
        nearest = min(
          nearest, point.distance(toSegmentFrom: points[index], to: points[index + 1]))
      }
      return nearest - width / 2
    }
  }

  /// All of the shapes together.
  static func union(_ shapes: [Shape]) -> Shape {
    Shape { point in
      shapes.reduce(Double.infinity) { min($0, $1.distance(point)) }
    }
  }
}

/// Shapes from shapes.
extension Shape {
  /// The shape with its edge moved outwards, which rounds its corners.
  func grown(by amount: Double) -> Shape {
    Shape { distance($0) - amount }
  }

  /// The shape with its edge moved inwards.
  func inset(by amount: Double) -> Shape { grown(by: -amount) }

  /// What both shapes cover.
  func intersection(_ other: Shape) -> Shape {
    Shape { max(distance($0), other.distance($0)) }
  }

  /// What this shape covers and the other does not.
  func subtracting(_ other: Shape) -> Shape {
    Shape { max(distance($0), -other.distance($0)) }
  }

  func turned(by rotation: Rotation) -> Shape {
    let back = rotation.inverse
    return Shape { distance(back($0)) }
  }

  /// The mirror image with left and right exchanged.
  var mirrored: Shape {
    Shape { distance(Point(-$0.x, $0.y)) }
  }
}
