import Foundation
import InferenceProtocol
import Testing

@Suite("Requests and answers") struct RequestTests {
  @Test("A request written by hand from the specification is read, nested or flat")
  func handwrittenRequest() throws {
    for data in ["[[1,2.5],[3,-4e-3]]", "[1, 2.5, 3.0, -0.004]"] {
      let request = try InferenceRequest(
        json: """
          {"id": "42", "parameters": {"sequence": 7, "ratio": 0.5, "on": true, "who": "me", "odd": [1]},
           "inputs": [
             {"name": "a", "shape": [2, 2], "datatype": "FP32", "data": \(data),
              "parameters": {"content_type": "np"}},
             {"name": "b", "shape": [3], "datatype": "BOOL", "data": [true, false, true]}],
           "outputs": [{"name": "c"}, {"name": "d", "parameters": {"binary_data": true}}]}
          """)
      #expect(request.id == "42")
      // A list is no value that the protocol knows; it is left out.
      #expect(
        request.parameters
          == ["sequence": .integer(7), "ratio": .real(0.5), "on": .truth(true), "who": .text("me")])
      #expect(request.inputs.map(\.name) == ["a", "b"])
      #expect(request.inputs[0].contents == .fp32([1, 2.5, 3, -0.004]))
      #expect(request.inputs[0].parameters.text("content_type") == "np")
      #expect(request.inputs[1].contents == .bool([true, false, true]))
      #expect(request.outputs?.map(\.name) == ["c", "d"])
      #expect(!request.wantsBinary("c") && request.wantsBinary("d"))
    }
  }

  @Test("An output says for itself whether it comes in binary form, else the request does")
  func binaryWishes() throws {
    let request = try InferenceRequest(
      json: """
        {"parameters": {"binary_data_output": true}, "inputs": [],
         "outputs": [{"name": "c", "parameters": {"binary_data": false}}, {"name": "d"}]}
        """)
    #expect(!request.wantsBinary("c") && request.wantsBinary("d"))
  }

  @Test(
    "Every datatype is read from JSON",
    arguments: [
      ("BOOL", "[true,false]", TensorContents.bool([true, false])),
      ("UINT8", "[0,255]", .uint8([0, 255])), ("UINT16", "[0,65535]", .uint16([0, 65_535])),
      ("UINT32", "[0,4294967295]", .uint32([0, .max])),
      ("UINT64", "[0,18446744073709551615]", .uint64([0, .max])),
      ("INT8", "[-128,127]", .int8([-128, 127])), ("INT16", "[-32768,1]", .int16([.min, 1])),
      ("INT32", "[-2147483648,1]", .int32([.min, 1])),
      ("INT64", "[-9223372036854775808,9007199254740993]", .int64([.min, 9_007_199_254_740_993])),
      ("FP16", "[0.5,-65504]", .fp16([0.5, -65_504])), ("FP32", "[0.1,1]", .fp32([0.1, 1])),
      ("FP64", "[0.1,1e300]", .fp64([0.1, 1e300])),
      ("BYTES", "[\"a\",\"ü\"]", .bytes([Data("a".utf8), Data("ü".utf8)])),
    ])
  func datatypes(name: String, data: String, contents: TensorContents) throws {
    let request = try InferenceRequest(json: oneInput(name, shape: "[2]", data: data))
    #expect(request.inputs[0].contents == contents)
    #expect(contents.datatype.rawValue == name)
    // Our own JSON and our own bytes are read back as the same.
    let inJSON = try request.encoded()
    #expect(inJSON.headerLength == nil)
    #expect(try InferenceRequest(decoding: inJSON) == request)
    let inBytes = try request.encoded(binary: { _ in true })
    #expect(try InferenceRequest(decoding: inBytes) == request)
  }

  @Test("Single precision survives JSON to the bit")
  func floatsSurvive() throws {
    var pattern: UInt32 = 1
    let values = (0..<5_000).map { _ -> Float in
      pattern = pattern &* 1_664_525 &+ 1_013_904_223
      let value = Float(bitPattern: pattern)
      return value.isFinite ? value : .leastNonzeroMagnitude
    }
    let request = InferenceRequest(
      inputs: [InferenceTensor(name: "x", shape: [values.count], contents: .fp32(values))])
    let read = try InferenceRequest(decoding: request.encoded())
    guard case .fp32(let back) = read.inputs[0].contents else {
      Issue.record("other contents")
      return
    }
    #expect(back.map(\.bitPattern) == values.map(\.bitPattern))
  }

  @Test("An answer of MLServer is read, with members of its own")
  func handwrittenAnswer() throws {
    let answer = try InferenceResponse(
      decoding: MessageBody(
        bytes: Data(
          """
          {"model_name":"digits","model_version":null,"id":"6b1c","parameters":{},"outputs":[
            {"name":"predict","shape":[2,1],"datatype":"INT64","parameters":{"content_type":"np"},
             "data":[7,3]}], "extra": {"x": 1}}
          """.utf8)))
    #expect(answer.modelName == "digits")
    #expect(answer.modelVersion == nil)
    #expect(answer[output: "predict"]?.contents.integers == [7, 3])
    #expect(answer[output: "predict"]?.shape == [2, 1])
    #expect(answer[output: "other"] == nil)
  }

  @Test("NaN is refused in JSON, with the tensor's name, and passes in binary form")
  func notANumber() throws {
    let answer = InferenceResponse(
      modelName: "m",
      outputs: [InferenceTensor(name: "scores", shape: [1], contents: .fp32([.nan]))])
    let error = #expect(throws: ProtocolError.self) { try answer.encoded() }
    #expect(error?.reason == .unrepresentable)
    #expect(error?.description.contains("“scores”") == true)
    let read = try InferenceResponse(decoding: answer.encoded(binary: { _ in true }))
    #expect(read.outputs[0].contents.reals?[0].isNaN == true)
  }
}

extension InferenceRequest {
  init(json: String) throws(ProtocolError) {
    try self.init(decoding: MessageBody(bytes: Data(json.utf8)))
  }
}

func oneInput(_ datatype: String, shape: String, data: String) -> String {
  """
  {"inputs": [{"name": "x", "shape": \(shape), "datatype": "\(datatype)", "data": \(data)}]}
  """
}
