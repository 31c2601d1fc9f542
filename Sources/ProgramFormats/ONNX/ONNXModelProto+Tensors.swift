extension ONNXModelProto {
  /// Hands on every tensor of the model, those of attributes, inner graphs and functions included.
  mutating func forEachTensor(
    _ body: (inout ONNXTensorProto) throws(FormatError) -> Void
  ) throws(FormatError) {
    if hasGraph {
      // Taken out and put back, so that nothing is copied meanwhile.
      var graph = self.graph
      clearGraph()
      try graph.forEachTensor(body)
      self.graph = graph
    }
    for function in functions.indices {
      try functions[function].node.forEachTensor(body)
      try functions[function].attributeProto.forEachTensor(body)
    }
  }
}

extension ONNXGraphProto {
  fileprivate mutating func forEachTensor(
    _ body: (inout ONNXTensorProto) throws(FormatError) -> Void
  ) throws(FormatError) {
    for index in initializer.indices { try body(&initializer[index]) }
    try node.forEachTensor(body)
  }
}

extension [ONNXNodeProto] {
  fileprivate mutating func forEachTensor(
    _ body: (inout ONNXTensorProto) throws(FormatError) -> Void
  ) throws(FormatError) {
    for index in indices { try self[index].attribute.forEachTensor(body) }
  }
}

extension [ONNXAttributeProto] {
  fileprivate mutating func forEachTensor(
    _ body: (inout ONNXTensorProto) throws(FormatError) -> Void
  ) throws(FormatError) {
    for index in indices {
      if self[index].hasT { try body(&self[index].t) }
      for tensor in self[index].tensors.indices { try body(&self[index].tensors[tensor]) }
      if self[index].hasG { try self[index].g.forEachTensor(body) }
      for graph in self[index].graphs.indices { try self[index].graphs[graph].forEachTensor(body) }
    }
  }
}
