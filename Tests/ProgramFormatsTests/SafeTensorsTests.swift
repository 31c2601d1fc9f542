import Foundation
import ProgramFormats
import Testing

@Suite struct SafeTensorsTests {
  private let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
  private let example = SafeTensors(
    [
      "a.weight": .init(sizes: [2, 3], values: [1, -2, 3.5, .infinity, 0, 1e-38]),
      "b": .init(sizes: [], values: [7]), "none": .init(sizes: [0, 4], values: []),
    ],
    metadata: ["note": "äö \"quoted\""])

  private func read(_ bytes: Data) throws -> SafeTensors {
    defer { try? FileManager.default.removeItem(at: file) }
    try bytes.write(to: file)
    return try SafeTensors(contentsOf: file.path)
  }

  private func written() throws -> Data {
    defer { try? FileManager.default.removeItem(at: file) }
    try example.write(to: file.path)
    return try Data(contentsOf: file)
  }

  private func bytes(header: String, numbers: Int = 0) -> Data {
    withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Data($0) }
      + Data(header.utf8) + Data(repeating: 0, count: numbers)
  }

  @Test func comesBackAsItWas() throws {
    #expect(try read(written()) == example)
    #expect(throws: SafeTensorsError.missing(file.path)) {
      try SafeTensors(contentsOf: file.path)
    }
  }

  @Test func nothingShorterIsAccepted() throws {
    let whole = try written()
    for count in 0..<whole.count {
      #expect(throws: SafeTensorsError.self) { try read(whole.prefix(count)) }
    }
  }

  @Test(arguments: [
    "{}}", "[]", #"{"a":{"dtype":"F64","shape":[1],"data_offsets":[0,4]}}"#,
    #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#,
    #"{"a":{"dtype":"F32","shape":[-1,-1],"data_offsets":[0,4]}}"#,
    #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}"#,
    #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[5,9]}}"#,
    #"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}"#,
    #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}"#, #"{"a":7}"#,
  ]) func headersThatLieAreRefused(header: String) throws {
    #expect(throws: SafeTensorsError.self) { try read(bytes(header: header, numbers: 8)) }
  }

  @Test func aHeaderMayNotBeLongerThanTheFile() {
    #expect(throws: SafeTensorsError.self) { try read(Data(repeating: 0xff, count: 64)) }
  }
}
