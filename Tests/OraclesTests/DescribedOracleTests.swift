import Foundation
import Imaging
import Synchronization
import TensorModule
import TestKit
import Testing
import ThreatModels

@testable import Oracles

/// What a description says beyond the address, and how the tests' pictures are sent.
private let usual = """
  shape: 3x4x4
  classes: [red, green, blue]
  json: '{"image": "{{png_base64}}"}'
  answer: {label: label}
  """

@Suite struct DescriptionTests {
  private func sentence(_ text: String, environment: [String: String] = [:]) -> String {
    do {
      _ = try DescribedEndpoint(text, named: "o.yaml", environment: environment)
      return "no error"
    } catch {
      return error.description
    }
  }

  private static let faults: [(String, String)] = [
    ("", "o.yaml: the file is empty"),
    ("a: [", "o.yaml: this is not YAML"),
    ("- a", "o.yaml: keys are wanted"),
    (usual, "o.yaml: url: this key is missing"),
    ("url: ftp://x\n" + usual, "o.yaml: url: the address of the service is not of the form"),
    ("url: http://x/${KEY}\n" + usual, "o.yaml: url: the variable KEY of the environment is not"),
    ("url: http://x\nheaders: {A: '${B'}\n" + usual, "o.yaml: headers.A: a variable of the"),
    ("url: http://x\nheaders: {A: \"b\\nc\"}\n" + usual, "o.yaml: headers.A: a header is one line"),
    (
      "url: http://x\nheaders: {'A B': c}\n" + usual,
      "o.yaml: headers.A B: the name of a header is one word"
    ),
    (
      "url: http://me:word@x\n" + usual, "o.yaml: url: the address of the service holds a user name"
    ),
    (
      "url: http://x\n" + usual.replacing("{\"image\"", with: "{\"key\": \"${KEY}\", \"image\""),
      "o.yaml: json: a variable of the environment has its place in url and headers"
    ),
    (
      "url: http://x\nshape: 3x4x4\nclassCount: 3\nmultipart: {key: '${KEY}', image: '{{png}}'}\n"
        + "answer: {label: label}",
      "o.yaml: multipart: a variable of the environment has its place in url and headers"
    ),
    (
      "url: http://x\nshape: 3x4x4\nclassCount: 3\nmultipart: {image: 'data:image/png;{{png}}'}\n"
        + "answer: {label: label}",
      "o.yaml: multipart: one part must be {{png}} or {{jpeg}}"
    ),
    ("url: http://x\nmethod: GET\n" + usual, "o.yaml: method: POST or PUT is wanted"),
    ("url: http://x\ncolour: red\n" + usual, "o.yaml: colour: there is no such key"),
    ("url: http://x\nurl: http://y\n" + usual, "o.yaml: this is not YAML"),
    (
      "url: http://x\nbatch: 4\n" + usual, "o.yaml: batch: with several pictures in a request, item"
    ),
    (
      "url: http://x\nmultipart: {a: '{{png}}'}\n" + usual,
      "o.yaml: json: either this key is wanted"
    ),
  ]

  @Test(arguments: faults)
  func whatIsWrongIsNamed(text: String, beginning: String) {
    #expect(sentence(text).hasPrefix(beginning), "\(sentence(text))")
  }

  private static let changes: [(String, String, String)] = [
    ("classes: [red, green, blue]", "classes: [red, red]", "classes: at least two different"),
    ("classes: [red, green, blue]", "{}", "this is not YAML"),
    ("shape: 3x4x4", "shape: 4x4", "shape: channels, rows and columns"),
    ("shape: 3x4x4", "shape: 2x4x4", "shape: channels, rows and columns"),
    ("{{png_base64}}", "{{picture}}", "json: this must be JSON with one of"),
    ("{{png_base64}}", "{{png}}", "json: this must be JSON with one of"),
    ("{{png_base64}}\"}", "{{png_base64}}\"", "json: this must be JSON with one of"),
    ("{label: label}", "{label: 'a..b'}", "answer.label: a path such as"),
    ("{label: label}", "{label: 'a['}", "answer.label: a path such as"),
    ("{label: label}", "{lable: label}", "answer.label: this key is missing (or scores)"),
    ("{label: label}", "{label: label, x: y}", "answer.x: there is no such key"),
    ("{label: label}", "{scores: s, kind: odds}", "answer.kind: probabilities or logits"),
  ]

  @Test(arguments: changes)
  func everyKeyIsChecked(old: String, new: String, beginning: String) {
    let text = "url: http://x\n" + usual.replacingOccurrences(of: old, with: new)
    #expect(sentence(text).hasPrefix("o.yaml: \(beginning)"), "\(sentence(text))")
  }

  @Test func secretsAreSentAndNotKept() throws {
    let endpoint = try DescribedEndpoint(
      "url: https://x.org/p?key=${KEY}\nheaders: {Authorization: 'Bearer ${KEY}'}\n" + usual,
      named: "o.yaml", environment: ["KEY": "hush"])
    #expect(endpoint.url.absoluteString == "https://x.org/p?key=hush")
    #expect(endpoint.headers.map(\.value) == ["Bearer hush"])
    #expect(!"\(endpoint.identity)".contains("hush"))
    #expect(endpoint.secrets.contains("hush") && endpoint.secrets.contains("Bearer hush"))
  }

