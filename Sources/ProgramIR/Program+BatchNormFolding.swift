extension Program {
  /// The program with batch normalisation multiplied into the convolution or linear layer before.
  ///
  /// A normalisation is folded if it is in evaluation mode, is the only reader of the layer's
  /// result, and both have Float32 weights of matching sizes; any other is left as it is. The
  /// result equals the original to rounding. Weights are computed in Float64, are called
  /// `LAYER.folded.weight` and `LAYER.folded.bias`, and replace what they make unnecessary.
  public func foldingBatchNorm() -> Program { foldingBatchNorms().program }

  /// The same, and what was folded, so that the folded weights can be computed anew from others.
  public func foldingBatchNorms() -> (program: Program, folds: [BatchNormFold]) {
    var folding = BatchNormFolding(self)
    let program = folding.folded().withoutUnreadWeights()
    return (program, folding.folds)
  }
}

/// A batch norm that was multiplied into the layer before, by the full names of the weights.
///
/// With s = scale / √(variance + ε), the folded weight is s · weight for each output channel, and the
/// folded bias s · (bias − mean) + shift.
public struct BatchNormFold: Hashable, Sendable {
  /// The layer's weight.
  public var weight: String
  /// The layer's bias, if it has one.
  public var bias: String?
  /// What the batch norm multiplies with, if it does.
  public var scale: String?
  /// What the batch norm adds, if it does.
  public var shift: String?
  /// The running mean.
  public var mean: String
  /// The running variance.
  public var variance: String
  /// ε.
  public var epsilon: Double
  /// The weight of the layer that does the work of both.
  public var foldedWeight: String
  /// Its bias.
  public var foldedBias: String
}

/// The state of one folding.
private struct BatchNormFolding {
  private var program: Program
  private let readCounts: [String: Int]
  private let inputs: [String: Program.Input]
  /// Values that are weights and that only layers read: other calls could change them, perhaps
  /// through a view.
  private let constants: Set<String>
  private var takenNames: Set<String>
  private(set) var folds: [BatchNormFold] = []

  init(_ program: Program) {
    self.program = program
    readCounts = program.readCounts
    inputs = Dictionary(program.inputs.map { ($0.name, $0) }) { first, _ in first }
    let others = program.nodes.filter { !$0.scalesOutputChannels && $0.batchNormInput == nil }
    constants = Set(program.inputs.filter { $0.source != .user }.map(\.name))
      .subtracting(others.flatMap(\.valuesRead))
    takenNames = Set(program.nodes.flatMap(\.valuesDefined) + program.inputs.map(\.name))
      .union(program.weights.keys)
  }

  mutating func folded() -> Program {
    var producers: [String: Int] = [:]
    var foldedIndices: Set<Int> = []
    for (index, node) in program.nodes.enumerated() {
      if let layerIndex = node.batchNormInput.flatMap({ producers[$0] }),
        let layer = folded(program.nodes[layerIndex], into: node)
      {
        program.nodes[layerIndex] = layer
        foldedIndices.insert(index)
      } else if case .tensor(let output)? = node.outputs.first {
        producers[output] = index
      }
    }
    program.nodes = program.nodes.enumerated()
      .filter { !foldedIndices.contains($0.offset) }.map(\.element)
    return program
  }

  /// The layer that does the work of both, if they can be folded.
  private mutating func folded(_ layer: Node, into batchNorm: Node) -> Node? {
    guard layer.scalesOutputChannels, layer.outputs.count == 1, batchNorm.outputs.count == 1,
      case .tensor(let result)? = layer.outputs.first, readCounts[result] == 1,
      case .tensor(let weightValue)? = layer[argument: "weight"],
      let (weight, sizes) = constant(weightValue), !weight.isEmpty,
      let channelCount = sizes.first,
      channelsAreInDimension1(of: result, layer: layer, weightRank: sizes.count),
      let affine = affine(of: batchNorm, channelCount: channelCount),
      let bias = channel(layer[argument: "bias"], count: channelCount, absent: 0),
      let input = inputs[weightValue], let weightName = input.weightName
    else { return nil }
    let stride = weight.count / channelCount
    let foldedWeight = weight.enumerated().map { index, element in
      Float(Double(element) * affine.scale[index / stride])
    }
    let foldedBias = (0..<channelCount).map { channel in
      Float(Double(bias[channel]) * affine.scale[channel] + affine.shift[channel])
    }
    guard (foldedWeight + foldedBias).allSatisfy(\.isFinite) else { return nil }

    let stem = weightName.hasSuffix(".weight") ? String(weightName.dropLast(7)) : weightName
    let newWeight = add(
      foldedWeight, sizes: sizes, named: "\(stem).folded.weight", after: input)
    let newBias = add(
      foldedBias, sizes: [channelCount], named: "\(stem).folded.bias", after: input)
    var node = layer
    node.outputs = batchNorm.outputs
    node[argument: "weight"] = .tensor(newWeight.name)
    node[argument: "bias"] = .tensor(newBias.name)
    program.types[result] = nil
    note(layer, batchNorm, weightName, becoming: newWeight, newBias)
    return node
  }

