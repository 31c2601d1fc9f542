import Foundation
import Imaging
import InferenceProtocol
import ProgramRuntime
import Serving
import TensorModule
import TestKit
import Testing
import ThreatModels
import TrafficSigns

extension EngineTests {
  @Suite("Predictions over HTTP", .timeLimit(.minutes(10))) struct HTTPPredictionTests {
    @Test("Metadata, health and readiness")
    func metadata() async throws {
      try await RunningServer.with {
        ServedClassifier(BrightnessModel(), classNames: ["bright", "dark"])
      } _: { server in
        let about = try ServerMetadata(decoding: await server.ask("/v2").data)
        #expect(about.version == "1.2.3")
        #expect(about.extensions == ["binary_tensor_data"])
        #expect(try ServerLiveness(decoding: await server.ask("/v2/health/live").data).live)
        #expect(try Readiness(decoding: await server.ask("/v2/health/ready").data).ready)
        let ready = try Readiness(decoding: await server.ask("/v2/models/m/ready").data)
        #expect(ready == Readiness(name: "m", ready: true))
        let model = try ModelMetadata(decoding: await server.ask("/v2/models/m").data)
        #expect(model == server.server.metadata)
        #expect(
          try ModelMetadata(decoding: await server.ask("/v2/models/m/versions/1").data) == model)
        #expect(model.inputs.map(\.shape) == [[-1, 1, 2, 2]])
        #expect(model.outputs.map(\.name) == ["scores", "probabilities", "label", "name"])
        #expect(model.outputs.map(\.shape) == [[-1, 2], [-1, 2], [-1], [-1]])
      }
    }

