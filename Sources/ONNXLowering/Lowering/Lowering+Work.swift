import ProgramIR
import ProgramRuntime
import TensorModule

/// How much is computed while a model is lowered: a small file may ask for years of it.
extension Lowering {
  /// The most multiply-adds on examples: a transformer of two billion weights needs less.
  static let mostWork = 1e13
  /// The most on constants alone, of which models that are made for use have next to none.
  static let mostConstantWork = 1e12
  /// How many multiply-adds take as long as writing down one element.
  private static let workPerElement = 256.0

  /// Counts the multiply-adds of a call that is about to be made.
  ///
  /// - Throws: ``LoweringError`` when a model of pictures would not do so much.
  mutating func count(
    workOf name: String, _ arguments: [Value], isFolded: Bool
  ) throws(LoweringError) {
    try add(Self.multiplyAdds(of: name, arguments), isFolded: isFolded)
  }

  /// Counts the elements that a call made.
  mutating func count(made tensors: [Tensor], isFolded: Bool) throws(LoweringError) {
    let elements = tensors.reduce(0) { $0 + $1.elementCount }
    try add(Double(elements) * Self.workPerElement, isFolded: isFolded)
  }

  private mutating func add(_ work: Double, isFolded: Bool) throws(LoweringError) {
    if isFolded { self.work.constants += work } else { self.work.examples += work }
    guard self.work.constants <= Self.mostConstantWork, self.work.examples <= Self.mostWork else {
      throw failure("it takes more computing than a model of pictures needs")
    }
  }

  private static func multiplyAdds(of name: String, _ arguments: [Value]) -> Double {
    let shapes = arguments.compactMap(\.tensor?.shape)
    if let window = SlidingWindow(name, arguments) { return window.multiplyAdds }
    return switch name {
    case "aten::matmul" where shapes.count == 2:
      product(productSizes(shapes[0], shapes[1])) * Double(shapes[0].last ?? 1)
    case "aten::linear" where shapes.count >= 2:
      product(shapes[0]) * Double(shapes[1].first ?? 1)
    case "aten::addmm" where shapes.count == 3:
      product(shapes[1]) * Double(shapes[2].last ?? 1)
    case "aten::scaled_dot_product_attention" where shapes.count >= 3:
      product(shapes[0].dropLast()) * product(shapes[1].suffix(2))
        + product(shapes[0].dropLast()) * product(shapes[2].suffix(2))
    case "aten::einsum": einsteinWork(arguments)
    default: 0
    }
  }

  private static func einsteinWork(_ arguments: [Value]) -> Double {
    guard case .string(let equation)? = arguments.first, arguments.count > 1 else { return 0 }
    return einsteinSizes(equation, arguments[1].tensorShapes, keepingAll: true)
      .reduce(1) { $0 * Double($1) }
  }

  private static func product(_ sizes: some Sequence<Int>) -> Double {
    sizes.reduce(1) { $0 * Double($1) }
  }
}
