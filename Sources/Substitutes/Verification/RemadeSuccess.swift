import Attacks
import Imaging
import ThreatModels

/// A picture that fools the service, which the attack must lead to again.
struct RemadeSuccess {
  /// What to call it.
  let name: String
  /// The number of the picture, which names its randomness.
  let row: Int
  /// The true class.
  let label: Int
  /// The picture as it was.
  let original: Picture
  /// The picture that fools the service.
  let point: Picture
  /// Whether nothing was found wrong with it so far.
  let isConfirmed: Bool

  /// The share of the changed values that may be other ones than those that were sent.
  ///
  /// Rounding decides the sign of a gradient where it is next to nothing, which batches and processors do otherwise.
  private static let tolerance = 0.02

  /// Whether what an attack leads to now is the picture, but for rounding.
  ///
  /// Where lengths decide how far it goes, rounding can move any value by one step of 1/255; steps along signs alone
  /// cannot. All in all the two may lie apart by half of the change, so that an attack that does next to nothing
  /// never leads to the picture.
  func isLike(_ remade: Picture, by trial: TransferTrial) -> Bool {
    let goesByLengths =
      trial.threat.budget.norm != .linf || type(of: trial.attack).minimizesNorm
    let step = goesByLengths ? 1 : 0
    var (changed, others) = (0, 0)
    var (change, error) = (0, 0)
    for (was, (sent, found)) in zip(original.samples, zip(point.samples, remade.samples)) {
      let apart = abs(Int(sent) - Int(found))
      if sent != was || found != was { changed += 1 }
      if apart > step { others += 1 }
      change += abs(Int(sent) - Int(was))
      error += apart
    }
    return change > 0 && 2 * error <= change
      && Double(others) <= max(1, Self.tolerance * Double(changed))
  }
}
