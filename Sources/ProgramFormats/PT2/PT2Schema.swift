import Foundation
import ProgramIR

/// The parts of `torch.export`'s schema (version 8) that a program is made from.
///
/// Fields that are not listed here are ignored. Kinds that are not listed are kept as
/// `unsupported`, so that the refusal can name the place.
enum PT2Schema {
  static let majorVersion = 8
  /// What is written; any minor version is read.
  static let minorVersion = 20

  struct ExportedProgram: Decodable {
    let graphModule: GraphModule
    let schemaVersion: Version
    let torchVersion: String?
    let rangeConstraints: [String: Range]?

    enum CodingKeys: String, CodingKey {
      case graphModule = "graph_module"
      case schemaVersion = "schema_version"
      case torchVersion = "torch_version"
      case rangeConstraints = "range_constraints"
    }
  }

  struct Version: Decodable {
    let major: Int
    let minor: Int
  }

  /// What a symbol may be; an end that is absent is no limit.
  struct Range: Decodable {
    let lowest: Int?
    let highest: Int?

    enum CodingKeys: String, CodingKey {
      case lowest = "min_val"
      case highest = "max_val"
    }
  }

  struct GraphModule: Decodable {
    let graph: Graph
    let signature: Signature
  }

  struct Graph: Decodable {
    let inputs: [Value]
    let outputs: [Value]
    let nodes: [Node]
    let tensorValues: [String: TensorMeta]
    let integerValues: [String: Scalar]?
    let realValues: [String: Scalar]?
    let truthValues: [String: Scalar]?

    enum CodingKeys: String, CodingKey {
      case inputs, outputs, nodes
      case tensorValues = "tensor_values"
      case integerValues = "sym_int_values"
      case realValues = "sym_float_values"
      case truthValues = "sym_bool_values"
    }
  }

  struct Node: Decodable {
    let target: String
    let inputs: [NamedValue]
    let outputs: [Value]
    let name: String?
  }

  struct NamedValue: Decodable {
    let name: String
    let arg: Value
  }

  struct Named: Decodable {
    let name: String
  }

  struct Signature: Decodable {
    let inputSpecs: [InputSpec]
    let outputSpecs: [OutputSpec]

    enum CodingKeys: String, CodingKey {
      case inputSpecs = "input_specs"
      case outputSpecs = "output_specs"
    }
  }

  /// What is known of a value while the program runs.
  struct TensorMeta: Decodable {
    let dtype: Int
    let sizes: [Size]
  }

  /// Where a weight's bytes are and how to look at them.
  struct Payload: Decodable {
    let pathName: String
    let usePickle: Bool
    let tensorMeta: Layout?

    enum CodingKeys: String, CodingKey {
      case pathName = "path_name"
      case usePickle = "use_pickle"
      case tensorMeta = "tensor_meta"
    }

    struct Layout: Decodable {
      let dtype: Int
      let sizes: [Size]
      let strides: [Size]
      let storageOffset: Size
      let layout: Int

      enum CodingKeys: String, CodingKey {
        case dtype, sizes, strides, layout
        case storageOffset = "storage_offset"
      }
    }
  }

  struct PayloadConfiguration: Decodable {
    let config: [String: Payload]
  }
}
