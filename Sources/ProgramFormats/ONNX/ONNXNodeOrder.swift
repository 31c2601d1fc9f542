/// Finds an order in which nodes can run: that of the file wherever possible.
struct ONNXNodeOrder {
  private enum State { case new, waiting, done }

  private let producers: [[Int]]
  private var states: [State]
  private(set) var order: [Int] = []
  /// A node that needs, over others, what it defines itself.
  private(set) var cyclic: Int?

  /// Sorts nodes.
  ///
  /// - Parameter producers: for each node, the nodes that must run before it.
  init(producers: [[Int]]) {
    self.producers = producers
    states = Array(repeating: .new, count: producers.count)
    order.reserveCapacity(producers.count)
    for node in producers.indices where cyclic == nil { visit(node) }
  }

  /// Puts a node behind all that it needs; without recursion, because chains may be long.
  private mutating func visit(_ start: Int) {
    guard states[start] == .new else { return }
    states[start] = .waiting
    var path = [(node: start, next: 0)]
    while let (node, next) = path.last {
      guard next < producers[node].count else {
        states[node] = .done
        order.append(node)
        path.removeLast()
        continue
      }
      path[path.count - 1].next += 1
      let producer = producers[node][next]
      switch states[producer] {
      case .done: break
      case .waiting:
        cyclic = producer
        return
      case .new:
        states[producer] = .waiting
        path.append((producer, 0))
      }
    }
  }
}
