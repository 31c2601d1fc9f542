import Foundation
import ProgramFormats
import ProgramIR
import TestKit
import Testing

/// Files that must be refused, each with the words that people need to see.
@Suite struct RefusalTests {
  struct Unsound: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let words: String
    let reason: FormatError.Reason
    let bytes: @Sendable () throws -> [UInt8]

    init(
      _ description: String, says words: String, _ reason: FormatError.Reason = .malformed,
      bytes: @escaping @Sendable () throws -> [UInt8]
    ) {
      testDescription = description
      self.words = words
      self.reason = reason
      self.bytes = bytes
    }
  }

  @Test(arguments: archives + graphs + weights + otherFiles)
  func refused(_ file: Unsound) throws {
    let bytes = try file.bytes()
    let error = try #require(throws: FormatError.self) {
      try Program.read(bytes, named: "model.pt2")
    }
    #expect(error.description.contains(file.words), "\(error.description)")
    #expect(error.description.hasPrefix("model.pt2: "))
    #expect(error.reason == file.reason)
  }

  @Test func missingFile() throws {
    let error = try #require(throws: FormatError.self) {
      try Program.read(from: "no/such/model.pt2")
    }
    #expect(error.reason == .missing)
    #expect(error.description == "no/such/model.pt2: there is no such file; check the path")
  }

  @Test func folder() throws {
    let error = try #require(throws: FormatError.self) {
      try Program.read(from: packageRoot.path)
    }
    #expect(error.description.contains("this is a folder"))
  }

  @Test func pickledWeight() throws {
    let error = try #require(throws: FormatError.self) {
      try Program.read(from: Fixture.path("pickled-weight"))
    }
    #expect(error.description.contains("weight 'table' is a Python pickle"))
    #expect(error.description.contains("torch.export.save(torch.export.export(model.eval(), (x,)"))
  }

  @Test func everyTruncation() throws {
    let bytes = try Fixture.bytes("static-batch")
    for count in stride(from: 0, to: bytes.count, by: 97) {
      #expect(throws: FormatError.self) {
        try Program.read(Array(bytes.prefix(count)), named: "model.pt2")
      }
    }
  }

  @Test func controlCharactersDoNotReachTheTerminal() throws {
    let bytes = try Self.changed("models/model.json") {
      $0.replacing("torch.ops.aten.relu.default", with: "\\u001b[2J")
    }
    let error = try #require(throws: FormatError.self) {
      try Program.read(bytes, named: "model.pt2")
    }
    #expect(!error.description.unicodeScalars.contains("\u{1B}"))
  }

  // MARK: Archives

  static let archives = [
    Unsound("name leaves by ..", says: "points outside") { try added("archive/../x") },
    Unsound("absolute name", says: "points outside") { try added("/etc/x") },
    Unsound("backslash", says: "points outside") { try added("root\\x") },
    Unsound("drive letter", says: "points outside") { try added("C:x") },
    Unsound("name twice", says: "occurs twice") {
      try edited { $0.append($0[0]) }
    },
    Unsound("encrypted", says: "is encrypted") { try edited { $0[0].flags |= 1 } },
    Unsound("unknown compression", says: "unknown compression") {
      try edited { $0[0].method = 12 }
    },
    Unsound("stored entry larger than it is", says: "impossible size") {
      try edited { $0[0].claimedByteCount = 0x7FFF_FFFF }
    },
    Unsound("stored entry larger than the file", says: "claims more bytes than the file") {
      try edited {
        $0[0].claimedByteCount = 0x7FFF_FFFF
        $0[0].claimedCompressedByteCount = 0x7FFF_FFFF
      }
    },
    Unsound("64-bit sizes beyond any memory", says: "claims more bytes than the file") {
      try edited {
        $0[0].claimedByteCount = .max
        $0[0].claimedCompressedByteCount = .max
        let size: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0x10]
        $0[0].extra = [1, 0, 16, 0] + size + size
      }
    },
    Unsound("deflated beyond what deflate can", says: "impossible size") {
      try edited {
        $0[0].method = 8
        $0[0].claimedByteCount = 0x7FFF_FFFF
      }
    },
    Unsound("wrong checksum", says: "is damaged") {
      try edited { entries in
        for index in entries.indices { entries[index].claimedChecksum = 1 }
      }
    },
    Unsound("wrong checksum of a weight", says: "weight_0 in the archive is damaged") {
      try edited { $0[$0.firstIndex { $0.name.hasSuffix("weight_0") } ?? 0].claimedChecksum = 1 }
    },
    Unsound("more entries than there are", says: "the archive is damaged") {
      var builder = ZipBuilder(try Fixture.entries("static-batch"))
      builder.claimedEntryCount = 60_000
      return builder.bytes
    },
    Unsound("several models", says: "holds 2 models (copy, model)", .unsupported) {
      try added("archive/models/copy.json")
    },
    Unsound("no model", says: "holds no exported program", .unsupported) {
      try edited { $0.removeAll { $0.name.contains("/models/") } }
    },
    Unsound("big-endian", says: "byteorder says 'big'", .unsupported) {
      try changed("byteorder") { _ in "big" }
    },
    Unsound("newer archive version", says: "archive_version says '1'", .unsupported) {
      try changed("archive_version") { _ in "1" }
    },
  ]

  // MARK: Graphs

  static let graphs = [
    Unsound("not JSON", says: "models/model.json is damaged") {
      try changed("models/model.json") { _ in "{" }
    },
    Unsound("deep nesting", says: "models/model.json is damaged") {
      try changed("models/model.json") { _ in String(repeating: "[", count: 1_000_000) }
    },
    Unsound("a missing member", says: "graph_module.graph.nodes[0] lacks 'target'") {
      try changed("models/model.json") { $0.replacing("\"target\"", with: "\"aim\"") }
    },
    Unsound("a member of another type", says: "nodes[0].inputs must be of type") {
      try changed("models/model.json") {
        $0.replacing(/"inputs":\[\{"name":"input"/, with: #""inputs":5,"was":[{"name":"input""#)
      }
    },
    Unsound("another schema", says: "schema 9.", .unsupported) {
      try changed("models/model.json") { $0.replacing("\"major\":8", with: "\"major\":9") }
    },
    Unsound("unknown kind", says: "call 'relu': argument 'self' is the kind", .unsupported) {
      try changed("models/model.json") {
        $0.replacing(
          #"{"name":"self","arg":{"as_tensor":{"name":"conv2d"}}"#,
          with: #"{"name":"self","arg":{"as_custom_obj":{"name":"conv2d"}}"#)
      }
    },
    Unsound("complex number", says: "is the kind of argument as_complex", .unsupported) {
      try changed("models/model.json") {
        $0.replacing(
          #"{"name":"start_dim","arg":{"as_int":1}"#,
          with: #"{"name":"start_dim","arg":{"as_complex":{"real":0,"imag":1}}"#)
      }
    },
    Unsound("unknown data type", says: "unknown data type 77", .unsupported) {
      try changed("models/model.json") { $0.replacing(#""dtype":7"#, with: #""dtype":77"#) }
    },
    Unsound("not an operator", says: "call 'relu' is of 'os.system'", .unsupported) {
      try changed("models/model.json") {
        $0.replacing("torch.ops.aten.relu.default", with: "os.system")
      }
    },
    Unsound("value without origin", says: "reads 'nobody', which nothing before it defines") {
      try changed("models/model.json") {
        $0.replacing(
          #"{"name":"self","arg":{"as_tensor":{"name":"conv2d"}}"#,
          with: #"{"name":"self","arg":{"as_tensor":{"name":"nobody"}}"#)
      }
    },
    Unsound("value of two origins", says: "value 'conv2d' is defined twice") {
      try changed("models/model.json") {
        $0.replacing(
          #""outputs":[{"as_tensor":{"name":"relu"}}]"#,
          with: #""outputs":[{"as_tensor":{"name":"conv2d"}}]"#)
      }
    },
    Unsound("tensor read as a size", says: "another kind of value") {
      try changed("models/model.json") {
        $0.replacing(
          #"{"name":"start_dim","arg":{"as_int":1}"#,
          with: #"{"name":"start_dim","arg":{"as_sym_int":{"as_name":"relu"}}"#)
      }
    },
    Unsound("gradient output", says: "output 0 of the program is loss_output", .unsupported) {
      try changed("models/model.json") { $0.replacing("\"user_output\"", with: "\"loss_output\"") }
    },
    Unsound("token input", says: "of the program is token", .unsupported) {
      try changed("models/model.json") { $0.replacing("\"user_input\"", with: "\"token\"") }
    },
  ]

  // MARK: Weights

  static let weights = [
    Unsound("weight not described", says: "no weight 'head.bias'") {
      try changed("data/weights/model_weights_config.json") {
        $0.replacing("\"head.bias\"", with: "\"head.other\"")
      }
    },
    Unsound("weight file absent", says: "lacks archive/data/weights/weight_9") {
      try changed("data/weights/model_weights_config.json") {
        $0.replacing("\"weight_0\"", with: "\"weight_9\"")
      }
    },
    Unsound("weight file outside", says: "lacks archive/data/weights/../../models/model.json") {
      try changed("data/weights/model_weights_config.json") {
        $0.replacing("\"weight_0\"", with: "\"../../models/model.json\"")
      }
    },
    Unsound("weight beyond its file", says: "declares float32[3000000000, 32] beyond the 384") {
      try changed("data/weights/model_weights_config.json") {
        $0.replacing(
          #"[{"as_int":3},{"as_int":32}]"#, with: #"[{"as_int":3000000000},{"as_int":32}]"#)
      }
    },
    Unsound("sizes whose product overflows", says: "beyond the 384 bytes") {
      try changed("data/weights/model_weights_config.json") {
        $0.replacing(
          #"[{"as_int":3},{"as_int":32}]"#,
          with: #"[{"as_int":9223372036854775807},{"as_int":9223372036854775807}]"#)
      }
    },
    Unsound("negative offset", says: "beyond the") {
      try changed("data/weights/model_weights_config.json") {
        $0.replacing(#""storage_offset":{"as_int":0}"#, with: #""storage_offset":{"as_int":-1}"#)
      }
    },
    Unsound("a few elements repeated without end", says: "repeats its elements") {
      try changed("data/weights/model_weights_config.json") {
        $0.replacing(
          #"[{"as_int":3},{"as_int":32}]"#, with: #"[{"as_int":3000000000},{"as_int":32}]"#
        ).replacing(
          #"[{"as_int":32},{"as_int":1}]"#, with: #"[{"as_int":0},{"as_int":1}]"#)
      }
    },
    Unsound("weight and graph disagree", says: "but the graph says float32[3, 32]") {
      try changed("data/weights/model_weights_config.json") {
        $0.replacing(#"[{"as_int":3},{"as_int":32}]"#, with: #"[{"as_int":2},{"as_int":32}]"#)
      }
    },
    Unsound("sparse weight", says: "is not a dense tensor", .unsupported) {
      try changed("data/weights/model_weights_config.json") {
        $0.replacing(#""layout":7"#, with: #""layout":1"#)
      }
    },
    Unsound("NaN", says: "holds NaN") { try withFirstWeight(bitPattern: 0x7FC0_0001) },
    Unsound("infinity", says: "holds infinity") { try withFirstWeight(bitPattern: 0xFF80_0000) },
  ]

  // MARK: Files of other kinds

  static let otherFiles = [
    Unsound("empty", says: "the file is empty") { [] },
    Unsound("text", says: "not a model file that is known", .unsupported) { Array("hello".utf8) },
    Unsound("pickle", says: "this is a Python pickle", .unsupported) { [0x80, 2, 0x7D, 0x71, 0] },
    Unsound("ONNX", says: "this is an ONNX model", .unsupported) { [8, 7, 0x12, 7, 112, 121] },
    Unsound("HDF5", says: "this is an HDF5 file", .unsupported) {
      [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]
    },
    Unsound("safetensors", says: "this is a safetensors file", .unsupported) {
      [2, 0, 0, 0, 0, 0, 0, 0] + Array("{}".utf8)
    },
    Unsound("TensorFlow Lite", says: "TensorFlow Lite", .unsupported) {
      [0x1C, 0, 0, 0] + Array("TFL3".utf8)
    },
    Unsound("pointer of Git LFS", says: "git lfs pull") {
      Array("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n".utf8)
    },
    Unsound("checkpoint", says: "a checkpoint of torch.save", .unsupported) {
      ZipBuilder([.init("archive/data.pkl", [0x80, 2]), .init("archive/data/0", [])]).bytes
    },
    Unsound("TorchScript", says: "TorchScript archive", .unsupported) {
      ZipBuilder([.init("m/constants.pkl", []), .init("m/data.pkl", [])]).bytes
    },
    Unsound("older export", says: "PyTorch before 2.9", .unsupported) {
      ZipBuilder([.init("serialized_exported_program.json", [])]).bytes
    },
    Unsound("other zip", says: "without an exported program", .unsupported) {
      ZipBuilder([.init("readme.txt", [])]).bytes
    },
  ]

  // MARK: Making sound archives unsound

  private static func edited(_ edit: (inout [ZipBuilder.Entry]) -> Void) throws -> [UInt8] {
    var entries = try Fixture.entries("static-batch")
    edit(&entries)
    return ZipBuilder(entries).bytes
  }

  private static func added(_ name: String) throws -> [UInt8] {
    try edited { $0.append(.init(name, [])) }
  }

  /// The archive with another text in one entry; the text must change.
  private static func changed(
    _ ending: String, _ change: (String) -> String
  ) throws -> [UInt8] {
    var entries = try Fixture.entries("static-batch")
    let index = try #require(entries.firstIndex { $0.name.hasSuffix(ending) })
    let text = String(decoding: entries[index].content, as: UTF8.self)
    let changed = change(text)
    try #require(changed != text, "nothing was changed in \(ending)")
    entries[index].content = Array(changed.utf8)
    return ZipBuilder(entries).bytes
  }

  private static func withFirstWeight(bitPattern: UInt32) throws -> [UInt8] {
    try edited { entries in
      for index in entries.indices where entries[index].name.hasSuffix("weight_0") {
        entries[index].content.replaceSubrange(
          0..<4, with: withUnsafeBytes(of: bitPattern.littleEndian, Array.init))
      }
    }
  }
}
