/// Which functions of a file call which, so that replacing calls by bodies comes to an end.
struct ONNXFunctionCalls {
  /// How many calls a model may have once every function stands where it is called.
  static let callLimit = 1_000_000
  /// How deeply functions may call each other.
  static let depthLimit = 32

  private struct Body {
    let nodeCount: Int
    let calls: [ONNXOperatorName: Int]
  }

  private struct Expansion {
    var nodeCount: Int
    var depth: Int
  }

  /// The functions that the file defines.
  let names: Set<ONNXOperatorName>
  private var bodies: [ONNXOperatorName: Body] = [:]

  /// The functions of a file, whose bodies are still to be told.
  init(_ functions: [ONNXFunctionProto]) throws(FormatError) {
    var names: Set<ONNXOperatorName> = []
    for function in functions {
      let name = ONNXOperatorName(function)
      guard !name.name.isEmpty else {
        throw FormatError(.malformed, "a function has no name; export the model again")
      }
      guard names.insert(name).inserted else {
        throw FormatError(
          .malformed, "function '\(name)' is defined twice; export the model again")
      }
    }
    self.names = names
  }

  /// Tells what the body of a function calls, and how many nodes it has.
  mutating func add(
    _ name: ONNXOperatorName, calling calls: [ONNXOperatorName: Int], nodeCount: Int
  ) {
    bodies[name] = Body(nodeCount: nodeCount, calls: calls)
  }

  /// Refuses functions that call themselves, and calls that stand for too many nodes.
  ///
  /// - Parameters:
  ///   - calls: how often the main graph calls each function.
  ///   - nodeCount: how many nodes it has.
  func checkExpansion(
    of calls: [ONNXOperatorName: Int], nodeCount: Int
  ) throws(FormatError) {
    var known: [ONNXOperatorName: Expansion] = [:]
    // Sorted, so that the same file always gives the same error.
    for name in bodies.keys.sorted(by: { $0.description < $1.description }) {
      _ = try expansion(of: name, known: &known, callers: [])
    }
    _ = try expansion(
      of: Body(nodeCount: nodeCount, calls: calls), named: "the model", known: &known, callers: [])
  }

  private func expansion(
    of name: ONNXOperatorName, known: inout [ONNXOperatorName: Expansion],
    callers: [ONNXOperatorName]
  ) throws(FormatError) -> Expansion {
    if let expansion = known[name] { return expansion }
    guard !callers.contains(name) else {
      throw FormatError(
        .malformed, "function '\(name)' calls itself, so it never ends; export the model again")
    }
    guard callers.count <= Self.depthLimit else { throw Self.excess("function '\(name)'") }
    guard let body = bodies[name] else { return Expansion(nodeCount: 1, depth: 0) }
    let expansion = try expansion(
      of: body, named: "function '\(name)'", known: &known, callers: callers + [name])
    known[name] = expansion
    return expansion
  }

  private func expansion(
    of body: Body, named place: String, known: inout [ONNXOperatorName: Expansion],
    callers: [ONNXOperatorName]
  ) throws(FormatError) -> Expansion {
    var sum = Expansion(nodeCount: body.nodeCount, depth: 0)
    for (name, count) in body.calls {
      // Both are at most the number of nodes of a file or the limit, so nothing overflows.
      let called = try expansion(of: name, known: &known, callers: callers)
      sum.nodeCount += count * called.nodeCount
      sum.depth = max(sum.depth, called.depth + 1)
      guard sum.nodeCount <= Self.callLimit, sum.depth <= Self.depthLimit else {
        throw Self.excess(place)
      }
    }
    return sum
  }

  private static func excess(_ place: String) -> FormatError {
    FormatError(
      .unsupported,
      "\(place) calls functions that stand for more than \(callLimit) nodes or call each other "
        + "more than \(depthLimit) deep; simplify the model")
  }
}
