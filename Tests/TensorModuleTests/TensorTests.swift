import TensorModule
import TestKit
import Testing

extension EngineTests {
  @Suite struct TensorTests {
    /// One method with its expected answer.
    struct Case: CustomTestStringConvertible, Sendable {
      let testDescription: String
      let compute: @Sendable (Tensor) -> Tensor
      let expected: [Double]

      init(_ name: String, _ expected: [Double], _ compute: @escaping @Sendable (Tensor) -> Tensor)
      {
        testDescription = name
        self.compute = compute
        self.expected = expected
      }
    }

    /// All on x = [[1, −2, 3], [4, 0, −6]].
    static let cases: [Case] = [
      Case("plus tensor", [2, -4, 6, 8, 0, -12]) { $0 + $0 },
      Case("plus number", [2, -1, 4, 5, 1, -5]) { $0 + 1 },
      Case("minus", [0, -3, 2, 3, -1, -7]) { $0 - 1 },
      Case("times", [1, 4, 9, 16, 0, 36]) { $0 * $0 },
      Case("number times", [2, -4, 6, 8, 0, -12]) { 2 * $0 },
      Case("over", [0.5, -1, 1.5, 2, 0, -3]) { $0 / 2 },
      Case("over tensor", [1, -1, 1.5, 2, 0, -3]) { $0 / $0.magnitude().clamped(to: 1...2) },
      Case("negative", [-1, 2, -3, -4, 0, 6]) { -$0 },
      Case("sign", [1, -1, 1, 1, 0, -1]) { $0.sign() },
      Case("magnitude", [1, 2, 3, 4, 0, 6]) { $0.magnitude() },
      Case("squared", [1, 4, 9, 16, 0, 36]) { $0.squared() },
      Case("power", [1, -8, 27, 64, 0, -216]) { $0.power(3) },
      Case("root", [1, 2]) { $0.squared()[0].narrowed(to: 0..<2, along: 0).squareRoot() },
      Case("exp log", [1, 3]) { $0.exponential().logarithm()[0].rows([0, 2]) },
      Case("rectified", [1, 0, 3, 4, 0, 0]) { $0.rectified() },
      Case("rounded", [0, -1, 2, 2, 0, -3]) { ($0 * 0.5).rounded() * 1 },
      Case("down", [0, -1, 1, 2, 0, -3]) { ($0 * 0.5).roundedDown() },
      Case("up", [1, -1, 2, 2, 0, -3]) { ($0 * 0.5).roundedUp() },
      Case("clamped", [1, -1, 1, 1, 0, -1]) { $0.clamped(to: -1...1) },
      Case("clamped between", [1, -2, 2, 2, 0, -2]) {
        $0.clamped(from: .full([], -2), to: .full([], 2))
      },
      Case("maximum", [1, 0, 3, 4, 0, 0]) { $0.maximum(.zeros([])) },
      Case("minimum", [0, -2, 0, 0, 0, -6]) { $0.minimum(.zeros([])) },
      Case("equal", [0, 0, 0, 0, 1, 0]) { $0 .== 0 },
      Case("less", [0, 1, 0, 0, 0, 1]) { $0 .< 0 },
      Case("less or equal", [0, 1, 0, 0, 1, 1]) { $0 .<= 0 },
      Case("greater", [1, 0, 1, 1, 0, 0]) { $0 .> 0 },
      Case("greater or equal", [1, 0, 1, 1, 1, 0]) { $0 .>= 0 },
      Case("and, or, not", [0, 0, 0, 0, 0, 0]) { ($0 .> 0 .&& $0 .< 0) .|| .!($0 .== $0) },
      Case("selected", [1, 0, 3, 4, 0, 0]) { $0.selected(where: $0 .> 0, otherwise: $0 * 0) },
      Case("sum", [0]) { $0.sum() },
      Case("sum along", [2, -2]) { $0.sum(along: [1]) },
      Case("mean", [0]) { $0.mean() },
      Case("mean along", [2.5, -1, -1.5]) { $0.mean(along: [0]) },
      Case("max", [4]) { $0.max() },
      Case("max along", [3, 4]) { $0.max(along: [1]) },
      Case("min", [-6]) { $0.min() },
      Case("min along", [-2, -6]) { $0.min(along: [1]) },
      Case("argmax", [2, 0]) { $0.argmax(along: 1) },
      Case("argmin", [1, 2]) { $0.argmin(along: 1) },
      Case("first of equal maxima", [0]) { ($0 * 0)[0..<1].argmax(along: 1) },
      Case("L1 norm", [6, 10]) { $0.norm(order: 1, along: [1]) },
      Case("L∞ norm", [3, 6]) { $0.norm(order: .infinity, along: [1]) },
      Case("cumulative", [1, -1, 2, 4, 4, -2]) { $0.cumulativeSum(along: 1) },
      Case("sorted", [3, 1, -2, 4, 0, -6]) { $0.sorted(along: 1, descending: true).values },
      Case("argsorted", [1, 0, 2, 2, 1, 0]) { $0.argsorted(along: 1) },
      Case("top", [3, 1, 4, 0]) { $0.top(2, along: 1).values },
      Case("reshaped", [1, -2, 3, 4, 0, -6]) { $0.reshaped([3, 2]) },
      Case("transposed", [1, 4, -2, 0, 3, -6]) { $0.transposed(0, 1) },
      Case("permuted", [1, 4, -2, 0, 3, -6]) { $0.permuted([1, 0]) },
      Case("flipped", [4, 0, -6, 1, -2, 3]) { $0.flipped(along: [0]) },
      Case("expanded", [1, -2, 3, 1, -2, 3]) { $0[0..<1].expanded(to: [2, 3]) },
      Case("row", [4, 0, -6]) { $0[1] },
      Case("rows", [4, 0, -6, 1, -2, 3]) { $0.rows([1, 0]) },
      Case("replaced", [1, -2, 3, 9, 9, 9]) {
        $0.replacingRows([1], with: .full([1, 3], 9))
      },
      Case("gathered", [3, 4]) { $0.gathered(along: 1, at: $0.argmax(along: 1).unsqueezed(at: 1)) },
      Case("filled along", [1, -2, 7, 7, 0, -6]) {
        $0.filled(along: 1, at: $0.argmax(along: 1).unsqueezed(at: 1), with: 7)
      },
      Case("margin", [2, -10]) { $0.margin(of: Tensor([2, 2])) },
      Case("one-hot", [0, 0, 1, 1, 0, 0]) { $0.argmax(along: 1).oneHot(classCount: 3) },
      Case("product", [14, -14, -14, 52]) { $0.matrixProduct($0.transposed(0, 1)) },
      Case("linear", [15, -13]) {
        $0.linear(weight: $0[0..<1], bias: .ones([1]))
      },
      Case("concatenated", [1, -2, 3, 4, 0, -6, 1, -2, 3]) { .concatenated([$0, $0[0..<1]]) },
      Case("stacked", [1, -2, 3, 1, -2, 3]) { .stacked([$0[0], $0[0]]) },
      Case("range", [2, 3, 4]) { _ in .range(2..<5) },
      Case("identity", [1, 0, 0, 1]) { _ in .identity(2) },
      Case("all", [0, 1]) { ($0 .> -3).all(along: 1) .== ($0 .< -7).any(along: 1) },
    ]

