/// The four counts of an attack over a set of pictures.
public struct Counts: Hashable, Codable, Sendable {
  /// All pictures.
  public var total = 0
  /// Pictures that the model got wrong before the attack.
  public var initiallyWrong = 0
  /// Pictures that were attacked: all the others.
  public var attacked = 0
  /// Attacked pictures on which the goal was reached.
  public var newlyWrong = 0
  /// Attacked pictures for which the attack returned an invalid point.
  public var invalid = 0

  /// The counts of a list of outcomes.
  public init(of outcomes: some Sequence<Outcome>) {
    for outcome in outcomes {
      total += 1
      switch outcome {
      case .initiallyWrong: initiallyWrong += 1
      case .newlyWrong: newlyWrong += 1
      case .invalid: invalid += 1
      case .robust: break
      }
    }
    attacked = total - initiallyWrong
  }

  /// The share of pictures that are right and stay right: (n − initially wrong − newly wrong) / n.
  ///
  /// `nil` for no pictures.
  public var robustAccuracy: Double? {
    total == 0 ? nil : Double(total - initiallyWrong - newlyWrong) / Double(total)
  }

  /// The share of pictures that are right before the attack; `nil` for no pictures.
  public var cleanAccuracy: Double? {
    total == 0 ? nil : Double(total - initiallyWrong) / Double(total)
  }
}
