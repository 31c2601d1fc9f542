extension Program {
  /// The program without calls whose results nobody reads.
  ///
  /// Calls that change something besides their results stay.
  public func withoutDeadNodes() -> Program {
    var live = Set(outputs.map(\.name))
    var kept: [Node] = []
    for node in nodes.reversed()
    where node.hasSideEffects || !live.isDisjoint(with: node.valuesDefined) {
      live.formUnion(node.valuesRead)
      kept.append(node)
    }
    var program = self
    program.nodes = kept.reversed()
    return program
  }

  /// The program without weights that nobody reads.
  public func withoutUnreadWeights() -> Program {
    let live = Set(nodes.flatMap(\.valuesRead) + outputs.map(\.name))
    var program = self
    program.inputs.removeAll { $0.source != .user && !live.contains($0.name) }
    let names = Set(program.inputs.compactMap(\.weightName))
    program.weights = weights.filter { names.contains($0.key) }
    let removed = Set(inputs.map(\.name)).subtracting(program.inputs.map(\.name))
    program.types = types.filter { !removed.contains($0.key) }
    return program
  }

  /// How often each value is read, by calls and as an output; absent if never.
  var readCounts: [String: Int] {
    (nodes.flatMap(\.valuesRead) + outputs.map(\.name))
      .reduce(into: [:]) { $0[$1, default: 0] += 1 }
  }
}

extension Node {
  /// Whether the call does more than compute its results.
  fileprivate var hasSideEffects: Bool {
    if operation.isInPlace || operation.overload.hasSuffix("out") { return true }
    if operation.name.hasPrefix("__i") || outputs.isEmpty { return true }
    // Normalisation in training mode updates the running statistics.
    let training = self[argument: "training"] ?? self[argument: "use_input_stats"]
    return training.map { $0 != .truth(.constant(false)) } ?? false
  }
}
