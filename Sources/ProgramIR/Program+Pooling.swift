extension Program {
  /// The program with rectifiers that stand before a max-pooling moved behind it.
  ///
  /// The greatest of rectified numbers is the rectified greatest number, so results and gradients stay
  /// the same to the bit, and there is a quarter to rectify where windows are 2 × 2. A rectifier is
  /// moved if the pooling is its only reader.
  public func rectifyingAfterPooling() -> Program {
    var program = self
    let readCounts = self.readCounts
    var indices: [String: Int] = [:]
    for (index, node) in program.nodes.enumerated() {
      if node.operation == OperatorName("max_pool2d"),
        case .tensor(let rectified)? = node[argument: "self"], readCounts[rectified] == 1,
        let rectifierIndex = indices[rectified],
        case .tensor(let input)? = program.nodes[rectifierIndex][argument: "self"],
        case .tensor(let result)? = node.outputs.first
      {
        var (pooling, rectifier) = (node, program.nodes[rectifierIndex])
        // The value between them now has the pooling's sizes, which nobody noted.
        program.types[rectified] = program.types[result]
        pooling[argument: "self"] = .tensor(input)
        pooling.outputs = [.tensor(rectified)]
        rectifier[argument: "self"] = .tensor(rectified)
        rectifier.outputs = [.tensor(result)]
        // Nothing between the two reads what the rectifier made.
        program.nodes[rectifierIndex] = pooling
        program.nodes[index] = rectifier
      } else if node.operation == OperatorName("relu"),
        case .tensor(let output)? = node.outputs.first
      {
        indices[output] = index
      }
    }
    return program
  }
}
