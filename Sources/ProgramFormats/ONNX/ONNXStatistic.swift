/// A running statistic of a `BatchNormalization`, which training changes by other rules than weights.
///
/// Exporters keep one tensor where two are equal, so that in a network that has not learned yet statistics
/// and weights are the same initialiser. Such statistics are given tensors of their own.
package enum ONNXStatistic: Int, CaseIterable, Sendable {
  case mean = 3
  case variance = 4

  /// The name of a tensor that only this statistic of one node is.
  ///
  /// - Parameter result: the name of the first value that the node defines.
  package func ownName(forNodeDefining result: String) -> String {
    self == .mean ? "\(result).running_mean" : "\(result).running_var"
  }

  /// Whether nodes of an operator have running statistics.
  static func isNormalization(_ operation: String, _ domain: String) -> Bool {
    operation == "BatchNormalization" && ONNXOperatorSets.canonical(domain).isEmpty
  }
}

extension ONNXGraph {
  /// The running statistics that are tensors which something else reads too, by the names that tensors of
  /// their own have; with the tensors.
  ///
  /// A name that the graph has already is left out.
  package var sharedStatistics: [String: ONNXTensor] {
    var tensors = initializers
    var readCounts: [String: Int] = [:]
    var origins: [String: String] = [:]
    func origin(_ name: String) -> String { origins[name] ?? name }
    for node in nodes {
      if let name = node.outputs.first, let tensor = node.constantTensor { tensors[name] = tensor }
      if node.operation == "Identity", let input = node.inputs.first,
        let output = node.outputs.first
      {
        origins[output] = origin(input)
      } else {
        for name in node.namesRead { readCounts[origin(name), default: 0] += 1 }
      }
    }
    for output in outputs { readCounts[origin(output.name), default: 0] += 1 }
    let taken = Set(nodes.flatMap(\.outputs) + inputs.map(\.name)).union(initializers.keys)
    var shared: [String: ONNXTensor] = [:]
    for node in nodes where ONNXStatistic.isNormalization(node.operation, node.domain) {
      for statistic in ONNXStatistic.allCases where node.inputs.indices.contains(statistic.rawValue)
      {
        let source = origin(node.inputs[statistic.rawValue])
        let name = statistic.ownName(forNodeDefining: node.outputs.first ?? "")
        if readCounts[source, default: 0] > 1, !taken.contains(name) {
          shared[name] = tensors[source]
        }
      }
    }
    return shared
  }

  /// What the nodes of the graph, and the graphs inside them, read.
  package var namesRead: [String] { nodes.flatMap(\.namesRead) + outputs.map(\.name) }
}

extension ONNXNode {
  /// What the node and the graphs inside it read.
  package var namesRead: [String] {
    inputs
      + attributes.values.flatMap { attribute -> [String] in
        switch attribute {
        case .graph(let graph): graph.namesRead
        case .graphs(let graphs): graphs.flatMap(\.namesRead)
        default: []
        }
      }
  }

  /// The tensor that a `Constant` defines; nothing for other nodes.
  package var constantTensor: ONNXTensor? {
    guard operation == "Constant", case .tensor(let tensor)? = attributes["value"] else {
      return nil
    }
    return tensor
  }
}
