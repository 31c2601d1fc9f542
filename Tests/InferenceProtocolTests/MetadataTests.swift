import Foundation
import InferenceProtocol
import Testing

@Suite("Metadata and health") struct MetadataTests {
  @Test("Metadata of a model are read as Triton and MLServer write them")
  func modelMetadata() throws {
    let triton = try ModelMetadata(
      decoding: Data(
        """
        {"name":"mnist","versions":["1"],"platform":"onnxruntime_onnx",
         "inputs":[{"name":"x","datatype":"FP32","shape":[-1,1,28,28]}],
         "outputs":[{"name":"y","datatype":"FP32","shape":[-1,10]}]}
        """.utf8))
    #expect(triton.inputs[0].shape == [-1, 1, 28, 28])
    #expect(triton.inputs[0].datatype == .fp32)
    #expect(triton.versions == ["1"])
    let mlServer = try ModelMetadata(
      decoding: Data(#"{"name":"digits","versions":[],"platform":"","parameters":{}}"#.utf8))
    #expect(mlServer.inputs.isEmpty && mlServer.outputs.isEmpty)
  }

  @Test("Messages are written under the names of the protocol")
  func writing() {
    func text(_ message: some JSONMessage) -> String {
      String(decoding: message.encoded(), as: UTF8.self)
    }
    #expect(text(ServerLiveness(live: true)) == #"{"live":true}"#)
    #expect(text(Readiness(ready: false)) == #"{"ready":false}"#)
    #expect(text(Readiness(name: "m", ready: true)) == #"{"name":"m","ready":true}"#)
    #expect(text(ErrorMessage(error: "no")) == #"{"error":"no"}"#)
    #expect(
      text(ServerMetadata(name: "s", version: "1", extensions: ["binary_tensor_data"]))
        == #"{"extensions":["binary_tensor_data"],"name":"s","version":"1"}"#)
    let tensor = TensorMetadata(name: "x", datatype: .bytes, shape: [-1])
    #expect(
      text(ModelMetadata(name: "m", platform: "p", inputs: [tensor], outputs: []))
        == #"{"inputs":[{"datatype":"BYTES","name":"x","shape":[-1]}],"name":"m","outputs":[],"platform":"p"}"#
    )
  }

  @Test("A message that is none is refused in a sentence")
  func refusal() {
    let error = #expect(throws: ProtocolError.self) {
      try ServerLiveness(decoding: Data("<html>".utf8))
    }
    #expect(error?.description == "the answer is no valid JSON")
  }
}
