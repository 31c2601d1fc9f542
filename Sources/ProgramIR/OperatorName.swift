/// The name of an operator as the dispatcher knows it, such as `aten::add.Tensor`.
public struct OperatorName: Hashable, Sendable {
  /// The library, such as `aten`; `_operator`, `math` and `torch` for Python's arithmetic on sizes.
  public var namespace: String
  /// The name inside the library, such as `add`.
  public var name: String
  /// The overload, such as `Tensor`; empty for the default one.
  public var overload: String

  /// A name from its parts.
  public init(namespace: String = "aten", _ name: String, overload: String = "") {
    self.namespace = namespace
    self.name = name
    self.overload = overload
  }

  /// The name that an exported program writes: `torch.ops.aten.add.Tensor`, `_operator.mul` or
  /// `torch.sym_float`.
  ///
  /// `nil` if the text has another shape.
  public init?(exported target: String) {
    let parts = target.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    if parts.contains("") { return nil }
    switch parts.count {
    case 5 where parts[0] == "torch" && parts[1] == "ops":
      self.init(namespace: parts[2], parts[3], overload: parts[4] == "default" ? "" : parts[4])
    case 4 where parts[0] == "torch" && parts[1] == "ops":
      self.init(namespace: parts[2], parts[3])
    case 2 where ["_operator", "math", "torch"].contains(parts[0]):
      self.init(namespace: parts[0], parts[1])
    default: return nil
    }
  }

  /// Whether the operator changes its first argument in place, such as `relu_`.
  public var isInPlace: Bool {
    name.hasSuffix("_") && !name.hasSuffix("__")
  }
}

extension OperatorName: CustomStringConvertible {
  /// The dispatcher's spelling: `aten::add.Tensor`.
  public var description: String {
    "\(namespace)::\(name)" + (overload.isEmpty ? "" : ".\(overload)")
  }
}
