extension Program {
  /// The program as it learns, whichever mode it was exported in.
  ///
  /// Normalisation uses the statistics of the batch and updates its running ones in place, and dropout
  /// drops out; so does whatever else was exported in training mode. Counting batches is left to
  /// whoever trains, see ``batchCountNames``. Inputs and weights stay the same, so that parameters of
  /// the original program fit this one. A program that was exported in evaluation mode and then
  /// decomposed has lost its dropout, and so has dropout inside attention.
  public func inTrainingMode() -> Program {
    var program = self
    program.nodes = nodes.map(\.inTrainingMode)
    return program.withoutBookkeeping()
  }

  /// Full names of the parameters and statistics of batch normalisation, in the program's order.
  ///
  /// These are what an auxiliary batch norm has a second set of (Xie et al. 2020).
  public var batchNormNames: [String] {
    var seen: Set<String> = []
    let weightNames = self.weightNames
    return nodes.filter(\.isBatchNorm).flatMap { node in
      let names = ["weight", "bias", "running_mean", "running_var"].compactMap {
        node.weight($0, among: weightNames)
      }
      return (names + [batchCountName(of: node, weightNames)].compactMap(\.self))
        .filter { seen.insert($0).inserted }
    }
  }

  /// Full names of the counts of batches that one pass in training mode adds one to; a name comes once
  /// for each time that its batch norm is called.
  public var batchCountNames: [String] {
    let weightNames = self.weightNames
    return nodes.filter(\.isBatchNorm).compactMap { batchCountName(of: $0, weightNames) }
  }

  /// The name of the first batch norm whose running statistics never move: its momentum is zero, which
  /// is also what an export in evaluation mode makes of PyTorch's `momentum=None`.
  public var batchNormWithoutMomentum: String? {
    let weightNames = self.weightNames
    return nodes.first { node in
      node.isBatchNorm && node.weight("running_mean", among: weightNames) != nil
        && node[argument: "momentum"] == .real(.constant(0))
    }?.name
  }

  private var weightNames: [String: String] {
    Dictionary(
      inputs.compactMap { input in input.weightName.map { (input.name, $0) } },
      uniquingKeysWith: { first, _ in first })
  }

  /// PyTorch keeps the count beside the running mean.
  private func batchCountName(of node: Node, _ weightNames: [String: String]) -> String? {
    let mean = "running_mean"
    guard let name = node.weight(mean, among: weightNames), name.hasSuffix(mean) else { return nil }
    let count = String(name.dropLast(mean.count)) + "num_batches_tracked"
    guard let weight = weights[count], weight.dataType == .int64, weight.sizes.isEmpty
    else { return nil }
    return count
  }
}

extension Node {
  /// Whether the call normalises with statistics of batches.
  fileprivate var isBatchNorm: Bool {
    let names: Set = [
      "batch_norm", "native_batch_norm", "_native_batch_norm_legit",
      "_native_batch_norm_legit_functional", "_native_batch_norm_legit_no_training",
    ]
    return operation.namespace == "aten" && names.contains(operation.name)
  }

  /// The full name of the weight that an argument is.
  fileprivate func weight(_ argument: String, among names: [String: String]) -> String? {
    guard case .tensor(let value)? = self[argument: argument] else { return nil }
    return names[value]
  }

  /// The same call with what training does switched on.
  fileprivate var inTrainingMode: Node {
    var node = self
    if isBatchNorm {
      if node.operation.name != "batch_norm" {
        // The one of its kind that updates the running statistics it is given.
        node.operation = OperatorName("native_batch_norm")
      }
      node[argument: "training"] = .truth(.constant(true))
    } else if operation.isDropout || operation == OperatorName("native_dropout") {
      node[argument: "train"] = .truth(.constant(true))
    } else if operation == OperatorName("instance_norm") {
      node[argument: "use_input_stats"] = .truth(.constant(true))
    } else if ["rrelu", "rrelu_"].contains(operation.name), operation.namespace == "aten" {
      node[argument: "training"] = .truth(.constant(true))
    }
    return node
  }
}
