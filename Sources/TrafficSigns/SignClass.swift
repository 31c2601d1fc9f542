/// The kinds of traffic signs that this module draws, in the style of the Vienna Convention.
///
/// The raw value is the name of the class's folder. The cases are in the order of these names, so a
/// reader that numbers class folders alphabetically gives each class its ``index``.
public enum SignClass: String, CaseIterable, Codable, Hashable, Sendable {
  /// The end of all earlier prohibitions: black bars across a white disc.
  case endOfRestrictions = "end-of-restrictions"
  /// No vehicles may enter: a white bar on a red disc.
  case noEntry = "no-entry"
  /// No overtaking: a red and a black car.
  case noOvertaking = "no-overtaking"
  /// A crossing for people on foot: a walker on a blue square.
  case pedestrianCrossing = "pedestrian-crossing"
  /// A road with the right of way: a yellow diamond.
  case priorityRoad = "priority-road"
  /// People at work on the road: a warning triangle with a digger.
  case roadworks
  /// A roundabout: three arrows in a circle.
  case roundabout
  /// At most 100 km/h.
  case speedLimit100 = "speed-limit-100"
  /// At most 30 km/h.
  case speedLimit30 = "speed-limit-30"
  /// At most 50 km/h.
  case speedLimit50 = "speed-limit-50"
  /// At most 80 km/h.
  case speedLimit80 = "speed-limit-80"
  /// Stop and give way: a red octagon.
  case stop
  /// Traffic lights ahead: a warning triangle with three lights.
  case trafficSignals = "traffic-signals"
  /// Turn left ahead: a bent white arrow on a blue disc.
  case turnLeftAhead = "turn-left-ahead"
  /// Turn right ahead: a bent white arrow on a blue disc.
  case turnRightAhead = "turn-right-ahead"
  /// Give way: a white triangle with a red edge, standing on its point.
  case yield

  /// The class's place in `allCases`, and the label that the shipped model gives it.
  public var index: Int {
    guard let index = SignClass.allCases.firstIndex(of: self) else {
      preconditionFailure("\(self) is missing from the list of all cases")
    }
    return index
  }

  /// The name for people, such as “speed limit 30”.
  public var name: String {
    String(rawValue.map { $0 == "-" ? " " : $0 })
  }
}