  @Test func placesInAnswers() throws {
    let json = try JSONAnswer(Array(#"{"a": [{"b": [1, 2.5]}, "c"], "d": null}"#.utf8))
    func number(_ path: String) throws -> Double? {
      guard case .number(let number) = try #require(AnswerPath(path)).value(in: json) else {
        return nil
      }
      return number
    }
    #expect(try number("a[0].b[1]") == 2.5)
    #expect(try number("$.a[0].b[0]") == 1)
    #expect(try number("a[1]") == nil && number("d") == nil && number("$") == nil)
    for path in ["a[2]", "b", "a.b", "a[0].b[2]", "a[1].c", "d[0]"] {
      #expect(throws: OracleError.malformed("the answer has nothing at \(path)"), "\(path)") {
        try number(path)
      }
    }
  }
}

extension EngineTests {
  @Suite struct DescribedOracleTests {
    /// An oracle on a server that answers with what is given, and the requests that it was sent.
    private func asking(
      _ description: String, pictures count: Int = 2,
      answer: @escaping @Sendable (FaultyServer.Request) -> String
    ) throws -> (scores: [Float]?, labels: [Int], requests: [FaultyServer.Request]) {
      let requests = Mutex<[FaultyServer.Request]>([])
      let server = try FaultyServer { request, _ in
        requests.withLock { $0.append(request) }
        return .json(answer(request))
      }
      defer { server.end() }
      let endpoint = try DescribedEndpoint(
        "url: \(server.address)/p\n" + description, named: "o.yaml", environment: [:])
      var settings = HTTPSettings.quick
      settings.concurrency = 1
      let model = DescribedOracle(endpoint, settings: settings)
      let oracle = BudgetedOracle(
        model, budget: QueryBudget(),
        journal: try QueryJournal(continuing: nil, with: QuerySetup(of: model)))
      let images = BrightModel.pictures(count).images
      let labels = try oracle.labels(of: images).integers()
      let scores = model.scoreKind == nil ? nil : try oracle.scores(of: images).floats()
      return (scores, labels, requests.withLock(\.self))
    }

    private var samples: [[UInt8]] {
      get throws {
        try PictureEncoding.bytes.encoded(BrightModel.pictures(2).images).map(\.bytes)
      }
    }

    /// The numbers of a picture channel by channel.
    private func planes(_ picture: Picture) -> [UInt8] {
      (0..<3).flatMap { channel in
        stride(from: channel, to: picture.samples.count, by: 3).map { picture.samples[$0] }
      }
    }

    @Test func pngAsTextInJSON() throws {
      let (_, labels, requests) = try asking(usual) { _ in #"{"label": "blue"}"# }
      #expect(labels == [2, 2] && requests.count == 2)
      for (request, samples) in zip(requests, try samples) {
        let body = try #require(
          try JSONSerialization.jsonObject(with: request.body) as? [String: String])
        let png = try #require(Data(base64Encoded: body["image"] ?? ""))
        #expect(planes(try Picture(decoding: Array(png))) == samples)
        #expect(request.headers["content-type"] == "application/json")
      }
    }

    @Test func pngAsPartOfAForm() throws {
      let (_, _, requests) = try asking(
        """
        shape: 3x4x4
        classCount: 3
        multipart: {file: '{{png}}', top: '1'}
        answer: {label: '$[0].class'}
        """
      ) { _ in #"[{"class": 1}]"# }
      let body = requests[0].body
      let type = try #require(requests[0].headers["content-type"])
      let boundary = try #require(type.components(separatedBy: "boundary=").last)
      let start = try #require(body.range(of: Data([0x89, 0x50, 0x4E, 0x47])))
      let end = try #require(
        body.range(of: Data("\r\n--\(boundary)".utf8), in: start.lowerBound..<body.count))
      let png = Array(body[start.lowerBound..<end.lowerBound])
      #expect(planes(try Picture(decoding: png)) == (try samples[0]))
      #expect(body.range(of: Data("name=\"top\"\r\n\r\n1\r\n".utf8)) != nil)
      #expect(body.suffix(4) == Data("--\r\n".utf8))
    }

    @Test func severalPicturesAtOnceAsArrays() throws {
      let (scores, labels, requests) = try asking(
        """
        shape: 3x4x4
        classes: [red, green, blue]
        json: '{"all": [{{items}}]}'
        item: '{"pixels": {{byte_array}}}'
        batch: 3
        layout: hwc
        answer: {items: $, scores: s, kind: logits}
        """, pictures: 5
      ) { request in
        // Echoes the first pixel of each picture as scores by name.
        let body = try? JSONSerialization.jsonObject(with: request.body) as? [String: Any]
        let items = body?["all"] as? [[String: [[[Int]]]]] ?? []
        return "["
          + items.map { item in
            let pixel = item["pixels"]?[0][0] ?? []
            return #"{"s": {"green": \#(pixel[1]), "red": \#(pixel[0]), "blue": \#(pixel[2])}}"#
          }.joined(separator: ",") + "]"
      }
      #expect(requests.count == 2)
      let all = try PictureEncoding.bytes.encoded(BrightModel.pictures(5).images).map(\.bytes)
      let pixels = all.map { [Float($0[0]), Float($0[16]), Float($0[32])] }
      #expect(scores == pixels.flatMap(\.self))
      #expect(labels == pixels.map { $0.firstIndex(of: $0.max() ?? 0) ?? -1 })
    }