    @Test(arguments: cases)
    func computes(testCase: Case) {
      let x = Tensor([1, -2, 3, 4, 0, -6] as [Float], shape: [2, 3])
      let found = testCase.compute(x).doubles()
      #expect(found.count == testCase.expected.count)
      #expect(zip(found, testCase.expected).allSatisfy { abs($0 - $1) < 1e-5 }, "\(found)")
    }

    @Test func probabilities() {
      let logits = Tensor([0, 1, 3] as [Float], shape: [1, 3])
      let (a, b, c) = (1.0, 2.718281828, 20.085536923)
      let total = a + b + c
      let expected = [a / total, b / total, c / total]
      #expect(
        zip(logits.softmax().doubles(), expected).allSatisfy { abs($0 - $1) < 1e-6 })
      let loss = logits.crossEntropy(labels: Tensor([2])).doubles()
      #expect(abs(loss[0] + (c / total).logarithm) < 1e-5)
      #expect(loss.count == 1)
      #expect(abs(logits.logSumExp().scalar() - total.logarithm) < 1e-5)
    }

    @Test func memoryGoesInAndOut() {
      #expect(Tensor([1, 2] as [UInt8], shape: [2]).bytes() == [1, 2])
      #expect(Tensor([true, false]).truths() == [true, false])
      #expect(Tensor([5, -7]).integers() == [5, -7])
      #expect(Tensor([1.5] as [Double], shape: []).scalar() == 1.5)
      #expect(Tensor([] as [Float], shape: [0, 3]).floats() == [])
      #expect(Tensor([0.5] as [Float], shape: [1]).converted(to: .float64).elementType == .float64)
      let turned = Tensor([1, 2, 3, 4] as [Float], shape: [2, 2]).transposed(0, 1)
      #expect(turned.floats() == [1, 3, 2, 4])
    }

