extension ONNXGraphReader {
  /// The nodes of a graph or of a function.
  struct Body {
    /// The nodes in an order in which they can run.
    var nodes: [ONNXNode]
    /// Which attribute of the function stands for an attribute of a node.
    var attributeReferences: [Int: [String: String]]
    /// Names of values of outer graphs that they read.
    var outerReads: Set<String>
  }

  /// A node with what its place among the others depends on.
  private struct Item {
    var node: ONNXNode
    var attributes: Attributes
  }

  /// Reads nodes, puts them in order and checks that all they read is defined once.
  ///
  /// - Parameters:
  ///   - messages: the nodes.
  ///   - given: names that are defined before any of them runs.
  ///   - results: names that must be defined in the end.
  ///   - place: what errors call the graph or the function.
  ///   - attributes: names of attributes of a function; `nil` for a graph.
  mutating func body(
    _ messages: [ONNXNodeProto], given: Set<String>, results: [String], place: String,
    attributes: Set<String>? = nil
  ) throws(FormatError) -> Body {
    let names = Self.uniqueNames(of: messages)
    let producers = try Self.producers(of: messages, named: names, given: given)
    outerNames.append(given.union(producers.keys))
    defer { outerNames.removeLast() }
    nodeCount += messages.count
    var items: [Item] = []
    items.reserveCapacity(messages.count)
    for (message, name) in zip(messages, names) {
      items.append(try item(message, name: name, functionAttributes: attributes))
    }

    var outerReads: Set<String> = []
    var needs: [[Int]] = []
    needs.reserveCapacity(items.count)
    for (index, item) in items.enumerated() {
      var needed: [Int] = []
      for name in item.node.inputs where !name.isEmpty {
        if let producer = try self.producer(
          of: name, readBy: index, named: names, among: producers, &outerReads)
        {
          needed.append(producer)
        }
      }
      for name in item.attributes.outerReads {
        if let producer = try self.producer(
          of: name, readBy: index, named: names, among: producers, &outerReads)
        {
          needed.append(producer)
        }
      }
      needs.append(needed)
    }
    for name in results where producers[name] == nil && !given.contains(name) {
      guard isDefinedOutside(name) else {
        throw FormatError(
          .malformed,
          "output '\(name)' of \(place) is defined by no node; export the model again")
      }
      outerReads.insert(name)
    }
    return try Self.sorted(items, needs: needs, outerReads: outerReads)
  }

  /// Puts nodes in an order in which they can run.
  private static func sorted(
    _ items: [Item], needs: [[Int]], outerReads: Set<String>
  ) throws(FormatError) -> Body {
    let sorting = ONNXNodeOrder(producers: needs)
    if let node = sorting.cyclic {
      throw FormatError(
        .malformed,
        "node '\(items[node].node.name)' needs what follows from itself; export the model again")
    }
    var references: [Int: [String: String]] = [:]
    for (index, item) in sorting.order.enumerated() {
      let own = items[item].attributes.references
      if !own.isEmpty { references[index] = own }
    }
    return Body(
      nodes: sorting.order.map { items[$0].node }, attributeReferences: references,
      outerReads: outerReads)
  }

  /// Which node defines each value.
  private static func producers(
    of messages: [ONNXNodeProto], named names: [String], given: Set<String>
  ) throws(FormatError) -> [String: Int] {
    var producers: [String: Int] = [:]
    for (index, message) in messages.enumerated() {
      for output in message.output where !output.isEmpty {
        guard !given.contains(output), producers.updateValue(index, forKey: output) == nil else {
          throw FormatError(
            .malformed,
            "node '\(names[index])' defines '\(output)', which is defined already; export the "
              + "model again")
        }
      }
    }
    return producers
  }

  /// The node of the same graph that a node needs for a value; `nil` if it needs none.
  private func producer(
    of name: String, readBy reader: Int, named names: [String], among producers: [String: Int],
    _ outerReads: inout Set<String>
  ) throws(FormatError) -> Int? {
    if let producer = producers[name] {
      guard producer < reader || !isDefinedOutside(name) else {
        throw FormatError(
          .malformed,
          "node '\(names[reader])' reads '\(name)', which both an outer graph and a node after it "
            + "define; export the model again")
      }
      return producer
    }
    if outerNames.last?.contains(name) ?? false { return nil }
    guard isDefinedOutside(name) else {
      throw FormatError(
        .malformed,
        "node '\(names[reader])' reads '\(name)', which is no input, initialiser or result of a "
          + "node; export the model again, with all its weights")
    }
    outerReads.insert(name)
    return nil
  }

  /// Whether a graph around the one that is read defines a value.
  private func isDefinedOutside(_ name: String) -> Bool {
    outerNames.dropLast().contains { $0.contains(name) }
  }

  /// One node with its attributes.
  private mutating func item(
    _ message: ONNXNodeProto, name: String, functionAttributes: Set<String>?
  ) throws(FormatError) -> Item {
    let place = "node '\(name)'"
    let operation = ONNXOperatorName(message)
    guard !message.opType.isEmpty else {
      throw FormatError(.malformed, "\(place) names no operator; export the model again")
    }
    if functionNames.contains(operation) {
      calls[operation, default: 0] += 1
    } else if operatorSets[operation.domain] == nil {
      throw FormatError(
        .malformed,
        "\(place) calls \(operation), but the file does not say which version of the operator set "
          + "'\(ONNXOperatorSets.title(operation.domain))' it uses; export the model again")
    }
    let attributes = try attributes(
      of: message, place: place, functionAttributes: functionAttributes)
    let node = ONNXNode(
      name: name, operation: operation.name, domain: operation.domain, inputs: message.input,
      outputs: message.output, attributes: attributes.values)
    return Item(node: node, attributes: attributes)
  }

  /// Names for people: those of the file, and others where it has none or has one twice.
  private static func uniqueNames(of messages: [ONNXNodeProto]) -> [String] {
    let given = Set(messages.map(\.name))
    var used: Set<String> = [""]
    return messages.enumerated().map { index, message in
      if used.insert(message.name).inserted { return message.name }
      var name = "\(message.name.isEmpty ? message.opType : message.name)_\(index)"
      while given.contains(name) || !used.insert(name).inserted { name += "_" }
      return name
    }
  }
}
