import Foundation
import ProgramIR
import SwiftProtobuf
import Testing

@testable import ProgramFormats

/// Graphs inside nodes, and functions.
@Suite struct ONNXGraphTests {
  private static func branch(_ name: String, _ graph: ONNXGraphProto) -> ONNXAttributeProto {
    ONNXFixture.attribute(name, .graph) { $0.g = graph }
  }

  // MARK: Inner graphs

  /// `If` with one branch that reads a value of the graph around it.
  private static func conditional(reading name: String) -> ONNXNodeProto {
    ONNXFixture.node(
      "If", ["condition"], ["y"],
      [
        branch(
          "then_branch",
          ONNXFixture.graph([ONNXFixture.node("Relu", [name], ["inner"])], outputs: ["inner"])),
        branch(
          "else_branch",
          ONNXFixture.graph([ONNXFixture.node("Neg", ["x"], ["inner"])], outputs: ["inner"])),
      ])
  }

  @Test func branchesReadOuterValues() throws {
    let model = try ONNXFixture.model(
      [Self.conditional(reading: "late"), ONNXFixture.node("Exp", ["x"], ["late"])],
      inputs: ["x", "condition"]
    ).read()
    // The node whose value only the branch reads comes first.
    #expect(model.graph.nodes.map(\.operation) == ["Exp", "If"])
    guard case .graph(let branch) = model.graph.nodes[1].attributes["then_branch"] else {
      Issue.record("the branch is gone")
      return
    }
    #expect(branch.nodes.map(\.inputs) == [["late"]])
    #expect(branch.nodes.map(\.name) == ["Relu_0"])
    #expect(branch.outputs.map(\.name) == ["inner"])
  }

  @Test func innermostGraphsReadTheOutermost() throws {
    let innermost = ONNXFixture.graph(
      [
        ONNXFixture.node("Add", ["early", "middle"], ["sum"]),
        ONNXFixture.node("Add", ["sum", "w"], ["inner"]),
      ], outputs: ["inner"])
    let middle = ONNXFixture.graph(
      [
        ONNXFixture.node("If", ["condition"], ["z"], [Self.branch("then_branch", innermost)]),
        ONNXFixture.node("Relu", ["x"], ["middle"]),
      ], outputs: ["z"], initializers: [ONNXFixture.floats("w", [1, 2])])
    let model = try ONNXFixture.model(
      [
        ONNXFixture.node("If", ["condition"], ["y"], [Self.branch("then_branch", middle)]),
        ONNXFixture.node("Exp", ["x"], ["early"]),
      ], inputs: ["x", "condition"]
    ).read()
    #expect(model.graph.nodes.map(\.operation) == ["Exp", "If"])
    guard case .graph(let body) = model.graph.nodes[1].attributes["then_branch"] else {
      Issue.record("the branch is gone")
      return
    }
    #expect(body.nodes.map(\.operation) == ["Relu", "If"])
    #expect(body.initializers["w"]?.weight.float32Elements == [1, 2])
  }

  @Test func branchesMayReturnOuterValues() throws {
    let model = try ONNXFixture.model([
      ONNXFixture.node(
        "If", ["x"], ["y"],
        [
          ONNXFixture.attribute("branches", .graphs) {
            $0.graphs = [ONNXFixture.graph([], outputs: ["late"])]
          }
        ]), ONNXFixture.node("Exp", ["x"], ["late"]),
    ]).read()
    #expect(model.graph.nodes.map(\.operation) == ["Exp", "If"])
  }

