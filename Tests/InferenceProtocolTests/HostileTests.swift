import Foundation
import InferenceProtocol
import Testing

@Suite("Messages that contradict themselves") struct HostileTests {
  @Test(
    "A refusal names the place",
    arguments: [
      ("", "no valid JSON"), ("[]", "its content"), ("{", "no valid JSON"),
      ("{}", "“inputs”"), (#"{"inputs": 3}"#, "“inputs”"),
      (#"{"inputs": [{"name": "x"}]}"#, "“inputs[0].shape”"),
      (oneInput("FP32", shape: "[1]", data: #"["one"]"#), "“inputs[0].data[0]”"),
      (oneInput("FP32", shape: "[1]", data: "[NaN]"), "no valid JSON"),
      (oneInput("FP32", shape: "[1]", data: "[1e39]"), "“inputs[0].data[0]”"),
      (oneInput("FP16", shape: "[1]", data: "[70000]"), "“x”"),
      (oneInput("FP64", shape: "[1]", data: "[1e999]"), "inputs[0].data[0]"),
      (oneInput("UINT8", shape: "[1]", data: "[256]"), "“inputs[0].data[0]”"),
      (oneInput("UINT8", shape: "[1]", data: "[-1]"), "“inputs[0].data[0]”"),
      (oneInput("UINT8", shape: "[1]", data: "[0.5]"), "“inputs[0].data[0]”"),
      (oneInput("BOOL", shape: "[1]", data: "[1]"), "“inputs[0].data[0]”"),
      (oneInput("FP32", shape: "[1]", data: "[null]"), "“inputs[0].data[0]”"),
      (oneInput("FP31", shape: "[1]", data: "[1]"), "FP31"),
      (oneInput("FP32", shape: "[1.5]", data: "[1]"), "“inputs[0].shape”"),
      (oneInput("FP32", shape: "[2]", data: "null"), "inputs[0].data"),
    ])
  func places(json: String, place: String) {
    let error = #expect(throws: ProtocolError.self) { try InferenceRequest(json: json) }
    #expect(error?.description.contains(place) == true, "\(error?.description ?? "none")")
  }

  @Test(
    "Data that do not agree with the shape are refused",
    arguments: [
      ("[2]", "[1]"), ("[2]", "[1,2,3]"), ("[2,2]", "[[1,2],[3]]"), ("[2,2]", "[[1,2]]"),
      ("[2,2]", "[[1,2],3]"), ("[2,2]", "[1,2,[3,4]]"), ("[4]", "[[1,2],[3,4]]"),
      ("[2,2]", "[[[1,2]],[[3,4]]]"), ("[2,2]", "[[1,2,3,4]]"), ("[0]", "[1]"), ("[]", "[]"),
      ("[0,9223372036854775807,9223372036854775807]", "[1]"),
    ])
  func disagreements(shape: String, data: String) {
    #expect(throws: ProtocolError.self) {
      try InferenceRequest(json: oneInput("FP32", shape: shape, data: data))
    }
  }

  @Test("No elements and no dimensions are shapes too")
  func emptyTensors() throws {
    let none = try InferenceRequest(json: oneInput("FP32", shape: "[2,0]", data: "[[],[]]"))
    #expect(none.inputs[0].contents == .fp32([]))
    let scalar = try InferenceRequest(json: oneInput("FP32", shape: "[]", data: "[7]"))
    #expect(scalar.inputs[0].contents == .fp32([7]))
  }

  @Test(
    "Shapes that overflow, are negative or exceed the limits are refused without their memory",
    arguments: [
      "[-1]", "[-1,-1]", "[9223372036854775807,2]", "[4294967296,4294967296]", "[1000000000]",
      "[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]", "[99999999999999999999]",
    ])
  func shapes(shape: String) {
    #expect(throws: ProtocolError.self) {
      try InferenceRequest(json: oneInput("FP32", shape: shape, data: "[1]"))
    }
    #expect(throws: ProtocolError.self) {
      let json = Data(
        """
        {"inputs":[{"name":"x","shape":\(shape),"datatype":"FP32",\
        "parameters":{"binary_data_size":0}}]}
        """.utf8)
      return try InferenceRequest(decoding: MessageBody(bytes: json, headerLength: json.count))
    }
  }

  @Test("The caller's limits hold, and say so")
  func limits() throws {
    let json = Data(oneInput("FP32", shape: "[3]", data: "[1,2,3]").utf8)
    let body = MessageBody(bytes: json)
    _ = try InferenceRequest(decoding: body, within: ProtocolLimits(elements: 3))
    let error = #expect(throws: ProtocolError.self) {
      try InferenceRequest(decoding: body, within: ProtocolLimits(elements: 2))
    }
    #expect(error?.reason == .tooLarge)
    // Elements beyond the limit are not even read, whatever the shape says of them.
    let many = "[1" + String(repeating: ",1", count: 20_000) + "]"
    let listed = #expect(throws: ProtocolError.self) {
      try InferenceRequest(
        decoding: MessageBody(bytes: Data(oneInput("FP32", shape: "[1]", data: many).utf8)),
        within: ProtocolLimits(elements: 1))
    }
    #expect(listed?.reason == .tooLarge)
    let tensors = #expect(throws: ProtocolError.self) {
      try InferenceRequest(decoding: body, within: ProtocolLimits(tensors: 0))
    }
    #expect(tensors?.reason == .tooLarge)
  }

  @Test("Deep nesting and two tensors of one name are refused")
  func nestingAndNames() {
    let deep = String(repeating: "[", count: 100_000)
    #expect(throws: ProtocolError.self) {
      try InferenceRequest(json: oneInput("FP32", shape: "[1,1]", data: deep))
    }
    let tensor = #"{"name":"x","shape":[1],"datatype":"FP32","data":[1]}"#
    #expect(throws: ProtocolError.self) {
      try InferenceRequest(json: #"{"inputs":[\#(tensor),\#(tensor)]}"#)
    }
  }

  @Test("Control characters of a stranger's name do not reach the sentence")
  func safeSentences() {
    let error = #expect(throws: ProtocolError.self) {
      try InferenceRequest(
        json: #"{"inputs":[{"name":"\u001b[2J","shape":[-1],"datatype":"FP32","data":[]}]}"#)
    }
    #expect(error?.description.contains("\u{1B}") == false)
  }
}
