import ProgramIR

extension Program {
  /// A program of a picture `x` with some sizes, in which calls of one tensor follow each other.
  ///
  /// - Parameters:
  ///   - sizes: those of `x`; nothing for any.
  ///   - calls: each an operator with arguments other than `self`; the results are `v1`, `v2`…
  ///   - weights: constants, by name.
  static func chain(
    from sizes: [Int?], _ calls: [(OperatorName, [Node.NamedArgument])],
    _ weights: [String: Weight] = [:]
  ) -> Program {
    let nodes = calls.enumerated().map { index, call in
      Node(
        name: "v\(index + 1)", operation: call.0,
        arguments: [.init("self", .tensor(index == 0 ? "x" : "v\(index)"))] + call.1,
        outputs: [.tensor("v\(index + 1)")])
    }
    return Program(
      inputs: weights.keys.sorted().map { .init(name: $0, source: .buffer($0)) }
        + [.init(name: "x", source: .user)],
      nodes: nodes,
      outputs: [.init(name: nodes.last?.name ?? "x", purpose: .result)], weights: weights,
      types: ["x": TensorType(float32: sizes)], producer: "test")
  }
}

extension TensorType {
  /// Real numbers; sizes that are nothing are open.
  init(float32 sizes: [Int?]) {
    self.init(dataType: .float32, sizes: sizes.map { $0.map { .fixed($0) } ?? .dynamic("N") })
  }
}
