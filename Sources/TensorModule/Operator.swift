internal import CTorch

/// An operator of libtorch, found by name and overload, with its schema.
///
/// The engine's table of operators never changes an entry, which is what makes the unchecked
/// Sendable true.
public struct Operator: @unchecked Sendable {
  /// One parameter of the schema.
  public struct Parameter: Hashable, Sendable {
    /// The name, such as `stride`.
    public let name: String
    /// The schema's type, such as `SymInt[2]`.
    public let type: String
    /// Whether the argument may be left out.
    public let hasDefault: Bool
    /// Whether the operator writes to the argument.
    public let isWritten: Bool
    /// Whether the schema says that results share memory with the argument.
    public let isAliased: Bool
  }

  /// The name with the namespace and the overload, such as `aten::add.Tensor`.
  public let name: String
  /// The parameters in the order of the schema.
  public let parameters: [Parameter]
  /// How many values a call returns.
  public let resultCount: Int
  private let handle: ct_operator

  /// Finds an operator.
  ///
  /// - Parameters:
  ///   - name: the name with its namespace, such as `aten::add`.
  ///   - overload: the overload, such as `Tensor`; empty for the default one.
  /// - Throws: ``EngineError`` if libtorch knows no such operator.
  public init(_ name: String, overload: String = "") throws(EngineError) {
    let fullName = overload.isEmpty ? name : "\(name).\(overload)"
    var found: ct_operator?
    try check(ct_operator_find(name, overload, &found), during: fullName)
    guard let found else {
      throw EngineError(
        .unknownOperator, during: fullName, message: "libtorch has no such operator")
    }
    handle = found
    self.name = fullName
    parameters = (0..<ct_operator_argument_count(found)).map { index in
      let argument = ct_operator_argument(found, index)
      return Parameter(
        name: String(cString: argument.name), type: String(cString: argument.type),
        hasDefault: argument.has_default, isWritten: ct_operator_writes(found, index),
        isAliased: ct_operator_aliases(found, index))
    }
    resultCount = ct_operator_result_count(found)
  }

  /// Whether a value of this kind can be passed for the parameter at an index.
  public func accepts(_ value: Value, at index: Int) -> Bool {
    ct_operator_accepts(handle, index, PackedArguments.tag(of: value))
  }

  /// Calls the operator with one value for each parameter.
  ///
  /// - Returns: the results in order.
  /// - Throws: ``EngineError`` when an argument does not fit or the engine refuses.
  public func callAsFunction(_ arguments: [Value]) throws(EngineError) -> [Value] {
    let packed = PackedArguments(arguments)
    let capacity = max(resultCount, 1)
    return try withUnsafeTemporaryAllocation(of: ct_value.self, capacity: capacity) {
      results throws(EngineError) in
      guard let base = results.baseAddress else { return [] }
      var count = 0
      try check(
        packed.withValues { ct_operator_call(handle, $0, arguments.count, base, capacity, &count) },
        during: name)
      return (0..<count).map { Value(takingOver: base[$0]) }
    }
  }
}

extension Value {
  /// Takes over what a result owns.
  fileprivate init(takingOver result: ct_value) {
    switch result.tag {
    case CT_TAG_TENSOR:
      guard let handle = result.pointer.map({ OpaquePointer($0) }) else {
        self = .none
        return
      }
      self = .tensor(Tensor(owning: handle))
    case CT_TAG_TENSORS:
      let handles = UnsafeBufferPointer(
        start: result.pointer?.assumingMemoryBound(to: ct_tensor.self), count: result.count)
      self = .tensors(handles.map { Tensor(owning: $0) })
      ct_value_free_list(result)
    case CT_TAG_INTEGER: self = .integer(Int(result.integer))
    case CT_TAG_REAL: self = .real(result.real)
    case CT_TAG_BOOL: self = .truth(result.integer != 0)
    default: self = .none
    }
  }
}
