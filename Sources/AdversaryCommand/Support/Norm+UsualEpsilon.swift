import Adversary

extension Norm {
  /// The ε that the literature uses most on small colour pictures.
  var usualEpsilon: String {
    switch self {
    case .linf: "8/255"
    case .l2: "0.5"
    case .l1: "12"
    case .l0: "50"
    }
  }
}