  private mutating func note(
    _ layer: Node, _ batchNorm: Node, _ weight: String, becoming newWeight: Program.Input,
    _ newBias: Program.Input
  ) {
    func name(_ argument: Node.Argument?) -> String? {
      guard case .tensor(let value)? = argument else { return nil }
      return inputs[value]?.weightName
    }
    guard let mean = name(batchNorm[argument: "running_mean"]),
      let variance = name(batchNorm[argument: "running_var"]),
      case .real(.constant(let epsilon))? = batchNorm[argument: "eps"],
      let foldedWeight = newWeight.weightName, let foldedBias = newBias.weightName
    else { return }
    folds.append(
      BatchNormFold(
        weight: weight, bias: name(layer[argument: "bias"]),
        scale: name(batchNorm[argument: "weight"]), shift: name(batchNorm[argument: "bias"]),
        mean: mean, variance: variance, epsilon: epsilon, foldedWeight: foldedWeight,
        foldedBias: foldedBias))
  }

  /// Whether the layer's channels are where batch norm looks for them.
  ///
  /// That is so if the result has as many dimensions as the weight: a matrix for a linear layer, a
  /// batch for a convolution.
  private func channelsAreInDimension1(
    of result: String, layer: Node, weightRank: Int
  ) -> Bool {
    guard let type = program.types[result] else { return layer.operation.name != "linear" }
    return type.sizes.count == weightRank
  }

  /// What batch norm multiplies and adds for each channel.
  private func affine(
    of batchNorm: Node, channelCount: Int
  ) -> (scale: [Double], shift: [Double])? {
    guard case .real(.constant(let epsilon))? = batchNorm[argument: "eps"],
      let mean = channel(batchNorm[argument: "running_mean"], count: channelCount, absent: nil),
      let variance = channel(batchNorm[argument: "running_var"], count: channelCount, absent: nil),
      let weight = channel(batchNorm[argument: "weight"], count: channelCount, absent: 1),
      let bias = channel(batchNorm[argument: "bias"], count: channelCount, absent: 0)
    else { return nil }
    let scale = zip(weight, variance).map { Double($0) / (Double($1) + epsilon).squareRoot() }
    let shift = (0..<channelCount).map { Double(bias[$0]) - Double(mean[$0]) * scale[$0] }
    return (scale, shift)
  }

  /// One number for each channel, or `absent` for each where no tensor is given.
  private func channel(_ argument: Node.Argument?, count: Int, absent: Float?) -> [Float]? {
    switch argument {
    case nil, .some(.none): return absent.map { Array(repeating: $0, count: count) }
    case .tensor(let name):
      guard let (elements, sizes) = constant(name), sizes == [count] else { return nil }
      return elements
    default: return nil
    }
  }

  /// The elements of a weight that no call changes.
  private func constant(_ value: String) -> (elements: [Float], sizes: [Int])? {
    guard constants.contains(value), let name = inputs[value]?.weightName,
      let weight = program.weights[name], let elements = weight.float32Elements
    else { return nil }
    return (elements, weight.sizes)
  }

  /// Adds a weight next to another one.
  private mutating func add(
    _ elements: [Float], sizes: [Int], named name: String, after input: Program.Input
  ) -> Program.Input {
    let name = unique(name)
    let value = unique("p_" + String(name.map { $0 == "." ? "_" : $0 }))
    program.weights[name] = Weight(float32: elements, sizes: sizes)
    program.types[value] = TensorType(dataType: .float32, sizes: sizes.map { .fixed($0) })
    let position = program.inputs.firstIndex(of: input).map { $0 + 1 } ?? 0
    let added = Program.Input(name: value, source: .parameter(name))
    program.inputs.insert(added, at: position)
    return added
  }

  private mutating func unique(_ name: String) -> String {
    var candidate = name
    var number = 2
    while !takenNames.insert(candidate).inserted {
      candidate = "\(name)_\(number)"
      number += 1
    }
    return candidate
  }
}

extension Node {
  /// Whether the call's result has one channel for each index of the weight's first dimension.
  fileprivate var scalesOutputChannels: Bool {
    guard operation.namespace == "aten" else { return false }
    switch operation.name {
    case "conv1d", "conv2d", "conv3d", "linear": return true
    case "convolution": return self[argument: "transposed"] == .truth(.constant(false))
    default: return false
    }
  }

  /// What a batch norm in evaluation mode normalises.
  fileprivate var batchNormInput: String? {
    guard operation == OperatorName("batch_norm"),
      self[argument: "training"] == .truth(.constant(false)),
      case .tensor(let name)? = self[argument: "input"]
    else { return nil }
    return name
  }
}
