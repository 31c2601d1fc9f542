import Foundation
import Imaging
import InferenceProtocol
import Synchronization
import TensorModule
import TestKit
import Testing
import ThreatModels

@testable import Oracles

/// A server of one model that speaks the protocol as tests say.
private struct ModelServer: Sendable {
  var isBinary = true
  /// Whether an input of numbers takes files as well.
  var takesFiles = false
  /// Whether the metadata say nothing about tensors.
  var tellsNothing = false
  var datatype = TensorDatatype.fp32
  var shape = [-1, 3, 4, 4]
  var outputs = [
    TensorMetadata(name: "probabilities", datatype: .fp32, shape: [-1, 3]),
    TensorMetadata(name: "scores", datatype: .fp32, shape: [-1, 3]),
    TensorMetadata(name: "label", datatype: .int64, shape: [-1]),
  ]

  func reply(
    to request: FaultyServer.Request, spoiling: (inout [InferenceTensor]) -> Void = { _ in }
  ) throws -> FaultyServer.Reply {
    switch request.path {
    case "/v2":
      let extensions = isBinary ? [ServerMetadata.binaryTensorData] : []
      return .answer(
        200, ServerMetadata(name: "test", version: "1", extensions: extensions).encoded())
    case "/v2/models/bright":
      let input = TensorMetadata(
        name: "pixels", datatype: datatype, shape: shape,
        parameters: takesFiles ? ["other_datatypes": .text("FP64 BYTES")] : nil)
      return .answer(
        200,
        ModelMetadata(
          name: "bright", platform: "test", inputs: tellsNothing ? [] : [input],
          outputs: tellsNothing ? [] : outputs
        ).encoded())
    case "/v2/models/bright/infer": break
    default: return .answer(404, Data())
    }
    let question = try InferenceRequest(
      decoding: MessageBody(
        bytes: request.body,
        headerLengthField: request.headers[MessageBody.headerLengthField.lowercased()]))
    let means = try means(of: question.inputs[0])
    var tensors = outputs.map { output in
      let labels = means.map { row in Int64(row.firstIndex(of: row.max() ?? 0) ?? 0) }
      let contents: TensorContents =
        switch output.name {
        case "label": .int64(labels)
        case "name": .bytes(labels.map { Data(["red", "green", "blue"][Int($0)].utf8) })
        case "scores": .fp32(means.flatMap(\.self))
        default: .fp32(means.flatMap { row in row.map { $0 / row.reduce(0, +) } })
        }
      let isMatrix = contents.count == means.count * 3
      return InferenceTensor(
        name: output.name, shape: isMatrix ? [means.count, 3] : [means.count], contents: contents)
    }
    tensors = tensors.filter { tensor in
      question.outputs?.contains { $0.name == tensor.name } ?? true
    }
    spoiling(&tensors)
    let body = try InferenceResponse(modelName: "bright", outputs: tensors).encoded {
      question.wantsBinary($0.name)
    }
    var headers = ["Content-Type": body.contentType]
    headers[MessageBody.headerLengthField] = body.headerLength.map(String.init)
    return .answer(200, headers: headers, body.bytes)
  }

  /// Each picture's channels: means of numbers in [0, 1].
  private func means(of input: InferenceTensor) throws -> [[Float]] {
    var values: [Float] = []
    switch input.contents {
    case .fp32(let numbers): values = numbers
    case .uint8(let bytes): values = bytes.map { Float($0) / 255 }
    case .bytes(let files):
      for file in files {
        let isText = input.parameters.text("content_type") == "base64"
        let bytes = isText ? Data(base64Encoded: file) ?? Data() : file
        let samples = try Picture(decoding: Array(bytes)).samples
        values += (0..<3).flatMap { channel in
          stride(from: channel, to: 48, by: 3).map { Float(samples[$0]) / 255 }
        }
      }
    default: values = []
    }
    let isLast = shape.last == 3
    return (0..<(values.count / 48)).map { picture in
      (0..<3).map { channel in
        (0..<16).reduce(0) { sum, pixel in
          sum + values[picture * 48 + (isLast ? pixel * 3 + channel : channel * 16 + pixel)]
        } / 16
      }
    }
  }
}

