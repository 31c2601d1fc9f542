import Testing

@testable import TrafficSigns

@Suite("Shapes by signed distance") struct ShapeTests {
  static let square = Path(-1, -1).line(1, -1).line(1, 1).line(-1, 1)

  @Test(
    "Distances are negative inside and grow outwards",
    arguments: [
      (Shape.disc(radius: 1), Point(0, 0), -1.0), (.disc(radius: 1), Point(3, 4), 4),
      (.rectangle(width: 2, height: 4), Point(0, 0), -1),
      (.rectangle(width: 2, height: 4), Point(4, 6), 5),
      (.filled(square), Point(0.5, 0), -0.5), (.filled(square), Point(1, 3), 2),
      (.stroke(Path(0, 0).line(2, 0), width: 0.5), Point(1, 1), 0.75),
      (.union([.disc(radius: 1), .disc(radius: 1, at: Point(4, 0))]), Point(4, 0), -1),
      (Shape.disc(radius: 1).grown(by: 0.5), Point(2, 0), 0.5),
      (Shape.disc(radius: 2).subtracting(.disc(radius: 1)), Point(0, 0), 1),
      (Shape.disc(radius: 1, at: Point(2, 0)).mirrored, Point(-2, 0), -1),
    ])
  func distances(shape: Shape, point: Point, expected: Double) {
    #expect(abs(shape.distance(point) - expected) < 1e-12)
  }

  @Test("Three thirds of a turn lead back")
  func thirds() {
    let point = Rotation.third(Rotation.third(Rotation.third(Point(1, 0))))
    #expect((point - Point(1, 0)).length < 1e-12)
  }

  @Test("A curve passes through its ends and stays near the circle it stands for")
  func quarters() {
    let path = Path(1, 0).uprightQuarter(0, 1)
    #expect(path.points.last == Point(0, 1))
    #expect(path.points.allSatisfy { abs($0.length - 1) < 0.001 })
  }
}
