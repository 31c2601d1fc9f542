extension Node {
  /// What a call is given: a constant, or the name of a value computed before.
  public indirect enum Argument: Hashable, Sendable {
    /// An integer that is known, or that the program computes from sizes.
    public enum Integer: Hashable, Sendable {
      case constant(Int)
      case value(String)
    }

    /// A truth value that is known or computed.
    public enum Truth: Hashable, Sendable {
      case constant(Bool)
      case value(String)
    }

    /// A real number that is known or computed.
    public enum Real: Hashable, Sendable {
      case constant(Double)
      case value(String)
    }

    case none
    case tensor(String)
    case tensors([String])
    case optionalTensors([String?])
    case integer(Integer)
    case integers([Integer])
    case real(Real)
    case reals([Real])
    case truth(Truth)
    case truths([Truth])
    case string(String)
    case strings([String])
    case dataType(DataType)
    case layout(Layout)
    case memoryFormat(MemoryFormat)
    /// A device by its exported name, such as `cpu` or `cuda:0`; the runtime may choose another.
    case device(String)

    /// How a tensor's elements lie in memory; only strided tensors are supported.
    public enum Layout: Int, Hashable, Sendable {
      case strided = 7
    }

    /// The order of dimensions in memory, with the numbering of exported programs.
    public enum MemoryFormat: Int, Hashable, Sendable {
      case contiguous = 1
      case channelsLast = 2
      case channelsLast3d = 3
      case preserve = 4
    }
  }
}

extension Node.Argument {
  /// The names of the values that the call reads through this argument.
  public var valuesRead: [String] {
    switch self {
    case .none, .string, .strings, .dataType, .layout, .memoryFormat, .device: []
    case .tensor(let name): [name]
    case .tensors(let names): names
    case .optionalTensors(let names): names.compactMap(\.self)
    case .integer(let integer): [integer].compactMap(\.name)
    case .integers(let integers): integers.compactMap(\.name)
    case .real(let real): [real].compactMap(\.name)
    case .reals(let reals): reals.compactMap(\.name)
    case .truth(let truth): [truth].compactMap(\.name)
    case .truths(let truths): truths.compactMap(\.name)
    }
  }
}

extension Node.Argument.Integer {
  /// The value's name, if the integer is computed.
  public var name: String? { if case .value(let name) = self { name } else { nil } }
}

extension Node.Argument.Real {
  /// The value's name, if the number is computed.
  public var name: String? { if case .value(let name) = self { name } else { nil } }
}

extension Node.Argument.Truth {
  /// The value's name, if the truth value is computed.
  public var name: String? { if case .value(let name) = self { name } else { nil } }
}
