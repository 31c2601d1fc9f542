import Foundation
import ProgramIR

extension PT2Schema {
  /// An argument or a result of a call.
  enum Value: Decodable {
    case argument(ProgramIR.Node.Argument)
    /// The body of a region, such as one without gradients.
    case graph(Graph)
    /// A kind or a value that a program cannot hold, and why.
    case unsupported(String)

    init(from decoder: any Decoder) throws {
      let union = try PT2Union(from: decoder)
      switch union.kind {
      case "as_graph": self = .graph(try union.value(Body.self).graph)
      case "as_scalar_type":
        let code: Int = try union.value()
        self = Self(
          DataType(rawValue: code).map(ProgramIR.Node.Argument.dataType), else: "data type \(code)")
      case "as_memory_format":
        let code: Int = try union.value()
        self = Self(
          ProgramIR.Node.Argument.MemoryFormat(rawValue: code).map(
            ProgramIR.Node.Argument.memoryFormat),
          else: "memory format \(code)")
      case "as_layout":
        let code: Int = try union.value()
        self = Self(
          ProgramIR.Node.Argument.Layout(rawValue: code).map(ProgramIR.Node.Argument.layout),
          else: "layout \(code), which is not strided")
      default:
        self = Self(try Self.plainArgument(union), else: "the kind of argument \(union.kind)")
      }
    }

    private init(_ argument: ProgramIR.Node.Argument?, else reason: String) {
      self = argument.map(Self.argument) ?? .unsupported(reason)
    }

    private struct Body: Decodable { let graph: Graph }

    private struct Device: Decodable {
      let type: String
      let index: Int?
    }

    /// The kinds that every value of their type is good for; `nil` for any other kind.
    private static func plainArgument(_ union: PT2Union) throws -> ProgramIR.Node.Argument? {
      switch union.kind {
      case "as_none": return ProgramIR.Node.Argument.none
      case "as_tensor": return .tensor(try union.value(Named.self).name)
      case "as_tensors": return .tensors(try union.value([Named].self).map(\.name))
      case "as_optional_tensor":
        return try union.value(OptionalTensor.self).name.map(ProgramIR.Node.Argument.tensor)
          ?? ProgramIR.Node.Argument.none
      case "as_optional_tensors":
        return .optionalTensors(try union.value([OptionalTensor].self).map(\.name))
      case "as_int": return .integer(.constant(try union.value()))
      case "as_ints":
        return .integers(try union.value([Int].self).map(ProgramIR.Node.Argument.Integer.constant))
      case "as_float": return .real(.constant(try union.value(Real.self).value))
      case "as_floats":
        return .reals(try union.value([Real].self).map { .constant($0.value) })
      case "as_bool": return .truth(.constant(try union.value()))
      case "as_bools":
        return .truths(try union.value([Bool].self).map(ProgramIR.Node.Argument.Truth.constant))
      case "as_string": return .string(try union.value())
      case "as_strings": return .strings(try union.value())
      case "as_sym_int": return .integer(try union.value(SymbolicInteger.self).value)
      case "as_sym_ints":
        return .integers(try union.value([SymbolicInteger].self).map(\.value))
      case "as_sym_float": return .real(try union.value(SymbolicReal.self).value)
      case "as_sym_floats": return .reals(try union.value([SymbolicReal].self).map(\.value))
      case "as_sym_bool": return .truth(try union.value(SymbolicTruth.self).value)
      case "as_sym_bools": return .truths(try union.value([SymbolicTruth].self).map(\.value))
      case "as_device":
        let device = try union.value(Device.self)
        return .device(device.index.map { "\(device.type):\($0)" } ?? device.type)
      default: return nil
      }
    }
  }

  private struct OptionalTensor: Decodable {
    let name: String?

    init(from decoder: any Decoder) throws {
      let union = try PT2Union(from: decoder)
      switch union.kind {
      case "as_tensor": name = try union.value(Named.self).name
      case "as_none": name = nil
      default: throw union.corrupted("\(union.kind) is not a tensor")
      }
    }
  }

  private struct SymbolicInteger: Decodable {
    let value: ProgramIR.Node.Argument.Integer

    init(from decoder: any Decoder) throws {
      let union = try PT2Union(from: decoder)
      switch union.kind {
      case "as_name": value = .value(try union.value())
      case "as_int": value = .constant(try union.value())
      default: throw union.corrupted("\(union.kind) is not an integer")
      }
    }
  }

  private struct SymbolicReal: Decodable {
    let value: ProgramIR.Node.Argument.Real

    init(from decoder: any Decoder) throws {
      let union = try PT2Union(from: decoder)
      switch union.kind {
      case "as_name": value = .value(try union.value())
      case "as_float": value = .constant(try union.value(Real.self).value)
      default: throw union.corrupted("\(union.kind) is not a real number")
      }
    }
  }

  private struct SymbolicTruth: Decodable {
    let value: ProgramIR.Node.Argument.Truth

    init(from decoder: any Decoder) throws {
      let union = try PT2Union(from: decoder)
      switch union.kind {
      case "as_name": value = .value(try union.value())
      case "as_bool": value = .constant(try union.value())
      default: throw union.corrupted("\(union.kind) is not a truth value")
      }
    }
  }
}
