import Testing

@testable import TrafficSigns

@Suite("Faces of signs") struct FaceTests {
  @Test(
    "The colour in the middle of the plate and at its edge is the real sign's",
    arguments: [
      (SignClass.noEntry, Point(0, 0), Colour.signWhite), (.noEntry, Point(0, 0.6), .signRed),
      (.yield, Point(0, -0.2), .signWhite), (.yield, Point(0, -0.65), .signRed),
      (.priorityRoad, Point(0, 0), .signYellow), (.priorityRoad, Point(0, 0.75), .signWhite),
      (.stop, Point(0, 0.6), .signRed), (.roundabout, Point(0, 0), .signBlue),
      (.speedLimit30, Point(0, -0.85), .signRed), (.speedLimit30, Point(0, -0.6), .signWhite),
      (.turnRightAhead, Point(0.45, -0.18), .signWhite),
      (.turnLeftAhead, Point(0.45, -0.18), .signBlue),
      (.noOvertaking, Point(-0.31, 0.1), .signRed), (.noOvertaking, Point(0.31, 0.1), .signBlack),
      (.trafficSignals, Point(0, 0.42), .signGreen),
    ])
  func colours(sign: SignClass, point: Point, expected: Colour) {
    let top = sign.face.last { $0.shape.distance(point) < 0 }
    #expect(top?.colour == expected)
  }

  @Test("A face stays within reach of its post", arguments: SignClass.allCases)
  func extent(sign: SignClass) {
    let far = [Point(1.3, 0), Point(-1.3, 0), Point(0, 1.3), Point(0, -1.3)]
    for layer in sign.face {
      #expect(far.allSatisfy { layer.shape.distance($0) > 0 })
    }
  }
}
