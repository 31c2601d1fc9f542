extension Program {
  /// What makes probabilities of scores.
  public enum FinalActivation: String, Hashable, Sendable {
    /// Of all classes together.
    case softmax
    /// Of each class by itself.
    case sigmoid
  }

  /// The softmax or sigmoid over classes that the only result comes from; `nil` if there is none.
  ///
  /// Changes of shape and of the type of reals may come after it.
  public var finalActivation: FinalActivation? { activationCall?.activation }

  /// The program without its ``finalActivation``; `nil` if there is none.
  ///
  /// What is left returns logits, which order the classes as their probabilities do and have better
  /// gradients.
  public func withoutFinalActivation() -> Program? {
    guard let call = activationCall else { return nil }
    func renamed(_ name: String) -> String { name == call.result ? call.scores : name }
    var program = self
    program.nodes = nodes.map { $0.renamingValuesRead(renamed) }
    for index in outputs.indices where outputs[index].purpose == .result {
      program.outputs[index].name = renamed(outputs[index].name)
    }
    return program.withoutDeadNodes()
  }

  /// The value before changes of shape and of the type of reals, whose elements another value has in
  /// their order.
  public func valueBeforeReshaping(_ name: String) -> String {
    var name = name
    for node in nodes.reversed() where node.valuesDefined.contains(name) {
      guard Self.passing.contains(node.operation.name), let source = node.activationInput,
        types[source]?.dataType.isFloatingPoint ?? false,
        types[name]?.dataType.isFloatingPoint ?? false
      else { break }
      name = source
    }
    return name
  }

  private struct ActivationCall {
    let activation: FinalActivation
    /// The values before and after it.
    let scores, result: String
  }

  private var activationCall: ActivationCall? {
    guard results.count == 1 else { return nil }
    var name = results[0].name
    for node in nodes.reversed() where node.valuesDefined.contains(name) {
      guard node.operation.namespace == "aten", let source = node.activationInput else {
        return nil
      }
      guard !passesScores(node, from: source, to: name) else {
        name = source
        continue
      }
      return activation(of: node, returning: name).map {
        ActivationCall(activation: $0, scores: source, result: name)
      }
    }
    return nil
  }

  private func activation(of node: Node, returning name: String) -> FinalActivation? {
    guard let sizes = types[name]?.sizes, sizes.areScores else { return nil }
    switch node.operation.name {
    case "softmax", "_softmax":
      guard case .integer(.constant(let dimension))? = node[argument: "dim"] else { return nil }
      return [1, 1 - sizes.count].contains(dimension) ? .softmax : nil
    case "sigmoid":
      return sizes[1].fixedSize.map { $0 >= 2 } ?? false ? .sigmoid : nil
    default: return nil
    }
  }

  /// Whether a call leaves each picture's scores as they are, but for their shape and type.
  private func passesScores(_ node: Node, from source: String, to name: String) -> Bool {
    guard let before = types[source], let after = types[name], before.dataType.isFloatingPoint,
      after.dataType.isFloatingPoint, before.sizes.areScores, after.sizes.areScores,
      before.sizes.prefix(2) == after.sizes.prefix(2)
    else { return false }
    return Self.passing.contains(node.operation.name)
  }

  private static let passing: Set = [
    "_to_copy", "_unsafe_view", "alias", "clone", "contiguous", "flatten", "reshape", "squeeze",
    "to", "unsqueeze", "view",
  ]
}

extension Node {
  fileprivate var activationInput: String? {
    guard case .tensor(let name)? = self[argument: "self"] ?? self[argument: "input"] else {
      return nil
    }
    return name
  }
}

extension [TensorType.Dimension] {
  /// Whether there is one number for each class: [N, K], [N, K, 1, 1] and the like.
  fileprivate var areScores: Bool {
    count >= 2 && dropFirst(2).allSatisfy { $0 == .fixed(1) }
  }
}
