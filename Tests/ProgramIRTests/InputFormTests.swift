import ProgramIR
import Testing

@Suite struct InputFormTests {
  /// The sizes of an input, and what they look like.
  struct Case: CustomTestStringConvertible, Sendable {
    let sizes: [Int?]
    let form: Program.InputForm?
    var testDescription: String { "\(sizes.map { $0.map(String.init) ?? "N" })" }

    init(_ sizes: [Int?], _ form: Program.InputForm?) {
      self.sizes = sizes
      self.form = form
    }
  }

  static let cases = [
    Case([nil, 3, 224, 224], .channelsFirst), Case([1, 1, 28, 28], .channelsFirst),
    Case([nil, 224, 224, 3], .channelsLast), Case([1, 28, 28, 1], .channelsLast),
    Case([nil, 32, 32, 4], .channelsLast), Case([nil, nil, nil, 3], .channelsLast),
    // A picture with three columns, or of channels that nobody counts so.
    Case([nil, 3, 5, 3], .channelsFirst), Case([nil, 12, 5, 5], .channelsFirst),
    Case([nil, 64], .flat(64)), Case([nil, nil], nil), Case([nil, 3, 4], nil), Case([nil], nil),
  ]

  @Test(arguments: cases)
  func isJudgedBySizes(testCase: Case) {
    #expect(Program.chain(from: testCase.sizes, []).inputForm == testCase.form)
  }

  @Test func severalInputsHaveNoForm() {
    var program = Program.chain(from: [nil, 3, 8, 8], [])
    program.inputs.append(.init(name: "y", source: .user))
    #expect(program.inputForm == nil)
  }

  @Test func picturesAreTurnedWhereTheChannelsAreLast() throws {
    let program = Program.chain(
      from: [nil, 6, 8, 3], [(OperatorName("relu"), [])]
    ).takingChannelsFirst()
    #expect(program.userInputs.map(\.name) == ["pictures"])
    #expect(program.types["pictures"] == TensorType(float32: [nil, 3, 6, 8]))
    #expect(program.inputForm == .channelsFirst)
    #expect(program.nodes.map(\.operation.name) == ["permute", "relu"])
    let turn = try #require(program.nodes.first)
    #expect(turn[argument: "self"] == .tensor("pictures"))
    #expect(turn[argument: "dims"] == .integers([0, 2, 3, 1].map { .constant($0) }))
    #expect(turn.valuesDefined == ["x"])
    #expect(program.types["x"] == TensorType(float32: [nil, 6, 8, 3]))
  }

  @Test func picturesAreFlattenedWhereNumbersAreWanted() throws {
    let program = Program.chain(
      from: [nil, 24], [(OperatorName("relu"), [])]
    ).takingPictures(channels: 2, height: 3, width: 4)
    #expect(program.types["pictures"] == TensorType(float32: [nil, 2, 3, 4]))
    #expect(
      program.nodes.map(\.operation.description) == ["aten::flatten.using_ints", "aten::relu"])
    #expect(program.nodes[0][argument: "start_dim"] == .integer(.constant(1)))
  }

  @Test func takenNamesAreAvoided() {
    var program = Program.chain(from: [nil, 6, 8, 3], [(OperatorName("relu"), [])])
    program.nodes[0].outputs = [.tensor("pictures")]
    program.outputs = [.init(name: "pictures", purpose: .result)]
    let turned = program.takingChannelsFirst()
    #expect(turned.userInputs.map(\.name) == ["pictures_"])
    #expect(turned.nodes[0][argument: "self"] == .tensor("pictures_"))
  }
}
