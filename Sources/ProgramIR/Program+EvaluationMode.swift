extension Program {
  /// Whether the program was exported while it was in training: it would normalise with the
  /// statistics of the batch or drop out.
  public var isInTrainingMode: Bool {
    nodes.contains { node in
      node.inEvaluationMode != node
        || node.operation.isDropout && node[argument: "train"] == .truth(.constant(true))
    }
  }

  /// The program as it predicts, whichever mode it was exported in.
  ///
  /// Normalisation uses its running statistics where it has any, dropout and checks of the
  /// exporter are gone, and buffers are no longer updated. Inputs and weights stay the same, so
  /// that parameters of the original program fit this one.
  public func inEvaluationMode() -> Program {
    var program = self
    program.nodes = nodes.map(\.inEvaluationMode)
    return program.withoutBookkeeping().withoutInertDropout().withoutDeadNodes()
  }

  /// Without checks of the exporter and updates of buffers.
  func withoutBookkeeping() -> Program {
    var program = self
    program.nodes.removeAll(where: \.isExportersCheck)
    program.outputs.removeAll { $0.purpose != .result }
    return program.withoutUnreadBufferUpdates().withoutDeadNodes()
  }

  /// Readers of a dropout's result read its input instead.
  private func withoutInertDropout() -> Program {
    var replacements: [String: String] = [:]
    func current(_ name: String) -> String { replacements[name] ?? name }
    var program = self
    program.nodes = nodes.compactMap { node in
      if node.operation.isDropout,
        case .tensor(let input)? = node[argument: node.operation.isInPlace ? "self" : "input"],
        case .tensor(let output)? = node.outputs.first, node.outputs.count == 1
      {
        replacements[output] = current(input)
        return nil
      }
      return node.renamingValuesRead(current)
    }
    for index in program.outputs.indices {
      program.outputs[index].name = current(program.outputs[index].name)
    }
    return program
  }

  /// Drops calls that change a buffer in place, such as the count of batches, which nobody reads.
  private func withoutUnreadBufferUpdates() -> Program {
    let readCounts = self.readCounts
    let buffers = inputs.filter { if case .buffer = $0.source { true } else { false } }
    let readOnce = Set(buffers.map(\.name).filter { readCounts[$0] == 1 })
    var program = self
    program.nodes.removeAll { node in
      guard node.operation.isInPlace, case .tensor(let target)? = node.arguments.first?.value
      else { return false }
      return readOnce.contains(target) && node.valuesDefined.allSatisfy { readCounts[$0] == nil }
    }
    return program
  }
}

extension OperatorName {
  /// Operators that do nothing but drop out, in place or not.
  var isDropout: Bool {
    let names: Set = ["dropout", "feature_dropout", "alpha_dropout", "feature_alpha_dropout"]
    return namespace == "aten" && names.contains(isInPlace ? String(name.dropLast()) : name)
  }
}

extension Node {
  /// Whether the call only states what the exporter assumed.
  fileprivate var isExportersCheck: Bool {
    let names: Set = [
      "_assert_async", "_assert_scalar", "_assert_tensor_metadata", "sym_constrain_range",
      "sym_constrain_range_for_size",
    ]
    return operation.namespace == "aten" && names.contains(operation.name)
      && valuesDefined.isEmpty
  }

  /// The same call with everything that only training does switched off.
  fileprivate var inEvaluationMode: Node {
    var node = self
    guard operation.namespace == "aten" else { return node }
    switch operation.name {
    case "batch_norm", "native_batch_norm", "_native_batch_norm_legit",
      "_native_batch_norm_legit_functional":
      // Without running statistics PyTorch uses those of the batch in both modes.
      if case .tensor? = self[argument: "running_mean"] {
        node.set("training", to: .truth(.constant(false)))
      }
    case "instance_norm":
      if case .tensor? = self[argument: "running_mean"] {
        node.set("use_input_stats", to: .truth(.constant(false)))
      }
    case "rrelu", "rrelu_": node.set("training", to: .truth(.constant(false)))
    case "native_dropout": node.set("train", to: .truth(.constant(false)))
    case "scaled_dot_product_attention": node.set("dropout_p", to: .real(.constant(0)))
    default: break
    }
    return node
  }

  /// Changes an argument where the call gives it, and keeps its place.
  private mutating func set(_ name: String, to value: Node.Argument) {
    for index in arguments.indices where arguments[index].name == name {
      arguments[index].value = value
    }
  }
}