extension EngineTests {
  @Suite struct OpenInferenceOracleTests {
    private func asking<R>(
      _ behaviour: ModelServer, _ options: OpenInferenceOptions = OpenInferenceOptions(),
      spoiling: @escaping @Sendable (inout [InferenceTensor]) -> Void = { _ in },
      _ body: (BudgetedOracle, OpenInferenceOracle, FaultyServer) throws -> R
    ) throws -> R {
      let server = try FaultyServer { request, _ in
        do {
          return try behaviour.reply(to: request, spoiling: spoiling)
        } catch {
          return .answer(400, Data("\(error)".utf8))
        }
      }
      defer { server.end() }
      let model = try OpenInferenceOracle(
        server.address + "/v2/models/bright", options: options, settings: .quick)
      let oracle = BudgetedOracle(
        model, budget: QueryBudget(),
        journal: try QueryJournal(continuing: nil, with: QuerySetup(of: model)))
      return try body(oracle, model, server)
    }

    /// Every way to send pictures gives the same answers.
    @Test(arguments: [TensorDatatype.fp32, .uint8, .bytes], [false, true])
    func everyDatatypeInBothForms(datatype: TensorDatatype, isBinary: Bool) throws {
      var behaviour = ModelServer(isBinary: isBinary, datatype: datatype)
      var options = OpenInferenceOptions()
      options.batchSize = 4
      if datatype == .bytes {
        behaviour.shape = [-1]
        options.imageShape = BrightModel.shape
      }
      let (images, labels) = BrightModel.pictures(10)
      try asking(behaviour, options) { (oracle, model, server) throws in
        #expect(model.scoreKind == .logits && model.classCount == 3)
        #expect(model.imageShape == BrightModel.shape)
        #expect(model.encoding == (datatype == .bytes ? .png : .bytes))
        #expect(try oracle.labels(of: images).integers() == labels)
        let found = try oracle.scores(of: images).floats()
        let wanted = try BrightModel().logits(of: images).floats()
        #expect(zip(found, wanted).allSatisfy { abs($0 - $1 / 4) < 1e-6 })
        // Two for metadata, three for ten pictures.
        #expect(server.requestCount == 5)
      }
    }

    @Test func filesWhereAnInputOfNumbersTakesThem() throws {
      let (images, labels) = BrightModel.pictures(3)
      var options = OpenInferenceOptions()
      options.encoding = .png
      try asking(ModelServer(takesFiles: true), options) { (oracle, model, _) throws in
        #expect(model.encoding == .png)
        #expect(try oracle.labels(of: images).integers() == labels)
      }
      #expect(throws: OracleError.self) { try asking(ModelServer(), options) { _, _, _ in } }
    }

    @Test func channelsLastAndFlat() throws {
      let (images, labels) = BrightModel.pictures(3)
      try asking(ModelServer(shape: [-1, 4, 4, 3])) { (oracle, _, _) throws in
        #expect(try oracle.labels(of: images).integers() == labels)
      }
      var options = OpenInferenceOptions()
      options.imageShape = BrightModel.shape
      try asking(ModelServer(shape: [-1, 48]), options) { (oracle, _, _) throws in
        #expect(try oracle.labels(of: images).integers() == labels)
      }
    }

    /// MLServer tells of no tensors unless a model's settings declare them.
    @Test(arguments: OpenInferenceOptions.Layout.allCases, [nil, ScoreKind.probabilities])
    func modelsThatTellNothing(layout: OpenInferenceOptions.Layout, kind: ScoreKind?) throws {
      let (images, labels) = BrightModel.pictures(3)
      var options = OpenInferenceOptions()
      options.layout = layout
      options.imageShape = BrightModel.shape
      options.classCount = 3
      options.output = kind == nil ? "label" : "probabilities"
      options.scoreKind = kind
      var server = ModelServer(isBinary: false, tellsNothing: true)
      server.shape = layout == .channelsLast ? [-1, 4, 4, 3] : [-1, 3, 4, 4]
      try asking(server, options) { (oracle, model, _) throws in
        #expect(model.scoreKind == kind)
        #expect(try oracle.labels(of: images).integers() == labels)
      }
      var (withoutLayout, withoutOutput) = (options, options)
      withoutLayout.layout = nil
      withoutOutput.output = nil
      for less in [withoutLayout, withoutOutput] {
        let error = #expect(throws: OracleError.self) { try asking(server, less) { _, _, _ in } }
        #expect(error?.description.contains("tells of no") == true)
      }
    }

    /// A shape that could be either is read as the layout says.
    @Test func theLayoutDecidesWhereTheShapeDoesNot() throws {
      let (images, labels) = BrightModel.pictures(3)
      var options = OpenInferenceOptions()
      options.imageShape = BrightModel.shape
      options.layout = .channelsLast
      let server = ModelServer(shape: [-1, -1, -1, 3])
      try asking(server, options) { (oracle, _, _) throws in
        #expect(try oracle.labels(of: images).integers() == labels)
      }
      options.layout = .flat
      #expect(throws: OracleError.self) { try asking(server, options) { _, _, _ in } }
    }

