import ProgramIR

extension Program {
  /// The program with names of values that Python accepts as names of variables.
  func withPythonNames() -> Program {
    let values = inputs.map(\.name) + nodes.flatMap(\.valuesDefined)
    var taken = Set(values.filter(\.isPythonName))
    var newNames: [String: String] = [:]
    for value in values where !value.isPythonName && newNames[value] == nil {
      let stem = "v_" + value.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" }
      var name = stem
      var number = 1
      while !taken.insert(name).inserted {
        name = "\(stem)_\(number)"
        number += 1
      }
      newNames[value] = name
    }
    if newNames.isEmpty { return self }
    func new(_ name: String) -> String { newNames[name] ?? name }
    var program = self
    for index in program.inputs.indices { program.inputs[index].name = new(inputs[index].name) }
    for index in program.outputs.indices { program.outputs[index].name = new(outputs[index].name) }
    program.nodes = nodes.map { node in
      var node = node.renamingValuesRead(new)
      node.outputs = node.outputs.map { $0.renamingValues(new) }
      return node
    }
    program.types = Dictionary(uniqueKeysWithValues: types.map { (new($0.key), $0.value) })
    program.scalars = Dictionary(uniqueKeysWithValues: scalars.map { (new($0.key), $0.value) })
    return program
  }
}

extension String {
  fileprivate var isPythonName: Bool {
    guard let first, first == "_" || first.isASCII && first.isLetter else { return false }
    return allSatisfy { $0 == "_" || $0.isASCII && ($0.isLetter || $0.isNumber) }
  }
}
