import ProgramFormats
import ProgramIR
import ProgramRuntime
import TensorModule

/// How large results become, found out before memory is taken for them.
extension Lowering {
  /// The most elements that a result may have: more than a model of pictures can mean.
  static let largestElementCount = 1 << 27

  /// Refuses a tensor that is larger than a model of pictures can mean.
  func check(elementsOf sizes: [BatchSize]) throws(LoweringError) {
    try check(elementsOf: sizes.map { $0.value(for: batches.max() ?? 1) })
  }

  /// Refuses a call whose result would be too large, where its arguments tell.
  ///
  /// Where a call makes a tensor of numbers alone, these are checked by whoever reads them.
  func check(resultOf name: String, _ arguments: [Value]) throws(LoweringError) {
    let shapes = arguments.compactMap(\.tensor?.shape)
    try checkNumbers(name, arguments)
    try checkWorkspace(name, arguments)
    switch name {
    case "aten::matmul" where shapes.count == 2:
      try check(elementsOf: Self.productSizes(shapes[0], shapes[1]))
    case "aten::linear" where shapes.count >= 2:
      try check(elementsOf: shapes[0].dropLast() + shapes[1].prefix(1))
    case "aten::addmm" where shapes.count == 3:
      try check(elementsOf: Self.productSizes(shapes[1], shapes[2]))
    case "aten::einsum":
      guard case .string(let equation)? = arguments.first, arguments.count > 1 else { return }
      try check(elementsOf: Self.einsteinSizes(equation, arguments[1].tensorShapes))
    case "aten::cat", "aten::stack":
      let counts = arguments.flatMap(\.tensorShapes).map { $0.reduce(1, *) }
      try check(elementsOf: [counts.reduce(0) { $0.addingReportingOverflow($1).partialValue }])
    case "aten::index_select" where shapes.count == 2:
      guard case .integer(let axis) = arguments[1], shapes[0].indices.contains(axis) else { return }
      var sizes = shapes[0]
      sizes[axis] = shapes[1].reduce(1, *)
      try check(elementsOf: sizes)
    case "aten::split_with_sizes":
      guard case .integers(let parts) = arguments[1], parts.count <= Self.mostParts else {
        throw failure("it makes more than \(Self.mostParts) tensors")
      }
    case "aten::repeat_interleave.self_int" where shapes.count == 1:
      guard case .integer(let count) = arguments[1] else { return }
      try check(elementsOf: shapes[0] + [count])
    default:
      if let sizes = Self.sampledSizes(name, arguments, shapes) {
        return try check(elementsOf: sizes)
      }
      if Self.isElementwise(name) { try check(elementsOf: Self.broadcast(shapes)) }
    }
  }

  /// Refuses a tensor without elements that is long along another axis: whatever goes along that axis
  /// would take long.
  func check(emptyOf sizes: [Int]) throws(LoweringError) {
    if sizes.contains(0) { try check(elementsOf: sizes) }
  }

  /// Refuses values that together take more memory than a model of pictures needs.
  func checkMemory() throws(LoweringError) {
    try checkMemory(with: 0)
  }

  /// The same with what a convolution is going to need besides: the engine lays out all windows one beside
  /// the other, unless the numbers are of the type that nearly all models have.
  private func checkWorkspace(_ name: String, _ arguments: [Value]) throws(LoweringError) {
    guard let window = SlidingWindow(name, arguments), let input = arguments.first?.tensor,
      input.elementType != .float32
    else { return }
    try checkMemory(with: window.elementsLaidOut * Double(DataType(input.elementType).byteCount))
  }

  private func checkMemory(with more: Double) throws(LoweringError) {
    guard Double(memory.byteCount) + more <= Double(mostBytes) else {
      throw failure("what the model computes takes more than \(mostBytes >> 30) GiB of memory")
    }
  }

  /// The most bytes that the values of a model may take: 4 GiB beyond what it brings along.
  static func mostBytes(of model: ONNXModel) -> Int {
    model.graph.initializers.values.reduce(1 << 32) {
      $0 + $1.weight.elementCount * $1.weight.dataType.byteCount
    }
  }

  /// An axis of no elements counts as one of a single element, because the others may be long.
  private func check(elementsOf sizes: [Int]) throws(LoweringError) {
    var count = 1
    for size in sizes {
      let (product, overflows) = count.multipliedReportingOverflow(by: max(1, size))
      guard !overflows, product <= Self.largestElementCount else {
        throw failure("it makes a tensor of more than \(Self.largestElementCount) elements")
      }
      count = product
    }
  }
}

// MARK: Numbers