  @Test func innerNamesAreNotVisibleOutside() throws {
    let error = try #require(throws: FormatError.self) {
      try ONNXFixture.model(
        [
          Self.conditional(reading: "x").changed { $0.output = ["a"] },
          ONNXFixture.node("Relu", ["inner"], ["y"]),
        ], inputs: ["x", "condition"]
      ).read()
    }
    #expect(error.description.contains("node 'Relu_1' reads 'inner', which is no input"))
  }

  @Test func aNameThatIsReadBeforeItIsHidden() throws {
    let branch = ONNXFixture.graph(
      [ONNXFixture.node("Relu", ["a"], ["inner"]), ONNXFixture.node("Neg", ["x"], ["a"])],
      outputs: ["inner"])
    let error = try #require(throws: FormatError.self) {
      try ONNXFixture.model([
        ONNXFixture.node("Exp", ["x"], ["a"]),
        ONNXFixture.node("If", ["x"], ["y"], [Self.branch("then_branch", branch)]),
      ]).read()
    }
    #expect(
      error.description.contains("both an outer graph and a node after it define"), "\(error)")
  }

  @Test func cycleThroughABranch() throws {
    let error = try #require(throws: FormatError.self) {
      try ONNXFixture.model(
        [Self.conditional(reading: "late"), ONNXFixture.node("Exp", ["y"], ["late"])],
        inputs: ["x", "condition"]
      ).read()
    }
    #expect(error.description.contains("node 'If_0' needs what follows from itself"), "\(error)")
  }

  @Test func deepNesting() throws {
    func model(depth: Int) throws -> ONNXModelProto {
      var graph = ONNXFixture.graph([ONNXFixture.node("Relu", ["x"], ["y0"])], outputs: ["y0"])
      for level in 1...depth {
        graph = ONNXFixture.graph(
          [ONNXFixture.node("If", ["x"], ["y\(level)"], [Self.branch("then_branch", graph)])],
          outputs: ["y\(level)"])
      }
      return ONNXFixture.model([], outputs: ["y\(depth)"]).changed {
        $0.graph.node = graph.node
      }
    }
    _ = try model(depth: 30).read()
    let error = try #require(throws: FormatError.self) { try model(depth: 40).read() }
    #expect(error.description.contains("nested more deeply than the 100 messages"), "\(error)")
    #expect(error.reason == .unsupported)
  }

  // MARK: Functions

  private static func function(
    _ name: String, _ nodes: [ONNXNodeProto], _ change: (inout ONNXFunctionProto) -> Void = { _ in }
  ) -> ONNXFunctionProto {
    .with {
      $0.name = name
      $0.domain = "local"
      $0.input = ["a"]
      $0.output = ["b"]
      $0.node = nodes
      $0.opsetImport = [ONNXFixture.operatorSet("", 17), ONNXFixture.operatorSet("local", 1)]
      change(&$0)
    }
  }

  private static func call(_ name: String, _ input: String, _ output: String) -> ONNXNodeProto {
    ONNXFixture.node(name, [input], [output], domain: "local")
  }

  private static func model(_ functions: [ONNXFunctionProto]) -> ONNXModelProto {
    ONNXFixture.model([call("F", "x", "y")]).changed { $0.functions = functions }
  }

  @Test func functions() throws {
    let slope = ONNXAttributeProto.with {
      $0.name = "alpha"
      $0.type = .float
      $0.refAttrName = "slope"
    }
    let model = try Self.model([
      Self.function(
        "F",
        [
          ONNXFixture.node("LeakyRelu", ["c"], ["b"], [slope]),
          ONNXFixture.node("Neg", ["a"], ["c"]),
        ]
      ) {
        $0.attribute = ["slope"]
        $0.attributeProto = [ONNXFixture.attribute("axis", .int) { $0.i = 3 }]
      }
    ]).read()
    let function = try #require(model.functions.first)
    #expect(function.name == "F")
    #expect(function.domain == "local")
    #expect(function.inputs == ["a"])
    #expect(function.outputs == ["b"])
    #expect(function.attributeNames == ["slope", "axis"])
    guard case .integer(3) = function.attributeDefaults["axis"] else {
      Issue.record("another default: \(function.attributeDefaults)")
      return
    }
    #expect(function.nodes.map(\.operation) == ["Neg", "LeakyRelu"])
    // By the place after sorting.
    #expect(function.attributeReferences == [1: ["alpha": "slope"]])
    #expect(function.nodes[1].attributes.isEmpty)
    #expect(function.operatorSets == ["": 17, "local": 1])
    #expect(model.graph.nodes[0].domain == "local")
  }

  @Test func overloadsAreTold() throws {
    let model = try ONNXFixture.model([Self.call("F", "x", "y").changed { $0.overload = "two" }])
      .changed {
        $0.functions = ["one", "two"].map { overload in
          Self.function("F", [ONNXFixture.node("Relu", ["a"], ["b"])]) { $0.overload = overload }
        }
      }.read()
    #expect(model.functions.map(\.name) == ["F:one", "F:two"])
    #expect(model.graph.nodes[0].operation == "F:two")
  }

  struct Unsound: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let words: String
    let functions: [ONNXFunctionProto]

    init(_ description: String, says words: String, _ functions: [ONNXFunctionProto]) {
      testDescription = description
      self.words = words
      self.functions = functions
    }
  }

  @Test(arguments: [
    Unsound(
      "itself", says: "function 'local.F' calls itself",
      [
        function("F", [call("F", "a", "b")])
      ]),
    Unsound(
      "each other", says: "calls itself",
      [
        function("F", [call("G", "a", "b")]), function("G", [call("F", "a", "b")]),
      ]),
    Unsound(
      "itself from a branch", says: "calls itself",
      [
        function(
          "F",
          [
            ONNXFixture.node(
              "If", ["a"], ["b"],
              [branch("then_branch", ONNXFixture.graph([call("F", "a", "b")], outputs: ["b"]))])
          ])
      ]),
    Unsound(
      "twice", says: "function 'local.F' is defined twice",
      [
        function("F", [call("Relu", "a", "b")]), function("F", [call("Relu", "a", "b")]),
      ]),
    Unsound("no name", says: "a function has no name", [function("", [])]),
    Unsound(
      "no output", says: "output 'b' of function 'local.F' is defined by no node",
      [
        function("F", [])
      ]),
    Unsound(
      "reads the graph's", says: "reads 'x', which is no input",
      [
        function("F", [ONNXFixture.node("Relu", ["x"], ["b"])])
      ]),
    Unsound(
      "no operator sets", says: "function 'local.F' does not say which operator sets",
      [
        function("F", [ONNXFixture.node("Relu", ["a"], ["b"])]) { $0.opsetImport = [] }
      ]),
    Unsound(
      "an attribute that it lacks", says: "an attribute 'slope' of a function",
      [
        function(
          "F",
          [
            ONNXFixture.node(
              "LeakyRelu", ["a"], ["b"],
              [ONNXFixture.attribute("alpha", .float) { $0.refAttrName = "slope" }])
          ])
      ]),
    Unsound(
      "same inputs", says: "function 'local.F' has two inputs 'a'",
      [
        function("F", []) { $0.input = ["a", "a"] }
      ]),
    Unsound(
      "growing without end", says: "stand for more than 1000000 nodes",
      (0...20).map { level in
        function(
          level == 0 ? "F" : "F\(level)",
          [
            call(level == 20 ? "Relu" : "F\(level + 1)", "a", "c"),
            call(level == 20 ? "Relu" : "F\(level + 1)", "c", "b"),
          ])
      }),
    Unsound(
      "a long chain", says: "more than 32 deep",
      (0...20_000).map { level in
        function(
          level == 0 ? "F" : "F\(level)",
          [call(level == 20_000 ? "Relu" : "F\(level + 1)", "a", "b")])
      }),
  ])
  func refused(_ unsound: Unsound) throws {
    let error = try #require(throws: FormatError.self) {
      try Self.model(unsound.functions).read()
    }
    #expect(error.description.contains(unsound.words), "\(error)")
  }
}
