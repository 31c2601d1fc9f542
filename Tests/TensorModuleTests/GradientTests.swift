import TensorModule
import TestKit
import Testing

extension EngineTests {
  @Suite struct GradientTests {
    @Test func differentiatesTheSum() throws {
      let x = Tensor([1, -2, 3] as [Float], shape: [3])
      let result = try valueAndGradient(at: x) { x in (x * x, [x * 10]) }
      #expect(result.value.floats() == [1, 4, 9])
      #expect(result.gradient.floats() == [2, -4, 6])
      #expect(result.auxiliary[0].floats() == [10, -20, 30])
      #expect(
        [result.value, result.gradient, result.auxiliary[0]].allSatisfy { !$0.requiresGradient })
      #expect(!x.requiresGradient)
    }

    @Test func recordsGradientsWhateverTheModeOutside() throws {
      let x = Tensor([3] as [Float], shape: [1])
      let gradient = try withoutGradients { () throws(EngineError) in
        try valueAndGradient(at: x) { x in (x * x, []) }.gradient
      }
      #expect(gradient.floats() == [6])
    }

    @Test func modesEndWithTheirScope() throws {
      let x = Tensor([3] as [Float], shape: [1])
      _ = try valueAndGradient(at: x) { x in
        #expect((x * 2).requiresGradient)
        #expect(!withoutGradients { x * 2 }.requiresGradient)
        #expect(!inferring { x * 2 }.requiresGradient)
        #expect((x * 2).requiresGradient)
        return (x, [])
      }
    }

    @Test func whatDoesNotDependOnThePointIsAnError() {
      let x = Tensor([3] as [Float], shape: [1])
      #expect(throws: EngineError.self) {
        try valueAndGradient(at: x) { _ in (Tensor.ones([1]), []) }
      }
    }

    @Test func secondDerivativesAndFactors() throws {
      let x = Tensor([2] as [Float], shape: [1])
      let second = try valueAndGradient(at: x) { x throws(EngineError) in
        let cube = x * x * x
        let first = try gradients(
          of: [cube], withRespectTo: [x], outputGradients: [Tensor([5] as [Float], shape: [1])],
          createsGraph: true)
        return (first[0] ?? x, [])
      }
      #expect(second.value.floats() == [60])
      #expect(second.gradient.floats() == [60])
    }

    @Test func unusedInputsGiveNothingWhenAllowed() throws {
      let x = Tensor([2] as [Float], shape: [1])
      _ = try valueAndGradient(at: x) { x throws(EngineError) in
        let y = x * 2
        let found = try gradients(
          of: [y], withRespectTo: [x, y], retainsGraph: true, allowsUnused: true)
        #expect(found.compactMap(\.self).count == 2)
        return (y, [])
      }
    }

    @Test func straightThroughInOneLine() throws {
      let x = Tensor([0.3, 0.7] as [Float], shape: [2])
      let result = try valueAndGradient(at: x) { x in (x + (x.rounded() - x).detached(), []) }
      #expect(result.value.floats() == [0, 1])
      #expect(result.gradient.floats() == [1, 1])
    }
  }
}
