/// What is done to gradients so that what they lead to fools other models too.
public struct TransferSettings: Hashable, Codable, Sendable {
  /// How often a gradient is taken at a randomly shrunk and shifted picture instead of the picture itself:
  /// a probability in 0…1.
  public var diversity: Double
  /// The side of the Gaussian kernel that gradients are smoothed with, in pixels: odd, and 1 for none.
  public var kernel: Int

  /// Settings.
  ///
  /// - Precondition: a probability, and an odd positive side.
  public init(diversity: Double = 0, kernel: Int = 1) {
    self.diversity = diversity
    self.kernel = kernel
    precondition(isUsable, "diversity \(diversity), a kernel of \(kernel)")
  }

  /// Whether the diversity is a probability and the kernel has a middle.
  var isUsable: Bool { (0...1).contains(diversity) && kernel > 0 && kernel % 2 == 1 }
}
