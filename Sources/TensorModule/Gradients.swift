internal import CTorch

/// A value, what came along with it, and the gradient of its sum, all cut off from the graph.
public struct ValueAndGradient {
  /// What the function returned, in its own shape.
  public var value: Tensor
  /// The derivative of the sum of the value, in the shape of the point.
  public var gradient: Tensor
  /// What else the function returned.
  public var auxiliary: [Tensor]
}

/// Evaluates a function and differentiates the sum of its value at a point.
///
/// This is the one entry to differentiation. The point is cut off from any graph first, gradients
/// are recorded inside the closure whatever the mode outside, and nothing that is returned holds
/// on to the graph.
///
/// - Parameters:
///   - point: real numbers of any shape.
///   - function: returns the value and any tensors that should come along, such as logits.
/// - Throws: what the function throws, ``EngineError/Reason/noGradient`` when the value does not depend
///   on the point through differentiable operators, or the engine's refusal.
public func valueAndGradient(
  at point: Tensor,
  of function: (Tensor) throws(EngineError) -> (value: Tensor, auxiliary: [Tensor])
) throws(EngineError) -> ValueAndGradient {
  let leaf = try point.leaf()
  let (value, auxiliary) = try withGradientMode(true) { () throws(EngineError) in
    try function(leaf)
  }
  let sum = value.rank == 0 ? value : withGradientMode(true) { value.sum() }
  guard sum.requiresGradient,
    let gradient = try gradients(of: [sum], withRespectTo: [leaf], allowsUnused: true)[0]
  else {
    throw EngineError(
      .noGradient, during: "differentiating",
      message: "what is differentiated does not depend on its input through anything that has a "
        + "gradient")
  }
  return ValueAndGradient(
    value: value.detached(), gradient: gradient, auxiliary: auxiliary.map { $0.detached() })
}

/// The gradients of outputs with respect to inputs: `torch.autograd.grad` in full.
///
/// - Parameters:
///   - outputs: tensors that were computed from the inputs while gradients were recorded.
///   - inputs: leaves or intermediate tensors of the graph.
///   - outputGradients: one factor per output; needed where an output is not a scalar.
///   - retainsGraph: whether the graph can be used again; implied by `createsGraph`.
///   - createsGraph: whether the gradients can be differentiated themselves.
///   - allowsUnused: whether an input that no output depends on gives `nil` instead of an error.
/// - Throws: ``EngineError`` when the graph does not allow it.
public func gradients(
  of outputs: [Tensor], withRespectTo inputs: [Tensor], outputGradients: [Tensor?]? = nil,
  retainsGraph: Bool = false, createsGraph: Bool = false, allowsUnused: Bool = false
) throws(EngineError) -> [Tensor?] {
  precondition(outputGradients == nil || outputGradients?.count == outputs.count)
  let from = PackedHandles(outputs)
  let to = PackedHandles(inputs)
  let factors = outputGradients.map(PackedHandles.init)
  var found = [ct_tensor?](repeating: nil, count: inputs.count)
  let status = from.withHandles { from in
    to.withHandles { to in
      factors.withHandlesOrNil { factors in
        ct_gradients(
          from, outputs.count, factors, to, inputs.count, retainsGraph || createsGraph,
          createsGraph, allowsUnused, &found)
      }
    }
  }
  try check(status, during: "differentiating")
  return found.map { $0.map { Tensor(owning: $0) } }
}

/// Runs a closure while gradients are recorded on this thread.
///
/// The closure is synchronous on purpose: the mode belongs to the thread.
public func recording<R, E: Error>(_ body: () throws(E) -> R) throws(E) -> R {
  try withGradientMode(true, body)
}

/// Runs a closure while nothing is recorded on this thread.
///
/// The closure is synchronous on purpose: the mode belongs to the thread.
public func withoutGradients<R, E: Error>(_ body: () throws(E) -> R) throws(E) -> R {
  try withGradientMode(false, body)
}

/// Runs a closure in the engine's inference mode: the fastest, and its tensors never have
/// gradients, not even later.
public func inferring<R, E: Error>(_ body: () throws(E) -> R) throws(E) -> R {
  var scope: ct_inference?
  trapping { () throws(EngineError) in
    try check(ct_inference_enter(&scope), during: "entering inference mode")
  }
  defer { if let scope { ct_inference_leave(scope) } }
  return try body()
}

private func withGradientMode<R, E: Error>(
  _ enabled: Bool, _ body: () throws(E) -> R
) throws(E) -> R {
  let before = ct_gradient_mode()
  ct_set_gradient_mode(enabled)
  defer { ct_set_gradient_mode(before) }
  return try body()
}

/// Raw handles of tensors that this object keeps alive.
private struct PackedHandles {
  private let tensors: [Tensor?]
  private let handles: [ct_tensor?]

  init(_ tensors: [Tensor?]) {
    self.tensors = tensors
    handles = tensors.map { $0?.withHandle { ct_tensor?($0) } ?? nil }
  }

  /// Non-null handles, for lists without missing elements.
  func withHandles<R>(_ body: (UnsafePointer<ct_tensor>) -> R) -> R {
    defer { withExtendedLifetime(tensors) {} }
    let present = handles.compactMap(\.self)
    precondition(present.count == handles.count && !present.isEmpty, "at least one tensor")
    return present.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { fatalError("an empty list of tensors") }
      return body(base)
    }
  }

  func withOptionalHandles<R>(_ body: (UnsafePointer<ct_tensor?>?) -> R) -> R {
    defer { withExtendedLifetime(tensors) {} }
    return handles.withUnsafeBufferPointer { body($0.baseAddress) }
  }
}

extension PackedHandles? {
  fileprivate func withHandlesOrNil<R>(_ body: (UnsafePointer<ct_tensor?>?) -> R) -> R {
    guard let self else { return body(nil) }
    return self.withOptionalHandles(body)
  }
}

extension Tensor {
  /// The same elements, in the same memory, as a leaf of a new graph.
  public func leaf() throws(EngineError) -> Tensor {
    try Tensor.made(during: "starting a graph") { made in
      withHandle { ct_tensor_leaf($0, &made) }
    }
  }

  /// The same elements, cut off from any graph.
  func detachedOrThrow() throws(EngineError) -> Tensor {
    try Tensor.made(during: "detaching a tensor") { made in
      withHandle { ct_tensor_detach($0, &made) }
    }
  }
}
