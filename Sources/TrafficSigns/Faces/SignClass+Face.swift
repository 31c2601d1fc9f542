extension SignClass {
  /// What is painted on the sign.
  var face: [Layer] {
    switch self {
    case .endOfRestrictions: .endOfRestrictions
    case .noEntry: .noEntry
    case .noOvertaking: .noOvertaking
    case .pedestrianCrossing: .pedestrianCrossing
    case .priorityRoad: .priorityRoad
    case .roadworks: .roadworks
    case .roundabout: .roundabout
    case .speedLimit100: .speedLimit100
    case .speedLimit30: .speedLimit30
    case .speedLimit50: .speedLimit50
    case .speedLimit80: .speedLimit80
    case .stop: .stop
    case .trafficSignals: .trafficSignals
    case .turnLeftAhead: .turnLeftAhead
    case .turnRightAhead: .turnRightAhead
    case .yield: .yield
    }
  }
}
