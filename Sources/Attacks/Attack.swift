public import ThreatModels

/// A way of looking for adversarial examples, with its settings, as a plain value.
///
/// What an attack may know of the model is a type. ``WhiteBoxAttack`` and ``MinimumNormAttack`` see
/// gradients, ``ScoreBasedAttack`` sees the scores of the classes, ``DecisionBasedAttack`` sees the
/// predicted class alone; every attack is of one of these four kinds. All promise the same:
///
/// - What comes back lies within the threat model, on the pixel grid if there is one.
/// - Up to rounding a sample's result does not depend on its batch mates or on the size of the batch:
///   losses are summed, and randomness comes from the sample's own key. Convolutions round differently
///   for different batch sizes, which now and then decides about a sample.
/// - An iterative attack stops working on a sample that has reached its goal and keeps each
///   sample's best point.
///
/// What an attack returns is a hint all the same: whoever counts successes checks the point and asks
/// the model again.
public protocol Attack: Hashable, Codable, Sendable {
  /// The name of the literature, such as `PGD`; the type's own name unless said otherwise.
  static var name: String { get }
  /// The name with what tells variants of the attack apart, such as `APGD-CE`.
  var title: String { get }
  /// Whether it changes pictures without looking at the model, as a measure for attacks that do.
  var isControl: Bool { get }
  /// Whether real-valued settings are in the range that the attack was made for.
  ///
  /// Settings from strangers are checked with it; initialisers trap instead.
  var hasUsableSettings: Bool { get }
  /// The norms that the attack knows how to keep small; L∞, L2 and L1 unless said otherwise.
  static var norms: Set<Norm> { get }
  /// Whether the attack looks at ``AttackBatch/starts``; not unless said otherwise.
  static var usesStarts: Bool { get }
}

extension Attack {
  /// The type's own name.
  public static var name: String { "\(Self.self)" }
  /// The name alone.
  public var title: String { Self.name }
  /// Not if nothing else is said.
  public var isControl: Bool { false }
  /// Any settings.
  public var hasUsableSettings: Bool { true }
  /// The norms whose balls are convex.
  public static var norms: Set<Norm> { [.linf, .l2, .l1] }
  /// No: starts are for searches that have a place to begin.
  public static var usesStarts: Bool { false }
}
