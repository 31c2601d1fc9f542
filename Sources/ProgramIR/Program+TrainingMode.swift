extension Program {
  /// The program as it learns, whichever mode it was exported in.
  ///
  /// Batch normalisation uses the statistics of the batch and updates its running ones in place, and
  /// dropout drops out. Everything else that only training does, such as counting batches, is left
  /// to whoever trains. Inputs and weights stay the same, so that parameters of the original program
  /// fit this one.
  public func inTrainingMode() -> Program {
    var program = inEvaluationMode(keepingDropout: true)
    program.nodes = program.nodes.map(\.inTrainingMode)
    return program
  }

  /// Full names of the parameters and statistics of batch normalisation, in the program's order.
  ///
  /// These are what an auxiliary batch norm has a second set of (Xie et al. 2020).
  public var batchNormNames: [String] {
    let weightNames = Dictionary(
      inputs.compactMap { input in input.weightName.map { (input.name, $0) } },
      uniquingKeysWith: { first, _ in first })
    var seen: Set<String> = []
    return nodes.filter(\.isBatchNorm).flatMap { node in
      ["weight", "bias", "running_mean", "running_var"].compactMap { argument in
        guard case .tensor(let value)? = node[argument: argument], let name = weightNames[value],
          seen.insert(name).inserted
        else { return nil }
        return name
      }
    }
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

  /// The same call with what training does switched on.
  fileprivate var inTrainingMode: Node {
    var node = self
    if isBatchNorm {
      if node.operation.name != "batch_norm" {
        // The one of its kind that updates the running statistics it is given.
        node.operation = OperatorName("native_batch_norm")
      }
      node[argument: "training"] = .truth(.constant(true))
    } else if operation.isDropout {
      node[argument: "train"] = .truth(.constant(true))
    }
    return node
  }
}
