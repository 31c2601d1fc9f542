import Foundation
import InferenceProtocol
import Testing

@Suite("The binary form of tensors") struct BinaryTests {
  /// Two tensors, one with data in JSON between them, put together by hand.
  private func body(
    header: String? = nil, tail: [UInt8]? = nil, length: Int? = nil
  ) -> MessageBody {
    let json = Data(
      (header
        ?? """
        {"inputs":[{"name":"a","shape":[2],"datatype":"FP32","parameters":{"binary_data_size":8}},\
        {"name":"b","shape":[1],"datatype":"INT32","data":[5]},\
        {"name":"c","shape":[2],"datatype":"BYTES","parameters":{"binary_data_size":11}}]}
        """).utf8)
    // 1.0, −2.0; “abc” and “”, each behind its length.
    let bytes: [UInt8] =
      tail ?? [0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0] + [3, 0, 0, 0, 0x61, 0x62, 0x63] + [0, 0, 0, 0]
    return MessageBody(bytes: json + bytes, headerLength: length ?? json.count)
  }

  @Test("Bytes laid out by hand are read in the order of the tensors")
  func layout() throws {
    let request = try InferenceRequest(decoding: body())
    #expect(request.inputs[0].contents == .fp32([1, -2]))
    #expect(request.inputs[1].contents == .int32([5]))
    #expect(request.inputs[2].contents == .bytes([Data("abc".utf8), Data()]))
    #expect(request.inputs[2].contents.texts == ["abc", ""])
    // The size is a matter of the wire; it does not stay among the parameters.
    #expect(request.inputs[0].parameters.isEmpty)
  }

  @Test("What is written is laid out the same way")
  func writing() throws {
    let request = try InferenceRequest(decoding: body())
    let written = try request.encoded(binary: { $0.name != "b" })
    #expect(written.contentType == "application/octet-stream")
    let length = try #require(written.headerLength)
    #expect(Array(written.bytes.dropFirst(length)) == Array(body().bytes.suffix(19)))
    #expect(try InferenceRequest(decoding: written) == request)
  }

  @Test("A body that is cut anywhere is refused, and so is one with a byte too many")
  func truncations() throws {
    let whole = body()
    for end in 0..<whole.bytes.count {
      #expect(throws: ProtocolError.self, "cut at \(end)") {
        try InferenceRequest(
          decoding: MessageBody(bytes: whole.bytes.prefix(end), headerLength: whole.headerLength))
      }
    }
    #expect(throws: ProtocolError.self) {
      try InferenceRequest(
        decoding: MessageBody(bytes: whole.bytes + [0], headerLength: whole.headerLength))
    }
  }

  @Test(
    "The header that tells where the JSON ends must be a length within the body",
    arguments: ["", "-1", "+3", " 3", "3 ", "0x3", "1e3", "11", "99999999999999999999", "٣"])
  func headerLengths(field: String) {
    #expect(throws: ProtocolError.self) {
      try MessageBody(bytes: Data("0123456789".utf8), headerLengthField: field)
    }
  }

  @Test("A length within the body is taken, and none means that all is JSON")
  func soundHeaderLengths() throws {
    let bytes = Data("0123456789".utf8)
    #expect(try MessageBody(bytes: bytes, headerLengthField: "10").headerLength == 10)
    #expect(try MessageBody(bytes: bytes, headerLengthField: nil).headerLength == nil)
  }

  @Test(
    "Sizes that lie are refused before memory is taken",
    arguments: [
      (#"[2],"datatype":"FP32","parameters":{"binary_data_size":7}"#, 8),
      (#"[2],"datatype":"FP32","parameters":{"binary_data_size":9}"#, 9),
      (#"[2],"datatype":"FP32","parameters":{"binary_data_size":-8}"#, 8),
      (#"[2],"datatype":"FP32","parameters":{"binary_data_size":"8"}"#, 8),
      (#"[2],"datatype":"FP32","parameters":{"binary_data_size":8.5}"#, 8),
      (#"[2],"datatype":"FP32","parameters":{"binary_data_size":9223372036854775807}"#, 8),
      (#"[2],"datatype":"FP32","parameters":{"binary_data_size":8},"data":[1,2]"#, 8),
      (#"[60000000],"datatype":"BYTES","parameters":{"binary_data_size":8}"#, 8),
      (#"[1],"datatype":"BOOL","parameters":{"binary_data_size":1}"#, 1),
    ])
  func lies(member: String, count: Int) {
    let header = #"{"inputs":[{"name":"x","shape":"# + member + "}]}"
    #expect(throws: ProtocolError.self) {
      try InferenceRequest(
        decoding: body(header: header, tail: Array(repeating: 2, count: count)))
    }
  }

  @Test("A string that claims to be longer than the body is refused")
  func longString() {
    let header = """
      {"inputs":[{"name":"x","shape":[1],"datatype":"BYTES","parameters":{"binary_data_size":8}}]}
      """
    for tail: [UInt8] in [
      [255, 255, 255, 255, 0, 0, 0, 0], [5, 0, 0, 0, 0, 0, 0, 0], [3, 0, 0, 0, 0, 0, 0, 0],
    ] {
      #expect(throws: ProtocolError.self) {
        try InferenceRequest(decoding: body(header: header, tail: tail))
      }
    }
  }
}
