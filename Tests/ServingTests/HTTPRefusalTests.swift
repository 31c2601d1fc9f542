import Dispatch
import Foundation
import Imaging
import InferenceProtocol
import Serving
import TestKit
import Testing

extension EngineTests {
  @Suite("Refusals over HTTP", .timeLimit(.minutes(10))) struct HTTPRefusalTests {
    @Test("Paths and methods that are not there")
    func paths() async throws {
      try await RunningServer.with {
        ServedClassifier(BrightnessModel())
      } _: { server in
        for path in [
          "/", "/v1", "/v2/health", "/v2/models", "/v2/models/other", "/v2/models/m/versions/2",
          "/v2/models/m/versions", "/v2/models/m/explain", "/v2/models/m/infer/x", "/v2/%2e%2e/x",
        ] {
          let answer = try await server.ask(path)
          #expect(answer.status == 404, "\(path)")
          #expect(try !answer.refusal().isEmpty)
        }
        let infer = try await server.ask("/v2/models/m/infer")
        #expect(infer.status == 405 && infer.field("Allow") == "POST")
        let delete = try await server.ask("/v2/models/m", method: "DELETE")
        #expect(delete.status == 405 && delete.field("Allow") == "GET")
      }
    }

    @Test("Inputs that do not suit the model are malformed, and the sentence says why")
    func inputs() async throws {
      let one: [Float] = [0, 0, 0, 0]
      let cases: [(InferenceRequest, String)] = [
        (request(.fp32(one), shape: [1, 2, 2, 1]), "shape"),
        (request(.fp32(one), shape: [4]), "shape"),
        (request(.fp32([])), "no pictures"),
        (request(.int32([0, 0, 0, 0])), "INT32"),
        (request(.fp32([0, 0, 0, 1.5])), "[0, 1]"),
        (request(.fp32([0, 0, 0, -0.5])), "[0, 1]"),
        (request(.fp32([0, 0, 0, .nan])), "[0, 1]"),
        (request(.fp64([0, 0, 0, .infinity])), "[0, 1]"),
        (request(.bytes([Data("no picture".utf8)]), shape: [1]), "picture 0"),
        (request(.bytes([Data(), Data(), Data(), Data()]), shape: [2, 2]), "[N]"),
        (request(.fp32(one), outputs: [RequestedOutput(name: "weights")]), "“weights”"),
        (InferenceRequest(inputs: []), "“input”"),
        (
          InferenceRequest(
            inputs: [InferenceTensor(name: "x", shape: [1, 1, 2, 2], contents: .fp32(one))]), "“x”"
        ),
      ]
      try await RunningServer.with {
        ServedClassifier(BrightnessModel())
      } _: { server in
        for (request, word) in cases {
          let answer = try await server.infer(request, binary: true)
          #expect(answer.status == 400, "\(word): \(answer.text)")
          #expect(try answer.refusal().contains(word), "\(answer.text)")
        }
        for body in ["", "{", "null", "[]", #"{"inputs":1}"#] {
          let answer = try await server.ask(
            "/v2/models/m/infer", method: "POST", body: Data(body.utf8))
          #expect(answer.status == 400, "\(body)")
        }
        let lie = try await server.ask(
          "/v2/models/m/infer", method: "POST", body: Data("{}".utf8),
          fields: [MessageBody.headerLengthField: "3"])
        #expect(lie.status == 400)
      }
    }

    @Test("Too many pictures, bytes and pixels are too large; packed bodies are not read")
    func sizes() async throws {
      let large = Data(try Picture(width: 40, height: 40, filledWith: [9]).pngData())
      try await RunningServer.with {
        $0.maximumBatch = 2
        $0.maximumBody = 4_096
        $0.maximumPixels = 2_000
      } model: {
        ServedClassifier(BrightnessModel())
      } _: { server in
        let three = try await server.infer(
          request(.fp32(Array(repeating: 0, count: 12))), binary: true)
        #expect(three.status == 413)
        let body = try await server.ask(
          "/v2/models/m/infer", method: "POST", body: Data(repeating: 32, count: 4_097))
        #expect(body.status == 413)
        let one = try await server.infer(request(.bytes([large]), shape: [1]), binary: true)
        #expect(one.status == 200)
        // Each would do; together they have too many pixels.
        let two = try await server.infer(request(.bytes([large, large]), shape: [2]), binary: true)
        #expect(two.status == 413)
        let packed = try await server.ask(
          "/v2/models/m/infer", method: "POST", body: Data("{}".utf8),
          fields: ["Content-Encoding": "gzip"])
        #expect(packed.status == 415)
      }
    }

    @Test("A body that grows beyond the limit without having said so is refused")
    func chunkedBody() async throws {
      try await RunningServer.with {
        $0.maximumBody = 1_000
      } model: {
        ServedClassifier(BrightnessModel())
      } _: { server in
        let chunk = "258\r\n" + String(repeating: " ", count: 600) + "\r\n"
        let answer = try await RawConnection(port: server.port).exchange(
          "POST /v2/models/m/infer HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
            + chunk + chunk)
        #expect(answer.hasPrefix("HTTP/1.1 413 "))
      }
    }

    @Test("Who asks too often waits, and the answer says how long")
    func rate() async throws {
      try await RunningServer.with {
        $0.predictionsPerSecond = 0.001
      } model: {
        ServedClassifier(BrightnessModel())
      } _: { server in
        #expect(try await server.infer(request(.fp32([0, 0, 0, 0]))).status == 200)
        let second = try await server.infer(request(.fp32([0, 0, 0, 0])))
        #expect(second.status == 429)
        let wait = try #require(second.field("Retry-After").flatMap { Int($0) })
        #expect((900...1_000).contains(wait))
        // Only predictions are counted.
        #expect(try await server.ask("/v2/health/live").status == 200)
      }
    }

    @Test("A request counts as often as it has pictures")
    func rateOfPictures() async throws {
      try await RunningServer.with {
        $0.predictionsPerSecond = 2
      } model: {
        ServedClassifier(BrightnessModel())
      } _: { server in
        let many = InferenceRequest(inputs: [
          InferenceTensor(
            name: "input", shape: [40, 1, 2, 2],
            contents: .fp32([Float](repeating: 0, count: 160)))
        ])
        #expect(try await server.infer(many).status == 200)
        let second = try await server.infer(request(.fp32([0, 0, 0, 0])))
        let wait = try #require(second.field("Retry-After").flatMap { Int($0) })
        #expect(second.status == 429 && (15...20).contains(wait))
      }
    }

    @Test("Many requests at once get no more than a second's worth, and bad ones cost nothing")
    func rateOfBursts() async throws {
      try await RunningServer.with {
        $0.predictionsPerSecond = 5
      } model: {
        ServedClassifier(BrightnessModel())
      } _: { server in
        func pictures(_ count: Int, _ pixel: Float) -> InferenceRequest {
          InferenceRequest(inputs: [
            InferenceTensor(
              name: "input", shape: [count, 1, 2, 2],
              contents: .fp32([Float](repeating: pixel, count: 4 * count)))
          ])
        }
        for _ in 0..<10 { #expect(try await server.infer(pictures(4, 2)).status == 400) }
        let request = pictures(4, 0)
        let statuses = try await withThrowingTaskGroup { group in
          for _ in 0..<8 { group.addTask { try await server.infer(request).status } }
          return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses.count { $0 == 200 } == 1, "\(statuses)")
        #expect(statuses.count { $0 == 429 } == 7, "\(statuses)")
      }
    }

    @Test("A body that dawdles is refused, and a silent connection closed")
    func slowClients() async throws {
      try await RunningServer.with {
        $0.timeout = .milliseconds(200)
      } model: {
        ServedClassifier(BrightnessModel())
      } _: { server in
        let slow = try await RawConnection(port: server.port).exchange(
          "POST /v2/models/m/infer HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n{")
        #expect(slow.hasPrefix("HTTP/1.1 408 "))
        #expect(try await RawConnection(port: server.port).exchange("") == "")
        #expect(try await RawConnection(port: server.port).exchange("GET /v2 HT") == "")
        #expect(try await server.ask("/v2/health/live").status == 200)
      }
    }

    @Test("What is no HTTP is a bad request")
    func noise() async throws {
      try await RunningServer.with {
        ServedClassifier(BrightnessModel())
      } _: { server in
        let answer = try await RawConnection(port: server.port).exchange(
          "\u{1}\u{2}\u{3} nonsense\r\n\r\n")
        #expect(answer.hasPrefix("HTTP/1.1 400 "))
      }
    }

    @Test(
      "A request under way is finished while the server stops, and others are refused meanwhile")
    func shutdown() async throws {
      let (passes, began) = AsyncStream.makeStream(of: Int.self)
      let gate = DispatchSemaphore(value: 0)
      let status = try await RunningServer.with {
        $0.maximumInFlight = 1
      } model: {
        ServedClassifier(
          BrightnessModel { count in
            began.yield(count)
            gate.wait()
          })
      } _: { server in
        async let first = server.infer(request(.fp32([0, 0, 0, 0])))
        for await _ in passes { break }
        let second = try await server.infer(request(.fp32([0, 0, 0, 0])))
        #expect(second.status == 503 && second.field("Retry-After") == "1")
        await server.server.stop()
        gate.signal()
        return try await first.status
      }
      #expect(status == 200)
    }
  }
}
