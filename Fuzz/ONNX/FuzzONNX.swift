import ProgramFormats
import ProgramIR

/// One run of libFuzzer: whatever the bytes are, reading them must end in an error or in a model that
/// keeps what `ONNXModel` promises.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = [UInt8](UnsafeBufferPointer(start: start, count: count))
  if let model = try? ONNXModel.read(input, named: "input") {
    check(model.graph, outerNames: [])
    for function in model.functions {
      check(
        function.nodes, given: Set(function.inputs), results: function.outputs, outerNames: [])
      for attribute in function.attributeDefaults.values { check(attribute, outerNames: []) }
    }
  }
  return 0
}

private func check(_ graph: ONNXGraph, outerNames: Set<String>) {
  for tensor in graph.initializers.values { check(tensor) }
  check(
    graph.nodes, given: Set(graph.inputs.map(\.name)).union(graph.initializers.keys),
    results: graph.outputs.map(\.name), outerNames: outerNames)
}

/// Every value must be defined before it is read, and once.
private func check(
  _ nodes: [ONNXNode], given: Set<String>, results: [String], outerNames: Set<String>
) {
  precondition(Set(nodes.map(\.name)).count == nodes.count, "two nodes have one name")
  var names = given
  for node in nodes {
    for input in node.inputs where !input.isEmpty {
      precondition(names.contains(input) || outerNames.contains(input), "\(input) is undefined")
    }
    for attribute in node.attributes.values {
      check(attribute, outerNames: outerNames.union(names))
    }
    for output in node.outputs where !output.isEmpty {
      precondition(names.insert(output).inserted, "\(output) is defined twice")
    }
  }
  for result in results {
    precondition(names.contains(result) || outerNames.contains(result), "\(result) is undefined")
  }
}

private func check(_ attribute: ONNXAttribute, outerNames: Set<String>) {
  switch attribute {
  case .tensor(let tensor): check(tensor)
  case .tensors(let tensors): tensors.forEach(check)
  case .graph(let graph): check(graph, outerNames: outerNames)
  case .graphs(let graphs): for graph in graphs { check(graph, outerNames: outerNames) }
  default: break
  }
}

private func check(_ tensor: ONNXTensor) {
  precondition(tensor.weight.fitsStorage, "a weight is larger than its storage")
  precondition(tensor.weight.dataType == tensor.dataType.dataType, "a weight has another type")
}