    @Test func outputsByNameShapeAndOption() throws {
      let (images, labels) = BrightModel.pictures(3)
      var options = OpenInferenceOptions()
      options.output = "probabilities"
      try asking(ModelServer(), options) { (oracle, model, _) throws in
        #expect(model.scoreKind == .probabilities)
        let sums = try oracle.scores(of: images).softmax().floats()
        let logarithms = try oracle.scores(of: images).floats()
        #expect(zip(sums, logarithms).allSatisfy { abs(log($0) - $1) < 1e-5 })
      }
      options = OpenInferenceOptions()
      (options.labelsOnly, options.classCount) = (true, 3)
      try asking(ModelServer(), options) { (oracle, model, _) throws in
        #expect(model.scoreKind == nil)
        #expect(try oracle.labels(of: images).integers() == labels)
      }
      var named = ModelServer()
      named.outputs = [TensorMetadata(name: "name", datatype: .bytes, shape: [-1])]
      options = OpenInferenceOptions()
      options.classNames = ["red", "green", "blue"]
      try asking(named, options) { (oracle, _, _) throws in
        #expect(try oracle.labels(of: images).integers() == labels)
      }
      options.classNames = ["grey", "teal", "pink"]
      #expect(throws: OracleError.self) {
        try asking(named, options) { oracle, _, _ in try oracle.labels(of: images) }
      }
    }

    /// What metadata leave open is asked for, in a sentence.
    @Test func whatIsNotPlainIsRefused() throws {
      var cases: [(ModelServer, OpenInferenceOptions, String)] = []
      var options = OpenInferenceOptions()
      cases.append((ModelServer(datatype: .bytes, shape: [-1]), options, "does not tell the shape"))
      cases.append((ModelServer(shape: [-1, -1]), options, "does not tell the shape"))
      cases.append((ModelServer(shape: [-1, 5, 4, 4]), options, "which are no pictures"))
      cases.append((ModelServer(shape: [8, 3, 4, 4]), options, "takes 8 pictures at once"))
      cases.append((ModelServer(datatype: .int32), options, "takes INT32"))
      var unknown = ModelServer()
      unknown.outputs = ["a", "b"].map { .init(name: $0, datatype: .fp32, shape: [-1, 3]) }
      cases.append((unknown, options, "is not plain (“a”, “b”)"))
      unknown.outputs = [.init(name: "label", datatype: .int64, shape: [-1])]
      cases.append((unknown, options, "how many classes"))
      options.input = "x"
      cases.append((ModelServer(), options, "no input “x”; it has “pixels”"))
      for (behaviour, options, reason) in cases {
        let error = #expect(throws: OracleError.self) {
          try asking(behaviour, options) { _, _, _ in }
        }
        #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
      }
      let error = #expect(throws: OracleError.self) {
        try OpenInferenceOracle("http://127.0.0.1:1/models/x", settings: .quick)
      }
      #expect(error?.description.contains("is not of the form") == true)
    }

    private static let spoilers: [@Sendable (inout [InferenceTensor]) -> Void] = [
      { $0.removeAll() },
      { $0.removeAll { $0.name == "label" } },
      {
        $0[0] = InferenceTensor(
          name: "scores", shape: [3, 2], contents: .fp32([1, 2, 3, 4, 5, 6]))
      },
      { $0[0].shape = [3, 3, 1] },
      { $0[0].contents = .fp32([.nan] + [Float](repeating: 0, count: 8)) },
      { $0[0].contents = .fp32([.infinity] + [Float](repeating: 0, count: 8)) },
      { $0[1].contents = .int64([0, 1, 3]) },
      { $0[1].contents = .int64([-1, 1, 2]) },
      { $0[1] = InferenceTensor(name: "label", shape: [2], contents: .int64([1, 2])) },
      { $0[1] = InferenceTensor(name: "label", shape: [3], contents: .fp32([1, 2, 0])) },
    ]

    /// Answers that are none, NaN in binary form among them.
    @Test(arguments: Self.spoilers.indices) func wrongAnswersAreRefused(number: Int) throws {
      let images = BrightModel.pictures(3).images
      let error = #expect(throws: OracleError.self) {
        try asking(ModelServer(), spoiling: Self.spoilers[number]) { (oracle, _, _) throws in
          try oracle.labels(of: images)
        }
      }
      guard case .malformed? = error else {
        Issue.record("\(String(describing: error))")
        return
      }
    }
  }
}
