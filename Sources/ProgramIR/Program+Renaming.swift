extension Node.Argument {
  /// The same argument, reading other values.
  ///
  /// - Parameter newName: the name to use in place of each name of a value.
  public func renamingValues(_ newName: (String) -> String) -> Node.Argument {
    switch self {
    case .none, .string, .strings, .dataType, .layout, .memoryFormat, .device: self
    case .tensor(let name): .tensor(newName(name))
    case .tensors(let names): .tensors(names.map(newName))
    case .optionalTensors(let names): .optionalTensors(names.map { $0.map(newName) })
    case .integer(let integer): .integer(integer.renamed(newName))
    case .integers(let integers): .integers(integers.map { $0.renamed(newName) })
    case .real(let real): .real(real.renamed(newName))
    case .reals(let reals): .reals(reals.map { $0.renamed(newName) })
    case .truth(let truth): .truth(truth.renamed(newName))
    case .truths(let truths): .truths(truths.map { $0.renamed(newName) })
    }
  }
}

extension Node.Argument.Integer {
  fileprivate func renamed(_ newName: (String) -> String) -> Self {
    name.map { .value(newName($0)) } ?? self
  }
}

extension Node.Argument.Real {
  fileprivate func renamed(_ newName: (String) -> String) -> Self {
    name.map { .value(newName($0)) } ?? self
  }
}

extension Node.Argument.Truth {
  fileprivate func renamed(_ newName: (String) -> String) -> Self {
    name.map { .value(newName($0)) } ?? self
  }
}

extension Node.Output {
  /// The same output, defining other values.
  public func renamingValues(_ newName: (String) -> String) -> Node.Output {
    switch self {
    case .tensor(let name): .tensor(newName(name))
    case .tensors(let names): .tensors(names.map(newName))
    case .scalar(let name): .scalar(newName(name))
    case .none: .none
    }
  }
}

extension Node {
  /// The same call, reading other values; what it defines keeps its names.
  public func renamingValuesRead(_ newName: (String) -> String) -> Node {
    var node = self
    for index in node.arguments.indices {
      node.arguments[index].value = node.arguments[index].value.renamingValues(newName)
    }
    return node
  }
}
