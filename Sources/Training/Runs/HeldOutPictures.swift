import TensorModule

extension PictureSet {
  /// Pictures to learn from, and pictures that are held out to judge by.
  ///
  /// - Parameters:
  ///   - heldOutCount: how many are held out; fewer than there are.
  ///   - seed: what the choice follows from; it does not depend on anything else of the run.
  public func parted(
    holdingOut heldOutCount: Int, seed: UInt64
  ) -> (training: PictureSet, heldOut: PictureSet) {
    precondition(heldOutCount < count, "\(heldOutCount) of \(count) pictures held out")
    let generator = RandomKey(seed: seed).part("validation").makeGenerator()
    let order = Tensor.uniform([count], using: generator).argsorted(along: 0).integers()
    return (
      pictures(order.dropFirst(heldOutCount).sorted()),
      pictures(order.prefix(heldOutCount).sorted())
    )
  }
}
