/// The faces of the signs, one for each class.
extension [Layer] {
  static let endOfRestrictions: [Layer] = {
    let bars = [-0.3, -0.1, 0.1, 0.3].map { offset in
      Shape.rectangle(width: 0.1, height: 3, at: Point(offset, 0))
    }
    let plate = Shape.disc(radius: 0.9)
    return [
      Layer(.signBlack, .disc(radius: 1)),
      Layer(.signWhite, .disc(radius: 0.95)),
      Layer(.signBlack, Shape.union(bars).turned(by: .eighth).intersection(plate)),
    ]
  }()

  static let noEntry: [Layer] = [
    Layer(.signWhite, .disc(radius: 1)),
    Layer(.signRed, .disc(radius: 0.96)),
    Layer(.signWhite, .rectangle(width: 1.44, height: 0.38)),
  ]

  static let noOvertaking: [Layer] =
    .prohibition + [
      Layer(.signRed, .car(at: Point(-0.31, 0))),
      Layer(.signBlack, .car(at: Point(0.31, 0))),
    ]

  static let pedestrianCrossing: [Layer] = {
    let stripes = [-0.45, -0.15, 0.15, 0.45].map { x in
      Shape.rectangle(width: 0.15, height: 0.1, at: Point(x, 0.5))
    }
    let triangle = Shape.filled(Path(-0.7, 0.62).line(0, -0.72).line(0.7, 0.62))
    return [
      Layer(.signWhite, .rectangle(width: 1.84, height: 1.84, rounding: 0.12)),
      Layer(.signBlue, .rectangle(width: 1.74, height: 1.74, rounding: 0.1)),
      Layer(.signWhite, triangle),
      Layer(.signBlack, .union(stripes)),
      Layer(.signBlack, .walker),
    ]
  }()

  static let priorityRoad: [Layer] = {
    func diamond(_ width: Double) -> Shape {
      Shape.rectangle(width: width, height: width, rounding: 0.08).turned(by: .eighth)
    }
    return [
      Layer(.signBlack, diamond(1.46)),
      Layer(.signWhite, diamond(1.38)),
      Layer(.signYellow, diamond(0.9)),
    ]
  }()

  static let roadworks: [Layer] = .warning + [Layer(.signBlack, .digger)]

  static let roundabout: [Layer] = .order + [Layer(.signWhite, .circlingArrows)]

  static let speedLimit30 = speedLimit("30", width: 0.98)
  static let speedLimit50 = speedLimit("50", width: 0.98)
  static let speedLimit80 = speedLimit("80", width: 0.98)
  static let speedLimit100 = speedLimit("100", width: 1.16)

  static let stop: [Layer] = {
    // The octagon is where an upright and a slanting square overlap.
    func octagon(_ width: Double) -> Shape {
      let square = Shape.rectangle(width: width, height: width)
      return square.intersection(square.turned(by: .eighth))
    }
    let word = Shape.lettering("STOP", height: 0.72, width: 1.52, weight: 0.135, gap: 0.1)
    return [
      Layer(.signWhite, octagon(1.88)),
      Layer(.signRed, octagon(1.76)),
      Layer(.signWhite, word),
    ]
  }()

  static let trafficSignals: [Layer] =
    .warning + [
      Layer(.signBlack, .rectangle(width: 0.42, height: 1.06, rounding: 0.1, at: Point(0, 0.1))),
      Layer(.signRed, .disc(radius: 0.15, at: Point(0, -0.22))),
      Layer(.signYellow, .disc(radius: 0.15, at: Point(0, 0.1))),
      Layer(.signGreen, .disc(radius: 0.15, at: Point(0, 0.42))),
    ]

  static let turnLeftAhead: [Layer] = .order + [Layer(.signWhite, Shape.bentArrow.mirrored)]

  static let turnRightAhead: [Layer] = .order + [Layer(.signWhite, .bentArrow)]

  static let yield: [Layer] = {
    let triangle = Shape.filled(Path(-0.9, -0.68).line(0, 0.88).line(0.9, -0.68))
    return [
      Layer(.signWhite, triangle.grown(by: 0.12)),
      Layer(.signRed, triangle.grown(by: 0.07)),
      Layer(.signWhite, triangle.inset(by: 0.2)),
    ]
  }()

  private static func speedLimit(_ digits: String, width: Double) -> [Layer] {
    let number = Shape.lettering(digits, height: 0.86, width: width, weight: 0.16, gap: 0.09)
    return .prohibition + [Layer(.signBlack, number)]
  }
}