    @Test("JSON and binary form give the bits of a direct pass through the shipped model")
    func directPass() async throws {
      let model = try signsModel()
      let count = 3
      let pixels = (0..<(count * 3 * 64 * 64)).map { Float($0 &* 2_654_435_761 % 1_009) / 1_009 }
      let logits = try model.logits(of: Tensor(pixels, shape: [count, 3, 64, 64]))
      let scores = TensorContents.fp32(logits.floats())
      let probabilities = TensorContents.fp32(logits.softmax().floats())
      let labels = logits.argmax(along: 1).integers()
      let input = InferenceTensor(
        name: "input", shape: [count, 3, 64, 64], contents: .fp32(pixels))
      try await RunningServer.with {
        ServedClassifier(try signsModel())
      } _: { server in
        for (isBinary, wantsBinary) in [(false, false), (false, true), (true, false), (true, true)]
        {
          var request = InferenceRequest(inputs: [input])
          request.wantsBinaryOutputs = wantsBinary
          let answer = try await server.infer(request, binary: isBinary)
          #expect((answer.field(MessageBody.headerLengthField) != nil) == wantsBinary)
          let response = try answer.inference()
          #expect(response[output: "scores"]?.contents == scores)
          #expect(response[output: "probabilities"]?.contents == probabilities)
          #expect(
            response[output: "label"]?.contents.integers == labels)
        }
      }
    }

    @Test("A PNG file gives what its pixels give, raw in binary form and as base64 in JSON")
    func pictureFiles() async throws {
      let model = try signsModel()
      var samples = [UInt8](repeating: 0, count: 64 * 64 * 3)
      for index in samples.indices { samples[index] = UInt8(index &* 7_919 % 251) }
      let picture = Picture(width: 64, height: 64, channels: 3, samples: samples)
      let planes = (0..<3).flatMap { channel in
        stride(from: channel, to: samples.count, by: 3).map { samples[$0] }
      }
      let logits = try model.logits(
        of: Tensor(planes.map { Float($0) / 255 }, shape: [1, 3, 64, 64]))
      let scores = TensorContents.fp32(logits.floats())
      let file = Data(try picture.pngData())
      try await RunningServer.with {
        ServedClassifier(try signsModel())
      } _: { server in
        let raw = InferenceTensor(name: "input", shape: [1], contents: .bytes([file]))
        let encoded = InferenceTensor(
          name: "input", shape: [1, 1], contents: .bytes([file.base64EncodedData()]),
          parameters: ["content_type": .text("base64")])
        let bytes = InferenceTensor(
          name: "input", shape: [1, 3, 64, 64], contents: .uint8(planes))
        for (input, isBinary) in [(raw, true), (encoded, false), (bytes, true), (bytes, false)] {
          let answer = try await server.infer(InferenceRequest(inputs: [input]), binary: isBinary)
          #expect(
            try answer.inference()[output: "scores"]?.contents == scores)
        }
      }
    }

    @Test("Only the outputs that are asked for come back, in that order, and the id with them")
    func requestedOutputs() async throws {
      try await RunningServer.with {
        ServedClassifier(BrightnessModel(), classNames: ["bright", "dark"])
      } _: { server in
        let pictures = TensorContents.fp64([1, 1, 1, 1, 0, 0.25, 0, 0])
        let wanted = ["name", "label"].map { RequestedOutput(name: $0) }
        let response = try await server.infer(request(pictures, outputs: wanted)).inference()
        #expect(response.id == "7")
        #expect(response.modelName == "m" && response.modelVersion == "1")
        #expect(response.outputs.map(\.name) == ["name", "label"])
        #expect(response[output: "label"]?.contents == .int64([0, 1]))
        #expect(response[output: "name"]?.contents.texts == ["bright", "dark"])
        let versioned = try await server.infer(
          request(pictures), path: "/v2/models/m/versions/1/infer"
        ).inference()
        #expect(versioned[output: "scores"]?.contents == .fp32([4, 1, 0.25, 1]))
      }
    }

    @Test("With labels only, no number of the model leaves the server")
    func labelsOnly() async throws {
      try await RunningServer.with {
        $0.isLabelsOnly = true
      } model: {
        ServedClassifier(BrightnessModel())
      } _: { server in
        let black = TensorContents.fp32([0, 0, 0, 0])
        let response = try await server.infer(request(black)).inference()
        #expect(response.outputs.map(\.name) == ["label"])
        #expect(server.server.metadata.outputs.map(\.name) == ["label"])
        for hidden in ["scores", "probabilities"] {
          let answer = try await server.infer(
            request(black, outputs: [RequestedOutput(name: hidden)]))
          #expect(answer.status == 400)
          #expect(try answer.refusal().contains("label"))
        }
      }
    }

    @Test("Rounded probabilities come without the logits that would give them away")
    func rounding() async throws {
      try await RunningServer.with {
        $0.decimals = 2
      } model: {
        ServedClassifier(BrightnessModel())
      } _: { server in
        let response = try await server.infer(request(.fp32([0, 0, 0, 0]))).inference()
        #expect(response.outputs.map(\.name) == ["probabilities", "label"])
        // 1 / (1 + e) = 0.2689…
        #expect(response[output: "probabilities"]?.contents == .fp32([0.27, 0.73]))
      }
    }

    @Test("Requests that come together share one pass, and each gets its own rows")
    func batching() async throws {
      try await RunningServer.with {
        $0.maximumBatch = 4
        // The fourth picture ends the wait; the window alone would fail the test's time limit.
        $0.batchWindow = .seconds(600)
      } model: {
        ServedClassifier(BrightnessModel())
      } _: { server in
        let sums = try await withThrowingTaskGroup(of: (Int, Float?).self) { group in
          for number in 0..<4 {
            group.addTask {
              let level = Float(number) / 4
              let answer = try await server.infer(
                request(.fp32([level, level, level, level])), binary: true)
              guard case .fp32(let row) = try answer.inference()[output: "scores"]?.contents else {
                return (number, nil)
              }
              return (number, row[0])
            }
          }
          return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        #expect(sums == [0: 0, 1: 1, 2: 2, 3: 3])
        #expect(await server.server.passes == 1)
      }
    }

    @Test("Scores that are no numbers are a failure of the server, told without its inside")
    func notFinite() async throws {
      try await RunningServer.with {
        ServedClassifier(BrokenModel())
      } _: { server in
        let answer = try await server.infer(request(.fp32([0, 0, 0, 0])))
        #expect(answer.status == 500)
        #expect(try answer.refusal() == "the model gives no finite scores for these pictures")
        #expect(try await server.infer(request(.fp32([1, 1, 1, 1]))).status == 200)
      }
    }
  }
}