    @Test func borrowedMemoryIsGivenBackOnce() throws {
      final class Owner {
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 16, alignment: 64)
        let onEnd: () -> Void
        init(onEnd: @escaping () -> Void) {
          self.onEnd = onEnd
          bytes.storeBytes(of: 2, toByteOffset: 4, as: Float.self)
        }
        deinit {
          bytes.deallocate()
          onEnd()
        }
      }
      var ended = 0
      func borrow(shape: [Int]) throws -> Tensor {
        let owner = Owner { ended += 1 }
        return try Tensor(
          borrowing: UnsafeRawBufferPointer(owner.bytes), ownedBy: owner, as: .float32,
          shape: shape, strides: [1], offset: 1)
      }
      do {
        let tensor = try borrow(shape: [1])
        let view = tensor[0..<1]
        #expect(ended == 0)
        #expect(view.floats() == [2])
      }
      #expect(ended == 1)
      #expect(throws: EngineError.self) { try borrow(shape: [100]) }
      #expect(ended == 2)
    }

    @Test func randomnessIsKeyed() {
      func numbers(_ key: RandomKey) -> [Float] {
        Tensor.uniform([4], using: key.makeGenerator()).floats()
      }
      let key = RandomKey(seed: 1)
      #expect(numbers(key) == numbers(RandomKey(seed: 1)))
      let keys = [key, RandomKey(seed: 2), key.part(0), key.part(1), key.part("a"), key.part("b")]
      #expect(Set(keys.map(numbers)).count == keys.count)
      let normal = Tensor.normal([20000], mean: 3, standardDeviation: 2, using: key.makeGenerator())
      #expect(abs(normal.mean().scalar() - 3) < 0.1)
    }

    @Test func devicesAreKnownByName() {
      #expect(Device(named: "cpu") == .cpu)
      #expect(Device(named: "abacus") == nil)
      #expect(Device(named: "cuda:99") == nil)
      #expect(Engine.version.hasPrefix("2."))
    }

    @Test func threadsCanBeSet() {
      let before = Engine.threadCount
      defer { Engine.useThreads(before) }
      Engine.useThreads(1)
      #expect(Engine.threadCount == 1)
    }

    @Test func nothingIsLeftBehind() {
      let before = Engine.liveTensorCount
      do {
        let x = Tensor.ones([10])
        _ = Tensor.stacked([x, x + x]).sorted(along: 0)
        #expect(Engine.liveTensorCount > before)
      }
      #expect(Engine.liveTensorCount == before)
    }
  }
}

extension Double {
  fileprivate var logarithm: Double {
    Tensor([self], shape: [1]).logarithm().scalar()
  }
}
