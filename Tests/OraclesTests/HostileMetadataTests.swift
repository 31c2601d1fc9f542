import Foundation
import InferenceProtocol
import Synchronization
import TensorModule
import TestKit
import Testing
import ThreatModels

@testable import Oracles

extension EngineTests {
  /// Metadata that would cost a client its memory, and what else a server may say.
  @Suite struct HostileMetadataTests {
    private static let label = #"{"name": "label", "datatype": "INT64", "shape": [-1]}"#
    private static let scores = #"{"name": "scores", "datatype": "FP32", "shape": [-1, 3]}"#

    /// What a server was asked.
    private final class Requests: Sendable {
      private let all = Mutex<[FaultyServer.Request]>([])
      var list: [FaultyServer.Request] { all.withLock(\.self) }

      func append(_ request: FaultyServer.Request) { all.withLock { $0.append(request) } }
    }

    /// A model on a server that keeps what it is asked.
    private struct Server {
      let requests = Requests()
      let server: FaultyServer

      init(shape: String, outputs: [String]) throws {
        server = try FaultyServer { [requests] request, _ in
          requests.append(request)
          if request.method == "POST" {
            return .json(
              #"""
              {"model_name": "x", "outputs": [
                {"name": "label", "datatype": "INT64", "shape": [1], "data": [2]},
                {"name": "scores", "datatype": "FP32", "shape": [1, 3], "data": [0, 1, 2]}]}
              """#)
          }
          let input = #"{"name": "input", "datatype": "UINT8", "shape": \#(shape)}"#
          return .json(
            #"{"name": "x", "inputs": [\#(input)], "outputs": [\#(outputs.joined(separator: ","))]}"#
          )
        }
      }

      func model(
        _ address: String = "/v2/models/x", _ options: OpenInferenceOptions = OpenInferenceOptions()
      ) throws(OracleError) -> OpenInferenceOracle {
        try OpenInferenceOracle(server.address + address, options: options, settings: .quick)
      }
    }

    @Test(arguments: [
      "[-1, 3, 4611686018427387904, 4611686018427387904]", "[-1, 3, 200000, 200000]",
      "[-1, 3, 65535, 65535]", "[4611686018427387904, 4611686018427387904, 3]",
    ])
    func shapesBeyondReason(shape: String) throws {
      let server = try Server(shape: shape, outputs: [Self.scores])
      defer { server.server.end() }
      let error = #expect(throws: OracleError.self) { try server.model() }
      let sentence = try #require(error?.description)
      #expect(sentence.hasSuffix("which is more than a picture may have"), "\(sentence)")
    }

    @Test func classesBeyondReason() throws {
      let many = #"{"name": "scores", "datatype": "FP32", "shape": [-1, 4611686018427387904]}"#
      let server = try Server(shape: "[-1, 3, 4, 4]", outputs: [many])
      defer { server.server.end() }
      let error = #expect(throws: OracleError.self) { try server.model() }
      #expect(error?.description.hasSuffix("classes, which is too many") == true)
    }

    private static let escape =
      #"\u001b[31mred\nhush-hush\u202e"# + String(repeating: "x", count: 300_000)

    /// Metadata in which every name would steer a terminal, repeats a secret and does not end.
    private static let hostile: [(inputs: String, outputs: String)] = [
      (#"{"name": "\#(escape)", "datatype": "UINT8", "shape": [7, 3, 4, 4]}"#, scores),
      (
        #"{"name": "\#(escape)", "datatype": "UINT8", "shape": [-1, 3, 4]}, {"name": "y", "datatype": "UINT8", "shape": []}"#,
        scores
      ),
      (#"{"name": "\#(escape)", "datatype": "INT8", "shape": [-1, 3, 4, 4]}"#, scores),
      (
        #"{"name": "\#(escape)", "datatype": "UINT8", "shape": [\#(Array(repeating: "1", count: 90_000).joined(separator: ","))]}"#,
        scores
      ),
      (#"{"name": "x", "datatype": "\#(escape)", "shape": [-1, 3, 4, 4]}"#, scores),
      (
        #"{"name": "x", "datatype": "UINT8", "shape": [-1, 3, 4, 4]}"#,
        (1...50).map {
          #"{"name": "\#($0)\#(escape.prefix(3000))", "datatype": "FP32", "shape": [-1, 3]}"#
        }.joined(separator: ",")
      ),
    ]

    @Test(arguments: hostile) func namesThatSteerTerminals(inputs: String, outputs: String) throws {
      let server = try FaultyServer { _, _ in
        .json(#"{"name": "\#(Self.escape)", "inputs": [\#(inputs)], "outputs": [\#(outputs)]}"#)
      }
      defer { server.end() }
      let error = #expect(throws: OracleError.self) {
        try OpenInferenceOracle(
          "\(server.address)/v2/models/x", headers: ["X-Key": "hush-hush"], settings: .quick)
      }
      let sentence = try #require(error?.description)
      #expect(sentence.count < 1_500 && !sentence.contains("hush"), "\(sentence)")
      #expect(
        sentence.unicodeScalars.allSatisfy {
          ![.control, .format].contains($0.properties.generalCategory)
        }, "\(sentence)")
    }

    /// Neither a journal nor a page holds what a server repeats in its names.
    @Test func namesThatRepeatSecrets() throws {
      let name = #"\u001b hush-hush "# + String(repeating: "x", count: 5_000)
      let server = try FaultyServer { _, _ in
        .json(
          #"""
          {"name": "x",
          "inputs": [{"name": "\#(name)", "datatype": "UINT8", "shape": [-1, 3, 4, 4]}],
          "outputs": [{"name": "scores \#(name)", "datatype": "FP32", "shape": [-1, 3]},
            {"name": "label \#(name)", "datatype": "INT64", "shape": [-1]}]}
          """#)
      }
      defer { server.end() }
      let model = try OpenInferenceOracle(
        "\(server.address)/v2/models/x", headers: ["X-Key": "hush-hush"], settings: .quick)
      let details = model.identity.details
      #expect(details.values.count { $0.contains("…") } == 3, "\(details)")
      for detail in details.values {
        #expect(detail.count < 200 && !detail.contains("hush") && !detail.contains("\u{1b}"))
      }
    }

    /// A number of classes that the metadata contradict.
    @Test func anotherNumberOfClasses() throws {
      let server = try Server(shape: "[-1, 3, 4, 4]", outputs: [Self.scores])
      defer { server.server.end() }
      var options = OpenInferenceOptions()
      options.classCount = 7
      let error = #expect(throws: OracleError.self) { try server.model("/v2/models/x", options) }
      #expect(error?.description == "the model “x” tells of 3 classes, and not of 7")
      options.classCount = 3
      #expect(try server.model("/v2/models/x", options).classCount == 3)
    }

    @Test func shapesOfTexts() {
      #expect(ImageShape(ofService: "3x4×5") == ImageShape(channels: 3, height: 4, width: 5))
      for text in ["3x4", "3x4x5x6", "0x4x4", "3x65536x1", "3x65535x65535", "3xax4x4", "3x4x4x"] {
        #expect(ImageShape(ofService: text) == nil, "\(text)")
      }
    }

    private func asked(
      _ model: OpenInferenceOracle, _ count: Int = 1
    ) throws -> BudgetedOracle {
      let oracle = BudgetedOracle(
        model, budget: QueryBudget(),
        journal: try QueryJournal(continuing: nil, with: QuerySetup(of: model)))
      #expect(try oracle.labels(of: BrightModel.pictures(count).images).integers() == [2])
      return oracle
    }

    /// Every request carries the query string behind its own path.
    @Test(arguments: ["", "/"]) func theQueryStringStays(end: String) throws {
      let server = try Server(shape: "[-1, 3, 4, 4]", outputs: [Self.scores])
      defer { server.server.end() }
      _ = try asked(server.model("/a%2Fb/v2/models/x\(end)?key=abc&z"))
      #expect(
        server.requests.list.map(\.path) == [
          "/a%2Fb/v2/models/x?key=abc&z", "/a%2Fb/v2?key=abc&z",
          "/a%2Fb/v2/models/x/infer?key=abc&z",
        ])
    }

    /// Labels alone: nothing else is asked for where they are offered; else they follow from scores.
    @Test(arguments: [[Self.label, Self.scores], [Self.scores]])
    func labelsAlone(outputs: [String]) throws {
      let server = try Server(shape: "[-1, 3, 4, 4]", outputs: outputs)
      defer { server.server.end() }
      var options = OpenInferenceOptions()
      options.labelsOnly = true
      let model = try server.model("/v2/models/x", options)
      #expect(model.scoreKind == nil && model.classCount == 3)
      let oracle = try asked(model)
      #expect(throws: OracleError.self) { try oracle.scores(of: BrightModel.pictures(1).images) }
      let body = try #require(server.requests.list.last?.body)
      let request = try InferenceRequest(decoding: MessageBody(bytes: body))
      #expect(request.outputs?.map(\.name) == [outputs.count == 2 ? "label" : "scores"])
    }
  }
}
