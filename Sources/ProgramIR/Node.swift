/// One call of an operator.
public struct Node: Hashable, Sendable {
  /// An argument with the name that the operator's schema gives it.
  public struct NamedArgument: Hashable, Sendable {
    /// The name in the schema, such as `stride`.
    public var name: String
    /// What is passed.
    public var value: Node.Argument

    /// An argument with its name.
    public init(_ name: String, _ value: Node.Argument) {
      self.name = name
      self.value = value
    }
  }

  /// What a call returns, under the names that later calls use.
  public enum Output: Hashable, Sendable {
    /// One tensor.
    case tensor(String)
    /// A list of tensors, one name an element.
    case tensors([String])
    /// An integer, a truth value or a real number computed from sizes.
    case scalar(String)
    /// Nothing that anyone reads.
    case none
  }

  /// A name for people, unique in the program.
  public var name: String
  /// What is called.
  public var operation: OperatorName
  /// What it is given, in any order; what is absent takes the schema's default.
  public var arguments: [NamedArgument]
  /// What it returns.
  public var outputs: [Output]
  /// What the call was made of where the model's file is no list of such calls, such as `conv1 (Conv)`;
  /// for people, and safe to print.
  public var origin: String?

  /// A call.
  public init(
    name: String, operation: OperatorName, arguments: [NamedArgument], outputs: [Output],
    origin: String? = nil
  ) {
    self.name = name
    self.origin = origin
    self.operation = operation
    self.arguments = arguments
    self.outputs = outputs
  }

  /// The argument with a name, or nothing where the call relies on the default.
  public subscript(argument name: String) -> Node.Argument? {
    get { arguments.first { $0.name == name }?.value }
    set {
      arguments.removeAll { $0.name == name }
      if let newValue { arguments.append(NamedArgument(name, newValue)) }
    }
  }

  /// The names of all values that the call defines.
  public var valuesDefined: [String] {
    outputs.flatMap { output -> [String] in
      switch output {
      case .tensor(let name), .scalar(let name): [name]
      case .tensors(let names): names
      case .none: []
      }
    }
  }

  /// The names of all values that the call reads.
  public var valuesRead: [String] { arguments.flatMap(\.value.valuesRead) }
}