    @Test func probabilitiesBecomeLogarithms() throws {
      let (scores, labels, _) = try asking(
        usual.replacingOccurrences(of: "label: label", with: "scores: p"), pictures: 1
      ) { _ in #"{"p": [0.25, 0.75, 0]}"# }
      #expect(labels == [1])
      let found = try #require(scores)
      #expect(abs(found[0] - Float(-1.3862944)) < 1e-6 && abs(found[1] + 0.28768207) < 1e-6)
      #expect(found[2].isFinite && found[2] < -80)
    }

    /// Where names are numbers, a number in an answer is a name.
    @Test(arguments: [
      ("[1, 2, 3, 4]", "1", 0), ("[1, 2, 3, 4]", "\"4\"", 3), ("[1, 2, 3, 4]", "0", nil),
      ("[0, 1, 2]", "1", 1), ("[5, red, 0]", "0", 2), ("[red, green, blue]", "1", 1),
      ("[01, 02]", "2", 1),
    ])
    func numbersAsNames(classes: String, label: String, place: Int?) throws {
      let description = usual.replacingOccurrences(of: "[red, green, blue]", with: classes)
      let answer = "{\"label\": \(label)}"
      guard let place else {
        #expect(throws: OracleError.self) { try asking(description) { _ in answer } }
        return
      }
      #expect(try asking(description, pictures: 1) { _ in answer }.labels == [place])
    }

    /// Labels alone although there are scores, and a header instead of the description's.
    @Test func labelsAloneAndAnotherHeader() throws {
      let seen = Mutex<[String: String]>([:])
      let server = try FaultyServer { request, _ in
        seen.withLock { $0 = request.headers }
        return .json(#"{"p": [0, 1, 0]}"#)
      }
      defer { server.end() }
      let text =
        "url: \(server.address)\nheaders: {X-Model: a, X-Other: c}\n"
        + usual.replacingOccurrences(of: "label: label", with: "scores: p")
      let model = DescribedOracle(
        try DescribedEndpoint(text, named: "o.yaml", environment: [:]), headers: ["x-model": "b"],
        labelsOnly: true, settings: .quick)
      #expect(model.scoreKind == nil)
      let oracle = BudgetedOracle(
        model, budget: QueryBudget(),
        journal: try QueryJournal(continuing: nil, with: QuerySetup(of: model)))
      #expect(try oracle.labels(of: BrightModel.pictures(1).images).integers() == [1])
      let headers = seen.withLock(\.self)
      #expect(headers["x-model"] == "b" && headers["x-other"] == "c")
    }

    private static let wrongScores: [(String, String)] = [
      ("", "is not JSON"), (#"{"p": [0.2, 0.8, 0"#, "is not JSON"),
      (#"{"p": [NaN, 0, 1]}"#, "is not JSON"), (#"{"p": [0, 1e999, 1]}"#, "is not JSON"),
      (#"{"p": [0, 1]}"#, "2 scores for 3 classes"), (#"{"p": [0, 1, 0, 0]}"#, "4 scores for 3"),
      (#"{"p": [0, 1, 3]}"#, "probability outside 0…1"), (#"{"p": [0, 1, null]}"#, "are no scores"),
      (#"{"p": "red"}"#, "are no scores"), (#"{"q": [0, 0, 1]}"#, "has nothing at p"),
      (#"{"p": {"red": 1, "green": 0}}"#, "2 scores for 3 classes at p"),
      (#"{"p": {"red": 1, "green": 0, "grey": 0}}"#, "lacks the score of a class at p"),
      ("[[0, 0, 1]]", "has nothing at p"), ("true", "has nothing at p"),
    ]

    @Test(arguments: wrongScores)
    func answersWithWrongScores(answer: String, reason: String) throws {
      let description = usual.replacingOccurrences(of: "label: label", with: "scores: p")
      let error = #expect(throws: OracleError.self) {
        try asking(description) { _ in answer }
      }
      guard case .malformed(let sentence)? = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(sentence.contains(reason), "\(sentence)")
      #expect(sentence.hasPrefix("http://127.0.0.1:"))
    }

    @Test(arguments: ["3", "-1", "1.5", "1e300", "true", "null", "\"grey\"", "[0]", "{}"])
    func answersWithWrongLabels(label: String) throws {
      #expect(throws: OracleError.self) { try asking(usual) { _ in "{\"label\": \(label)}" } }
    }
  }
}