extension Lowering {
  /// Refuses numbers that the engine does not bear.
  private func checkNumbers(_ name: String, _ arguments: [Value]) throws(LoweringError) {
    for case .integers(let list) in arguments where list.contains(where: { $0 < -(1 << 62) }) {
      throw failure("\(list) has a number that is far too small")
    }
  }
}

// MARK: Rules

extension Lowering {
  /// Whether an operator puts its tensors side by side, element by element.
  private static func isElementwise(_ name: String) -> Bool {
    name.hasSuffix(".Tensor") || elementwiseOperators.contains(name)
  }

  /// The sizes of what Fourier transforms and the readers of pictures at places between elements return.
  private static func sampledSizes(
    _ name: String, _ arguments: [Value], _ shapes: [[Int]]
  ) -> [Int]? {
    switch name {
    case "aten::fft_fft", "aten::fft_rfft", "aten::fft_ifft", "aten::fft_irfft":
      guard var sizes = shapes.first, case .integer(let axis) = arguments[2],
        sizes.indices.contains(axis)
      else { return nil }
      if case .integer(let length) = arguments[1] {
        sizes[axis] = length
      } else if name == "aten::fft_irfft" {
        sizes[axis] *= 2
      }
      // Real and imaginary part.
      return sizes + [2]
    case "aten::grid_sampler_2d", "aten::grid_sampler_3d":
      guard shapes.count > 1 else { return nil }
      return shapes[0].prefix(2) + shapes[1].dropFirst().dropLast()
    case "aten::affine_grid_generator":
      guard case .integers(let sizes) = arguments[1] else { return nil }
      return sizes.prefix(1) + sizes.dropFirst(2) + [max(0, sizes.count - 2)]
    default: return nil
    }
  }

  /// The most tensors that one call makes.
  private static let mostParts = 100_000

  private static let elementwiseOperators: Set = [
    "aten::pow.Tensor_Tensor", "aten::div.Tensor_mode", "aten::maximum", "aten::minimum",
    "aten::where.self", "aten::logical_and", "aten::logical_or", "aten::logical_xor",
  ]

  /// The sizes of tensors that are repeated until they have the same.
  private static func broadcast(_ shapes: [[Int]]) -> [Int] {
    let rank = shapes.map(\.count).max() ?? 0
    return (0..<rank).map { fromEnd in
      let sizes = shapes.compactMap { $0.dropLast(fromEnd).last }
      return sizes.contains(0) ? 0 : sizes.max() ?? 1
    }
  }

  /// The sizes of a product of matrices.
  static func productSizes(_ left: [Int], _ right: [Int]) -> [Int] {
    broadcast([left.dropLast(2), right.dropLast(2)])
      + (left.count > 1 ? left.suffix(2).prefix(1) : [])
      + (right.count > 1 ? right.suffix(1) : [])
  }

  /// The sizes of a sum of products in Einstein's notation; with more than two factors, or if
  /// asked for, all sizes that occur, because what is left in between may have them.
  static func einsteinSizes(
    _ equation: String, _ shapes: [[Int]], keepingAll keepsAll: Bool = false
  ) -> [Int] {
    let sides = equation.filter { $0 != " " }.split(
      separator: "-", omittingEmptySubsequences: false)
    let terms = (sides.first ?? "").split(separator: ",", omittingEmptySubsequences: false)
    var sizes: [Character: Int] = [:]
    var counts: [Character: Int] = [:]
    var rest = 1
    for (term, shape) in zip(terms, shapes) {
      let letters = term.filter { $0 != "." }
      let dots = max(0, shape.count - letters.count)
      let before = term.prefix { $0 != "." }.count
      for (letter, size) in zip(letters.prefix(before), shape) {
        sizes[letter] = max(size, sizes[letter] ?? 0)
      }
      for (letter, size) in zip(letters.dropFirst(before), shape.dropFirst(before + dots)) {
        sizes[letter] = max(size, sizes[letter] ?? 0)
      }
      for letter in Set(letters) { counts[letter, default: 0] += 1 }
      rest = max(
        rest,
        shape.dropFirst(before).prefix(dots)
          .reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue })
    }
    let result = sides.count > 1 ? Set(sides[1]) : Set(counts.filter { $0.value == 1 }.keys)
    let kept = keepsAll || shapes.count > 2 ? sizes : sizes.filter { result.contains($0.key) }
    return kept.values + [rest]
  }
}

extension Value {
  /// The shapes of the tensors of a list.
  var tensorShapes: [[Int]] {
    guard case .tensors(let tensors) = self else { return [] }
    return tensors.compactMap { $0?.shape }
  }
}
