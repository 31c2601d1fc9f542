internal import CTorch

/// Arguments in the form that the border takes, valid while this object lives.
///
/// It keeps the values, so that no tensor is given back before the call is over, and it owns the
/// lists and strings that the packed form points to.
final class PackedArguments {
  private let values: [Value]
  private var packed: [ct_value] = []
  private var allocations: [UnsafeMutableRawPointer] = []

  init(_ values: [Value]) {
    self.values = values
    packed.reserveCapacity(values.count)
    for value in values { packed.append(pack(value)) }
  }

  deinit { for allocation in allocations { allocation.deallocate() } }

  /// Gives the packed form to a closure, which must not keep it.
  func withValues<R>(_ body: (UnsafePointer<ct_value>) -> R) -> R {
    defer { withExtendedLifetime(self) {} }
    return packed.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else {
        return withUnsafePointer(to: ct_value(), body)
      }
      return body(base)
    }
  }

  static func tag(of value: Value) -> ct_tag {
    switch value {
    case .absent: CT_TAG_DEFAULT
    case .none: CT_TAG_NONE
    case .tensor: CT_TAG_TENSOR
    case .tensors: CT_TAG_TENSORS
    case .integer: CT_TAG_INTEGER
    case .real: CT_TAG_REAL
    case .truth: CT_TAG_BOOL
    case .string: CT_TAG_STRING
    case .device: CT_TAG_DEVICE
    case .generator: CT_TAG_GENERATOR
    case .integers: CT_TAG_INTEGERS
    case .reals: CT_TAG_REALS
    case .truths: CT_TAG_BOOLS
    }
  }

  private func pack(_ value: Value) -> ct_value {
    var result = ct_value()
    result.tag = Self.tag(of: value)
    switch value {
    case .absent, .none: break
    case .tensor(let tensor): result.pointer = tensor.withHandle { UnsafeRawPointer($0) }
    case .tensors(let tensors):
      keep(tensors.map { $0?.withHandle { ct_tensor?($0) } ?? nil }, in: &result)
    case .integer(let integer): result.integer = Int64(integer)
    case .real(let real): result.real = real
    case .truth(let truth): result.integer = truth ? 1 : 0
    case .string(let string): keep(string.utf8CString.map(\.self), in: &result)
    case .device(let device): keep(device.name.utf8CString.map(\.self), in: &result)
    case .generator(let generator): result.pointer = generator.withHandle { UnsafeRawPointer($0) }
    case .integers(let integers): keep(integers.map(Int64.init), in: &result)
    case .reals(let reals): keep(reals, in: &result)
    case .truths(let truths): keep(truths, in: &result)
    }
    return result
  }

  /// Copies a list to memory of this object; `values` keeps the tensors among it alive.
  private func keep<Element>(_ list: [Element], in result: inout ct_value) {
    let memory = UnsafeMutablePointer<Element>.allocate(capacity: max(list.count, 1))
    memory.initialize(from: list, count: list.count)
    let raw = UnsafeMutableRawPointer(memory)
    allocations.append(raw)
    result.pointer = UnsafeRawPointer(raw)
    result.count = list.count
  }
}
