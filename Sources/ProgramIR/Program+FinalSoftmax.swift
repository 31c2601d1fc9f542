extension Program {
  /// The program without the softmax that its only result comes from; `nil` if there is none.
  ///
  /// What is left returns logits, which have the same softmax and better gradients.
  public func withoutFinalSoftmax() -> Program? {
    guard results.count == 1,
      let index = outputs.firstIndex(where: { $0.purpose == .result }),
      let node = nodes.last(where: { $0.valuesDefined.contains(outputs[index].name) }),
      node.operation.namespace == "aten", ["softmax", "_softmax"].contains(node.operation.name),
      case .tensor(let logits)? = node[argument: "self"] ?? node[argument: "input"],
      case .integer(.constant(let dimension))? = node[argument: "dim"],
      let type = types[outputs[index].name], type.sizes.count == 2, [1, -1].contains(dimension)
    else { return nil }
    var program = self
    program.outputs[index].name = logits
    return program.withoutDeadNodes()
  }
}
