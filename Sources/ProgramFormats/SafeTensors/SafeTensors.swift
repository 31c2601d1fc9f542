import Foundation

/// Named Float32 tensors with notes, as a safetensors file keeps them.
///
/// The format: the length of a header in eight bytes, the header as JSON, and the numbers, all
/// little-endian. Nothing in it can run.
public struct SafeTensors: Hashable, Sendable {
  /// One tensor.
  public struct Entry: Hashable, Sendable {
    /// Its sizes.
    public var sizes: [Int]
    /// Its numbers, row by row.
    public var values: [Float]

    /// A tensor.
    ///
    /// - Precondition: there are as many numbers as the sizes say.
    public init(sizes: [Int], values: [Float]) {
      precondition(sizes.reduce(1, *) == values.count, "\(values.count) numbers for \(sizes)")
      self.sizes = sizes
      self.values = values
    }
  }

  /// The tensors by name.
  public var entries: [String: Entry]
  /// Notes by name.
  public var metadata: [String: String]

  /// Tensors with notes.
  public init(_ entries: [String: Entry] = [:], metadata: [String: String] = [:]) {
    self.entries = entries
    self.metadata = metadata
  }

  /// The key of the notes among the names.
  static let metadataKey = "__metadata__"
}

extension SafeTensors {
  /// What a header says of a tensor.
  struct Description: Codable {
    var dtype: String
    var shape: [Int]
    var data_offsets: [Int]
  }

  /// Writes a file, in one go: an earlier file of that name stays until the new one is complete.
  ///
  /// - Throws: ``SafeTensorsError/unwritable(_:_:)``.
  public func write(to path: String) throws(SafeTensorsError) {
    do throws(FileReplacement.Failure) {
      try FileReplacement.write(encoded(), to: path)
    } catch {
      throw .unwritable(path, error.description)
    }
  }

  /// The bytes of the file.
  private func encoded() -> Data {
    var numbers = Data()
    var header: [String: HeaderValue] = [Self.metadataKey: .notes(metadata)]
    for (name, entry) in entries.sorted(by: { $0.key < $1.key }) {
      let start = numbers.count
      // Every platform of ours is little-endian.
      entry.values.withUnsafeBytes { numbers.append(contentsOf: $0) }
      header[name] = .tensor(
        Description(dtype: "F32", shape: entry.sizes, data_offsets: [start, numbers.count]))
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Names and numbers always have a JSON form.
    var text = (try? encoder.encode(header)) ?? Data()
    text.append(contentsOf: [UInt8](repeating: 0x20, count: (8 - text.count % 8) % 8))
    let length = withUnsafeBytes(of: UInt64(text.count).littleEndian) { Data($0) }
    return length + text + numbers
  }

  /// Reads a file.
  ///
  /// - Throws: ``SafeTensorsError``, also for tensors of other types than Float32.
  public init(contentsOf path: String) throws(SafeTensorsError) {
    guard FileManager.default.fileExists(atPath: path) else { throw .missing(path) }
    guard let data = try? Data(contentsOf: URL(filePath: path), options: .mappedIfSafe) else {
      throw .malformed(path, "it cannot be read")
    }
    guard data.count >= 8 else { throw .malformed(path, "it is shorter than its header") }
    let length = data.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(data.count - 8) else {
      throw .malformed(path, "it is shorter than its header")
    }
    let start = 8 + Int(length)
    guard
      let header = try? JSONDecoder().decode(
        [String: HeaderValue].self, from: data.subdata(in: 8..<start))
    else { throw .malformed(path, "its header cannot be read") }
    self.init()
    for (name, value) in header {
      switch value {
      case .notes(let notes): metadata = notes
      case .tensor(let description):
        guard let entry = Entry(description, in: data, from: start) else {
          throw .malformed(path, "the tensor \(name) is not Float32 numbers inside the file")
        }
        entries[name] = entry
      }
    }
  }

  /// What stands beside a name in the header.
  private enum HeaderValue: Codable {
    case notes([String: String])
    case tensor(Description)

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let description = try? container.decode(Description.self) {
        self = .tensor(description)
      } else {
        self = .notes(try container.decode([String: String].self))
      }
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .notes(let notes): try container.encode(notes)
      case .tensor(let description): try container.encode(description)
      }
    }
  }
}

extension SafeTensors.Entry {
  /// What a header describes; nothing if it does not fit the file.
  fileprivate init?(_ description: SafeTensors.Description, in data: Data, from start: Int) {
    let offsets = description.data_offsets
    guard description.dtype == "F32", offsets.count == 2, offsets[0] >= 0,
      offsets[0] <= offsets[1], offsets[1] <= data.count - start,
      description.shape.allSatisfy({ $0 >= 0 })
    else { return nil }
    var count = 1
    for size in description.shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      if overflow { return nil }
      count = product
    }
    guard count <= data.count / 4, offsets[1] - offsets[0] == 4 * count else { return nil }
    let values = data.withUnsafeBytes { bytes in
      (0..<count).map { index in
        Float(
          bitPattern: UInt32(
            littleEndian: bytes.loadUnaligned(
              fromByteOffset: start + offsets[0] + 4 * index, as: UInt32.self)))
      }
    }
    self.init(sizes: description.shape, values: values)
  }
}
