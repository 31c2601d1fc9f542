internal import CTorch

/// Where tensors live and operators run.
public struct Device: Hashable, Sendable {
  /// The engine's name, such as `cpu` or `cuda:0`.
  public let name: String

  /// The processor.
  public static let cpu = Device(unchecked: "cpu")

  private init(unchecked name: String) { self.name = name }

  /// The device of a name, if this machine and this libtorch offer it.
  ///
  /// `nil` for anything but `cpu`, `cuda`, `cuda:N` and `mps` that is at hand.
  public init?(named name: String) {
    let parts = name.split(separator: ":", omittingEmptySubsequences: false)
    guard let kind = parts.first, ["cpu", "cuda", "mps"].contains(kind), parts.count <= 2 else {
      return nil
    }
    let index = parts.count == 2 ? Int32(parts[1]) : 0
    guard let index, index >= 0, index < ct_device_count(String(kind)) else { return nil }
    self.name = kind == "cuda" ? "cuda:\(index)" : String(kind)
  }
}
